package wire

import (
	"errors"
	"fmt"
	"time"
)

// ErrInvalid is what every error of a [Reader] wraps.
var ErrInvalid = errors.New("invalid encoding")

// A Reader takes values from the front of a byte slice. Its error is sticky:
// after the first failure every method returns a zero value, so that a codec
// checks once, at its end, with [Reader.Finish]. A Reader never writes to the
// slice, and nothing that it returns shares memory with it: the slice may be
// reused as soon as decoding is over.
//
// A Reader is for one message after the other: what short strings are copied to has
// room for those of the next one, so a Reader that is kept takes an allocation for
// many of them.
//
// A Reader belongs to one goroutine.
type Reader struct {
	b     []byte // the input; empty from the first failure on
	at    int    // where in b what remains begins: to move that costs less than to cut b
	err   error  // the first failure
	spare int    // bytes that no count has claimed for its elements yet

	room  []byte // strings that were read are parts of it: see text.go
	chunk int32  // bytes of the last room that was made

	// Some Readers are made for one message, so their size counts: these are as small
	// as they can be.
	depth  int16 // of values of recursive types that are being read
	errors int16 // that are being read, each inside the one before
	shared bool  // others may change b
}

// NewReader returns a Reader of b.
func NewReader(b []byte) Reader { return Reader{b: b, spare: len(b)} }

// Start makes r a Reader of b, whatever it was before: zero, or in the middle of
// another message.
func (r *Reader) Start(b []byte) {
	r.b, r.at, r.err, r.spare, r.depth, r.errors, r.shared = b, 0, nil, len(b), 0, 0, false
}

// StartShared is Start for bytes that another process may change while they are read,
// or afterwards. What is read then may be wrong in any way that wrong bytes can be; no
// method of the user's gets to see these bytes themselves.
//
// It is for executors only.
func (r *Reader) StartShared(b []byte) {
	r.Start(b)
	r.shared = true
}

// SkipPair takes the next two bytes if they are a and b, and reports whether it did.
//
// It is for package runtime only.
func (r *Reader) SkipPair(a, b byte) bool {
	if len(r.b)-r.at < 2 || r.b[r.at] != a || r.b[r.at+1] != b {
		return false
	}
	r.at += 2
	return true
}

// Err returns the first failure, which wraps [ErrInvalid], or nil.
func (r *Reader) Err() error { return r.err }

// Len returns the number of bytes that remain.
func (r *Reader) Len() int { return len(r.b) - r.at }

// Rest takes all that remains. It is the input itself, not a copy, and r may be started
// anew while it is in use.
//
// It is for package runtime only.
func (r *Reader) Rest() []byte {
	rest := r.b[r.at:]
	r.at = len(r.b)
	return rest
}

// Finish returns the first failure; bytes that remain are one.
func (r *Reader) Finish() error {
	if r.at != len(r.b) {
		r.failLong()
	}
	return r.err
}

//go:noinline
func (r *Reader) failLong() { r.Fail(fmt.Sprintf("%d bytes after the end", r.Len())) }

// Fail records that what was read is not valid, unless a failure is recorded
// already. Codecs call it for values that no encoder writes.
func (r *Reader) Fail(problem string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrInvalid, problem)
	}
	r.b, r.at = nil, 0
}

// fail is Fail with an error, which wraps ErrInvalid.
func (r *Reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.b, r.at = nil, 0
}

// invalidError is what a method of the user's says of its input. Its text is asked for
// when it is read: that of package url is the input again, four times as long.
type invalidError struct{ err error }

// Error survives the user's own Error method, which may panic.
func (e *invalidError) Error() (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("%v: a %T, whose text panics", ErrInvalid, e.err)
		}
	}()
	return ErrInvalid.Error() + ": " + e.err.Error()
}

func (e *invalidError) Unwrap() []error { return []error{ErrInvalid, e.err} }

// lend fails for too little input and returns zeros in its place. It is apart so that
// Block is small enough to be inlined.
//
//go:noinline
func (r *Reader) lend(n int) []byte {
	r.failShort(n)
	return zeros[:n]
}

//go:noinline
func (r *Reader) failShort(n int) {
	if r.err == nil { // or every later read would make a text for nobody
		r.Fail(fmt.Sprintf("%d bytes wanted, %d left", n, r.Len()))
	}
}

//go:noinline
func (r *Reader) badBool(v byte) { r.Fail(fmt.Sprintf("bool is %d", v)) }

// overflow fails for a number that this machine has no room for.
//
//go:noinline
func (r *Reader) overflow(kind string, v uint64) int {
	r.Fail(fmt.Sprintf("%d overflows %s", v, kind))
	return 0
}

// Bool reads a bool; a byte other than 0 and 1 is a failure.
func (r *Reader) Bool() bool { return r.GetBool(r.Block(1)) }

// Int reads 8 bytes; a value that does not fit the machine's int is a failure.
func (r *Reader) Int() int { return r.GetInt(r.Block(8)) }

// Int8 reads one byte.
func (r *Reader) Int8() int8 { return r.GetInt8(r.Block(1)) }

// Int16 reads 2 bytes.
func (r *Reader) Int16() int16 { return r.GetInt16(r.Block(2)) }

// Int32 reads 4 bytes.
func (r *Reader) Int32() int32 { return r.GetInt32(r.Block(4)) }

// Int64 reads 8 bytes.
func (r *Reader) Int64() int64 { return r.GetInt64(r.Block(8)) }

// Uint reads 8 bytes; a value that does not fit the machine's uint is a
// failure.
func (r *Reader) Uint() uint { return r.GetUint(r.Block(8)) }

// Uint8 reads one byte.
func (r *Reader) Uint8() uint8 { return r.GetUint8(r.Block(1)) }

// Uint16 reads 2 bytes.
func (r *Reader) Uint16() uint16 { return r.GetUint16(r.Block(2)) }

// Uint32 reads 4 bytes.
func (r *Reader) Uint32() uint32 { return r.GetUint32(r.Block(4)) }

// Uint64 reads 8 bytes.
func (r *Reader) Uint64() uint64 { return r.GetUint64(r.Block(8)) }

// Uintptr reads 8 bytes; a value that does not fit is a failure.
func (r *Reader) Uintptr() uintptr { return uintptr(r.Uint()) }

// Float32 reads 4 bytes.
func (r *Reader) Float32() float32 { return r.GetFloat32(r.Block(4)) }

// Float64 reads 8 bytes.
func (r *Reader) Float64() float64 { return r.GetFloat64(r.Block(8)) }

// Complex64 reads a real and an imaginary part.
func (r *Reader) Complex64() complex64 { return r.GetComplex64(r.Block(8)) }

// Complex128 reads a real and an imaginary part.
func (r *Reader) Complex128() complex128 { return r.GetComplex128(r.Block(16)) }

// String reads a string, copied out of the input. It may keep up to a kilobyte
// alive besides its own bytes, as strings that are read one after the other share
// memory; strings.Clone parts one from the rest.
func (r *Reader) String() string { return r.GetString(r.Block(4)) }

// Bytes reads a []byte, copied out of the input; nil and empty stay apart. The
// result has no room to grow, so that an append by its owner copies.
func (r *Reader) Bytes() []byte { return r.GetBytes(r.Block(4)) }

// View is Bytes without the copy: what it returns is the input itself.
//
// It is for package runtime only.
func (r *Reader) View() []byte {
	n, _ := r.Count(1)
	return r.block(n)
}

// bytes is Bytes after the count.
func (r *Reader) bytes(count uint32) []byte {
	n, present := r.counted(count, 1)
	if !present {
		return nil
	}
	return clone(r.block(n))
}

// block returns the next n bytes of the input itself; n was checked.
func (r *Reader) block(n int) []byte {
	r.at += n
	return r.b[r.at-n : r.at]
}

// Count reads the length of a slice or map whose elements take at least
// minSize bytes each, minSize >= 1. It reports false for nil. A length that
// the rest of the input cannot hold is a failure, found before the caller
// allocates anything.
//
// What an element takes at least is its own and not that of elements inside it.
// So all counts together claim no byte twice, however values are nested, and one
// that would is a failure too: otherwise every level of a recursive type could
// ask for as much as the first.
func (r *Reader) Count(minSize int) (n int, present bool) {
	return r.counted(le.Uint32(r.Block(4)), minSize)
}

// counted is Count after the 4 bytes.
func (r *Reader) counted(v uint32, minSize int) (n int, present bool) {
	if v == 0 {
		return 0, false
	}
	if !r.claim(uint64(v-1) * uint64(minSize)) {
		return 0, false
	}
	return int(v - 1), true
}

// claim is Claim for any number of bytes.
func (r *Reader) claim(n uint64) bool {
	if n > uint64(min(r.Len(), r.spare)) {
		r.failLength(n)
		return false
	}
	r.spare -= int(n)
	return true
}

// Present reads whether there is a value.
func (r *Reader) Present() bool { return r.Bool() }

// Pointer reads whether a pointer has a value behind it, which takes at least
// minSize bytes. That the rest of the input cannot hold that is a failure, found
// before the caller allocates the value. It claims bytes as [Reader.Count] does.
func (r *Reader) Pointer(minSize int) bool {
	return r.Bool() && r.Claim(minSize)
}

// Claim reports whether the input can hold a value that takes at least minSize
// bytes and that nothing has been claimed for yet; that it cannot is a failure. It
// must be asked before a large value is made.
func (r *Reader) Claim(minSize int) bool {
	return r.claim(uint64(minSize))
}

// Empty reads the byte of a value without content.
func (r *Reader) Empty() {
	if v := r.Block(1)[0]; v != 0 {
		r.Fail(fmt.Sprintf("empty value is %d", v))
	}
}

// Duration reads 8 bytes of nanoseconds.
func (r *Reader) Duration() time.Duration { return r.GetDuration(r.Block(8)) }
