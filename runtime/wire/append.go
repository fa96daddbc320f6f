package wire

import (
	"encoding/binary"
	"math"
	"time"
)

var le = binary.LittleEndian

// AppendBool appends one byte, 0 or 1.
func AppendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendInt appends v as 8 bytes, whatever the machine's word is.
func AppendInt(b []byte, v int) []byte { return le.AppendUint64(b, uint64(v)) }

// AppendInt8 appends one byte.
func AppendInt8(b []byte, v int8) []byte { return append(b, byte(v)) }

// AppendInt16 appends 2 bytes.
func AppendInt16(b []byte, v int16) []byte { return le.AppendUint16(b, uint16(v)) }

// AppendInt32 appends 4 bytes.
func AppendInt32(b []byte, v int32) []byte { return le.AppendUint32(b, uint32(v)) }

// AppendInt64 appends 8 bytes.
func AppendInt64(b []byte, v int64) []byte { return le.AppendUint64(b, uint64(v)) }

// AppendUint appends v as 8 bytes.
func AppendUint(b []byte, v uint) []byte { return le.AppendUint64(b, uint64(v)) }

// AppendUint8 appends one byte.
func AppendUint8(b []byte, v uint8) []byte { return append(b, v) }

// AppendUint16 appends 2 bytes.
func AppendUint16(b []byte, v uint16) []byte { return le.AppendUint16(b, v) }

// AppendUint32 appends 4 bytes.
func AppendUint32(b []byte, v uint32) []byte { return le.AppendUint32(b, v) }

// AppendUint64 appends 8 bytes.
func AppendUint64(b []byte, v uint64) []byte { return le.AppendUint64(b, v) }

// AppendUintptr appends 8 bytes.
func AppendUintptr(b []byte, v uintptr) []byte { return le.AppendUint64(b, uint64(v)) }

// AppendFloat32 appends the 4 bytes of v, NaN payload included.
func AppendFloat32(b []byte, v float32) []byte { return le.AppendUint32(b, math.Float32bits(v)) }

// AppendFloat64 appends the 8 bytes of v, NaN payload included.
func AppendFloat64(b []byte, v float64) []byte { return le.AppendUint64(b, math.Float64bits(v)) }

// AppendComplex64 appends the real part and the imaginary part.
func AppendComplex64(b []byte, v complex64) []byte {
	return AppendFloat32(AppendFloat32(b, real(v)), imag(v))
}

// AppendComplex128 appends the real part and the imaginary part.
func AppendComplex128(b []byte, v complex128) []byte {
	return AppendFloat64(AppendFloat64(b, real(v)), imag(v))
}

// AppendString appends the length in 4 bytes, then the bytes of v. A string
// of 4 GiB or more cannot be told from a shorter one: transports refuse frames
// long before that.
func AppendString(b []byte, v string) []byte {
	if len(v) > stretch {
		return appendLong(b, v)
	}
	return append(le.AppendUint32(b, uint32(len(v))), v...)
}

// appendLong is apart so that AppendString is small enough to be inlined.
//
//go:noinline
func appendLong(b []byte, v string) []byte {
	return extendLong(le.AppendUint32(b, uint32(len(v))), textMemory(v))
}

// AppendBytes appends v as one block; nil and empty stay apart.
func AppendBytes(b []byte, v []byte) []byte {
	return Extend(AppendCount(b, len(v), v == nil), v)
}

// AppendCount appends the length of a slice or map, or that it is nil.
func AppendCount(b []byte, n int, isNil bool) []byte {
	if isNil {
		return le.AppendUint32(b, 0)
	}
	return le.AppendUint32(b, uint32(n)+1)
}

// putCount is AppendCount into a block.
func putCount(f []byte, n int, isNil bool) {
	v := uint32(n) + 1
	if isNil {
		v = 0
	}
	le.PutUint32(f, v)
}

// AppendPresent appends whether a pointer has a value behind it.
func AppendPresent(b []byte, present bool) []byte { return AppendBool(b, present) }

// AppendEmpty appends the one zero byte that stands for a value without
// content, such as struct{} or [0]int. It costs a byte so that a count of such
// values is bounded by the input like every other count.
func AppendEmpty(b []byte) []byte { return append(b, 0) }

// AppendDuration appends v as 8 bytes of nanoseconds.
func AppendDuration(b []byte, v time.Duration) []byte { return AppendInt64(b, int64(v)) }
