// Package wire holds the encoding primitives that generated codecs call.
//
// It is for generated code and executors only; programs have no reason to
// import it.
//
// # Form
//
// Append functions add a value to a byte slice and return the longer slice. A
// [Reader] takes values back in the same order. Nothing on the wire describes
// itself: both ends are the same generated code, which the handshake of
// package process proves by comparing fingerprints.
//
//	bool, int8, uint8             1 byte
//	int16, uint16                 2 bytes, little endian
//	int32, uint32, float32        4 bytes
//	int, uint, uintptr, int64...  8 bytes
//	complex64, complex128         real part, imaginary part
//	string                        4 bytes length, then the bytes
//	slice                         4 bytes: 0 for nil, else length + 1; then the elements
//	map                           as a slice; zeros before the entries if there are few,
//	                              see entries.go
//	[]string                      as a slice, all lengths before all bytes
//	array                         the elements
//	struct                        a block of what is of fixed width, then the rest of the
//	                              fields in order: see block.go; 1 zero byte for none
//	pointer                       1 byte: 0 for nil, else 1 and the value
//	interface with a union        2 bytes: 0 for nil, else the type's number; then the value
//	time.Time                     8 bytes seconds, 4 nanoseconds and whether the zone is one of
//	                              the database, 4 offset; then the zone's name, see zone.go
//	what encodes itself           as a []byte: big.Int, netip.Addr, url.URL, AppendWire;
//	                              zeros after it if it is short, see marshaled.go
//	error                         2 zero bytes for nil, else 1 byte for its kind; then its
//	                              fields; see runtime.AppendError
//
// Widths are fixed because the two ends share a machine: bytes are cheap there
// and branches are not. Counts take four bytes for one more reason: a hostile
// count then costs at least four bytes for each slice header of 24 that it
// makes us allocate.
//
// Byte slices, slices of numbers, and strings that are not a field of a struct, are copied
// such that a garbage collection need not wait for the end of it if they have more than 64
// KiB, and by two goroutines from 4 MiB on.
//
// # Safety
//
// A Reader trusts nothing (guarantee G12 of package runtime): no input makes
// it panic, and what it allocates is at most 16 times the input's length and a
// kilobyte, since a count is compared with the bytes that remain before anything
// of that count is made. Where valid values would take more, as maps of one entry
// do, they are made longer on the wire. Methods by which types decode themselves
// allocate what they like, and what is around such a value may be copied once more, as
// they might keep the pointer that they are called with. To load a zone takes memory as
// well, once for each: what hostile bytes can make of that has a bound for the process, and
// beyond it a rate.
package wire
