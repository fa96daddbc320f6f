package wire

import "unsafe"

// Lend returns r for a call of a function that is a variable, such as the codecs of
// package runtime. The compiler cannot see that such a function does not keep its
// argument, and would move every Reader to the heap: an allocation a message, and
// as long as decoding a small struct takes. Codecs keep no Reader, by contract, so
// that one on the stack is enough; Lend hides the pointer from escape analysis, as
// strings.Builder of the standard library does with its own.
func Lend(r *Reader) *Reader {
	address := uintptr(unsafe.Pointer(r))
	return *(**Reader)(unsafe.Pointer(&address))
}
