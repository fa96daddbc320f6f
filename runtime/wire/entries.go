package wire

// A map takes more memory than its entries: there is room for eight before the first
// one, and for more than twice as many as there are. So that no message asks for more than
// a small multiple of its length (G12), one whose entries may be shorter than that has
// zeros in front of them:
//
//	map[string]int{"a": 1}, an entry of at least 12 bytes on the wire and 24 in memory
//
//	count   zeros                 "a"         1
//	2 0 0 0|0 0 0 0 0 0 0 0 0|1 0 0 0 61|1 0 0 0 0 0 0 0|
//
// How many follows from the number of entries and from sizes that both sides know.

// Of the maps of Go 1.24 and later: what a map takes itself, what the table of more
// than a group of entries takes beside them, and how many are in a group. The bits of
// their control words are a byte an entry.
const (
	mapHeader = 48
	mapTable  = 64
	mapGroup  = 8
	maxInOne  = 896 // entries of a table; with more of them there are several
)

// perByte is how many bytes of memory are allocated for one on the wire: less than
// the 16 that are allowed, as Go rounds up what it allocates.
const perByte = 12

// paddingOf returns the zeros of a map of n entries, each of which takes at least
// least bytes on the wire, and slot in memory.
func paddingOf(n uint64, least, slot int) uint64 {
	memory := uint64(mapHeader)
	switch places := uint64(mapGroup); {
	case n == 0:
	case n <= mapGroup:
		memory += places * uint64(slot+1)
	default:
		for places*7 < n*8 { // a table is at most seven eighths full
			places *= 2
		}
		if n > maxInOne {
			places += places * 3 / 2 // tables that get more than their share are made again, as two
		}
		memory += mapTable + places*uint64(slot+1)
	}
	wanted, have := (memory+perByte-1)/perByte, n*uint64(least)
	return wanted - min(wanted, have)
}

// AppendEntries appends the length of a map whose entries take at least least bytes
// each, and slot bytes in memory, or that it is nil.
func AppendEntries(b []byte, n int, isNil bool, least, slot int) []byte {
	b = AppendCount(b, n, isNil)
	if isNil {
		return b
	}
	return appendZeros(b, int(paddingOf(uint64(n), least, slot)))
}

// Entries reads what [AppendEntries] appended, as [Reader.Count] does.
func (r *Reader) Entries(least, slot int) (n int, present bool) {
	v := le.Uint32(r.Block(4))
	if v == 0 {
		return 0, false
	}
	padding := paddingOf(uint64(v-1), least, slot)
	if !r.claim(uint64(v-1)*uint64(least) + padding) {
		return 0, false
	}
	if r.zeros(int(padding)); r.err != nil {
		return 0, false
	}
	return int(v - 1), true
}
