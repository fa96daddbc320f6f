package child

// publish stores a word of the board that says that what was stored before it is complete.
//
// A plain store is enough here: a processor's stores are seen in their order, and the
// compiler keeps that of stores to memory that it does not know. That of an atomic is a
// locked instruction, of some 7 ns, for each item of a batch. Its readers are in another
// process, and so no goroutine's.
func publish(word *uint64, v uint64) { *word = v }
