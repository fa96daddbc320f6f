package wire

import "unsafe"

// Lend returns p for a call of a function that is a variable, such as the codecs of
// package runtime. The compiler cannot see that such a function does not keep its
// argument, and would move every [Reader], and every value that is decoded, to the
// heap: an allocation a message, and as long as decoding a small struct takes. Codecs
// keep neither, by contract, so that both may be on the stack; Lend hides the pointer
// from escape analysis, as strings.Builder of the standard library does with its own.
//
// While it is hidden nothing may be called: a call may move the stack, which leaves
// address as it is. In a build with -race the compiler adds calls to such conversions,
// to check them, unless it is told not to.
//
// It is for package runtime and executors only.
//
//go:nocheckptr
func Lend[T any](p *T) *T {
	address := uintptr(unsafe.Pointer(p))
	return *(**T)(unsafe.Pointer(&address))
}

// Apart makes of read a function that decodes into memory of its own and copies what
// came of it. It is for values that are, or contain, one whose own method decodes it:
// nothing keeps such a method from keeping the pointer that it is called with, which
// may lead to the stack otherwise, see [Lend]. There is no memory for it if the input is
// shorter than the least bytes that such a value takes.
func Apart[T any](least int, read func(r *Reader, v *T)) func(r *Reader, v *T) {
	return func(r *Reader, v *T) {
		if r.Len() < least {
			r.failShort(least)
			return
		}
		own := new(T)
		read(r, own)
		*v = *own
	}
}
