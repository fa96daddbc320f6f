package wire

import (
	"math"
	"time"
)

// What a struct has of fixed width is in one block at its front: the numbers
// themselves, and the lengths of its strings and byte slices. So both sides
// compare lengths once for all of it, and every place in it is a constant:
//
//	type Page struct { URL string; Size int64; Links []string }
//
//	 0   4 bytes   length of URL   |  the block, of 12 bytes
//	 4   8 bytes   Size            |
//	12   ...       the bytes of URL
//	     ...       Links
//
// For a number that is w on the wire there are PutW, which writes it to the
// front of a block, and [Reader].GetW, which takes it from there. Those of
// strings, byte slices and times handle the fixed part alone; on the way out the
// codec appends the rest.

// Reserve returns b with room for at least n bytes after its end: for a codec that
// knows how long a value is, so that b grows at most once.
func Reserve(b []byte, n int) []byte {
	if cap(b)-len(b) < n {
		return grow(b, n)
	}
	return b
}

// grow is apart so that Reserve is inlined.
//
//go:noinline
func grow(b []byte, n int) []byte {
	if n > stretch {
		return withRoom(b, n)
	}
	return append(b, make([]byte, n)...)[:len(b)]
}

// PutBool puts one byte.
func PutBool(f []byte, v bool) {
	var b byte
	if v {
		b = 1
	}
	f[0] = b
}

// PutInt puts 8 bytes.
func PutInt(f []byte, v int) { le.PutUint64(f, uint64(v)) }

// PutInt8 puts one byte.
func PutInt8(f []byte, v int8) { f[0] = byte(v) }

// PutInt16 puts 2 bytes.
func PutInt16(f []byte, v int16) { le.PutUint16(f, uint16(v)) }

// PutInt32 puts 4 bytes.
func PutInt32(f []byte, v int32) { le.PutUint32(f, uint32(v)) }

// PutInt64 puts 8 bytes.
func PutInt64(f []byte, v int64) { le.PutUint64(f, uint64(v)) }

// PutUint puts 8 bytes.
func PutUint(f []byte, v uint) { le.PutUint64(f, uint64(v)) }

// PutUint8 puts one byte.
func PutUint8(f []byte, v uint8) { f[0] = v }

// PutUint16 puts 2 bytes.
func PutUint16(f []byte, v uint16) { le.PutUint16(f, v) }

// PutUint32 puts 4 bytes.
func PutUint32(f []byte, v uint32) { le.PutUint32(f, v) }

// PutUint64 puts 8 bytes.
func PutUint64(f []byte, v uint64) { le.PutUint64(f, v) }

// PutUintptr puts 8 bytes.
func PutUintptr(f []byte, v uintptr) { le.PutUint64(f, uint64(v)) }

// PutFloat32 puts 4 bytes.
func PutFloat32(f []byte, v float32) { le.PutUint32(f, math.Float32bits(v)) }

// PutFloat64 puts 8 bytes.
func PutFloat64(f []byte, v float64) { le.PutUint64(f, math.Float64bits(v)) }

// PutComplex64 puts 8 bytes.
func PutComplex64(f []byte, v complex64) {
	PutFloat32(f, real(v))
	PutFloat32(f[4:], imag(v))
}

// PutComplex128 puts 16 bytes.
func PutComplex128(f []byte, v complex128) {
	PutFloat64(f, real(v))
	PutFloat64(f[8:], imag(v))
}

// PutDuration puts 8 bytes.
func PutDuration(f []byte, v time.Duration) { le.PutUint64(f, uint64(v)) }

// PutString puts the 4 bytes of v's length. The codec appends v.
func PutString(f []byte, v string) { le.PutUint32(f, uint32(len(v))) }

// PutBytes puts the 4 bytes of v's count. The codec appends v.
func PutBytes(f []byte, v []byte) { putCount(f, len(v), v == nil) }

// zeros is what Block lends after a failure: reading it gives zero values.
var zeros [MaxBlock]byte

// MaxBlock is how long a block may be.
const MaxBlock = 256

// Block takes a block of n bytes, n <= MaxBlock, off the input. After a failure
// it returns zeros, and too little input is one. The result is read only, and may be
// longer: to cut it would cost more than Go inlines.
func (r *Reader) Block(n int) (block []byte) {
	if block = r.b[r.at:]; len(block) < n {
		return r.lend(n)
	}
	r.at += n
	return block
}

// GetBool returns a bool; a byte other than 0 and 1 is a failure.
func (r *Reader) GetBool(f []byte) bool {
	if f[0] > 1 {
		r.badBool(f[0])
	}
	return f[0] == 1
}

// GetInt returns 8 bytes; a value that does not fit the machine's int is a
// failure.
func (r *Reader) GetInt(f []byte) int {
	v := int64(le.Uint64(f))
	if int64(int(v)) != v {
		return r.overflow("int", uint64(v))
	}
	return int(v)
}

// GetInt8 returns one byte.
func (r *Reader) GetInt8(f []byte) int8 { return int8(f[0]) }

// GetInt16 returns 2 bytes.
func (r *Reader) GetInt16(f []byte) int16 { return int16(le.Uint16(f)) }

// GetInt32 returns 4 bytes.
func (r *Reader) GetInt32(f []byte) int32 { return int32(le.Uint32(f)) }

// GetInt64 returns 8 bytes.
func (r *Reader) GetInt64(f []byte) int64 { return int64(le.Uint64(f)) }

// GetUint returns 8 bytes; a value that does not fit the machine's uint is a
// failure.
func (r *Reader) GetUint(f []byte) uint {
	v := le.Uint64(f)
	if uint64(uint(v)) != v {
		return uint(r.overflow("uint", v))
	}
	return uint(v)
}

// GetUint8 returns one byte.
func (r *Reader) GetUint8(f []byte) uint8 { return f[0] }

// GetUint16 returns 2 bytes.
func (r *Reader) GetUint16(f []byte) uint16 { return le.Uint16(f) }

// GetUint32 returns 4 bytes.
func (r *Reader) GetUint32(f []byte) uint32 { return le.Uint32(f) }

// GetUint64 returns 8 bytes.
func (r *Reader) GetUint64(f []byte) uint64 { return le.Uint64(f) }

// GetUintptr returns 8 bytes; a value that does not fit is a failure.
func (r *Reader) GetUintptr(f []byte) uintptr { return uintptr(r.GetUint(f)) }

// GetFloat32 returns 4 bytes.
func (r *Reader) GetFloat32(f []byte) float32 { return math.Float32frombits(le.Uint32(f)) }

// GetFloat64 returns 8 bytes.
func (r *Reader) GetFloat64(f []byte) float64 { return math.Float64frombits(le.Uint64(f)) }

// GetComplex64 returns 8 bytes.
func (r *Reader) GetComplex64(f []byte) complex64 {
	return complex(r.GetFloat32(f), r.GetFloat32(f[4:]))
}

// GetComplex128 returns 16 bytes.
func (r *Reader) GetComplex128(f []byte) complex128 {
	return complex(r.GetFloat64(f), r.GetFloat64(f[8:]))
}

// GetDuration returns 8 bytes.
func (r *Reader) GetDuration(f []byte) time.Duration { return time.Duration(le.Uint64(f)) }

// GetString returns the string whose length is in f and whose bytes come next in
// the input.
func (r *Reader) GetString(f []byte) string { return r.text(uint64(le.Uint32(f))) }

// GetBytes returns the byte slice whose count is in f and whose bytes come next
// in the input.
func (r *Reader) GetBytes(f []byte) []byte { return r.bytes(le.Uint32(f)) }
