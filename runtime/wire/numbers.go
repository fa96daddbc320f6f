package wire

import (
	"encoding/binary"
	"fmt"
	"slices"
	"unsafe"
)

// Fixed are the numbers that take as many bytes on the wire as in memory,
// whatever the machine.
type Fixed interface {
	~uint8 | ~int8 | ~int16 | ~int32 | ~int64 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// Native are the integers whose width is the machine's; on the wire they have 8
// bytes.
type Native interface{ ~int | ~uint | ~uintptr }

// littleEndian says that numbers look in memory as they do on the wire, so that
// many of them are one copy.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// AppendNumbers appends v as a slice.
func AppendNumbers[S ~[]E, E Fixed](b []byte, v S) []byte {
	return AppendArray(AppendCount(b, len(v), v == nil), v)
}

// ReadNumbers reads what [AppendNumbers] appended.
func ReadNumbers[S ~[]E, E Fixed](r *Reader) S {
	n, present := r.Count(int(unsafe.Sizeof(*new(E))))
	if !present {
		return nil
	}
	v := copied[S](r.block(n * int(unsafe.Sizeof(*new(E)))))
	swap[E](memory(v))
	return v
}

// copied returns the elements whose memory is b, in memory of their own that has
// not been cleared first. That b may be no place for an E, where a machine wants
// numbers at even addresses, does not matter: append moves bytes. What is long is aligned for
// any number wherever it is made.
func copied[S ~[]E, E Fixed | Native](b []byte) S {
	n := len(b) / int(unsafe.Sizeof(*new(E)))
	if n == 0 {
		return S{} // and no pointer to an E that is not there
	}
	if len(b) > stretch {
		return unsafe.Slice((*E)(unsafe.Pointer(unsafe.SliceData(clone(b)))), n)
	}
	v := append(S{}, unsafe.Slice((*E)(unsafe.Pointer(unsafe.SliceData(b))), n)...)
	return v[:n:n]
}

// AppendArray appends the elements of an array, without a count.
func AppendArray[E Fixed](b []byte, v []E) []byte {
	start := len(b)
	b = Extend(b, memory(v))
	swap[E](b[start:])
	return b
}

// ReadArray reads the elements of an array into v. What it leaves there after a
// failure is of no meaning.
func ReadArray[E Fixed](r *Reader, v []E) {
	m := memory(v)
	if r.Len() < len(m) {
		r.failShort(len(m))
		return
	}
	move(m, r.block(len(m)))
	swap[E](m)
}

// PutArray puts the elements of an array into a block.
func PutArray[E Fixed](f []byte, v []E) {
	n := copy(f, memory(v))
	swap[E](f[:n])
}

// GetArray reads the elements of an array from a block into v.
func GetArray[E Fixed](f []byte, v []E) {
	m := memory(v)
	copy(m, f)
	swap[E](m)
}

// AppendInts appends v as a slice.
func AppendInts[S ~[]E, E Native](b []byte, v S) []byte {
	b = AppendCount(b, len(v), v == nil)
	if littleEndian && unsafe.Sizeof(*new(E)) == 8 {
		return Extend(b, memory(v))
	}
	for _, e := range v {
		b = le.AppendUint64(b, widened(e))
	}
	return b
}

// ReadInts reads what [AppendInts] appended; a value that does not fit the
// machine's word is a failure.
func ReadInts[S ~[]E, E Native](r *Reader) S {
	n, present := r.Count(8)
	if !present {
		return nil
	}
	if littleEndian && unsafe.Sizeof(*new(E)) == 8 {
		return copied[S](r.block(8 * n))
	}
	v := make(S, n)
	for i := range v {
		u := r.Uint64()
		if v[i] = E(u); widened(v[i]) != u {
			r.Fail(fmt.Sprintf("%d overflows an integer of this machine", u))
			return nil
		}
	}
	return v
}

// widened returns e as it is on the wire, where a negative one has its sign in
// all 8 bytes.
func widened[E Native](e E) uint64 {
	if e < 0 {
		return uint64(int64(e))
	}
	return uint64(e)
}

// memory returns the memory of v's elements.
func memory[S ~[]E, E Fixed | Native](v S) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(*new(E))))
}

// swap brings elements from the order of the machine to that of the wire, or
// back.
func swap[E Fixed](b []byte) {
	size := int(unsafe.Sizeof(*new(E)))
	if littleEndian || size == 1 {
		return
	}
	for ; len(b) > 0; b = b[size:] {
		slices.Reverse(b[:size])
	}
}
