// Package part is the form in which outcomes of a batch travel: those of some items in
// a row, each with its length before it, so that one which cannot be decoded costs that
// item only.
//
//	0  4 bytes  length of the first outcome, little endian; the highest bit says that it is plain
//	4  n bytes  the outcome
//	   ...      the same for the next
//
// A plain outcome is the encoded result of an item that did not fail: most are, and
// then there is nothing else to say. Parts that come one after the other are one part,
// copied together.
package part

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// LengthSize is the number of bytes before an outcome.
const LengthSize = 4

// MaxLength is how long an outcome may be.
const MaxLength = plainBit - 1

const plainBit = 1 << 31

// errInvalid is a part that no sender makes.
var errInvalid = errors.New("invalid part of a batch")

// PutLength writes what is before an outcome of n bytes, n <= MaxLength, to the start
// of b.
func PutLength(b []byte, n int, plain bool) {
	v := uint32(n)
	if plain {
		v |= plainBit
	}
	binary.LittleEndian.PutUint32(b, v)
}

// Append appends an outcome with its length.
func Append(b, outcome []byte, plain bool) []byte {
	at := len(b)
	b = append(append(b, 0, 0, 0, 0), outcome...)
	PutLength(b[at:], len(outcome), plain)
	return b
}

// Cut returns where the first outcome of b, which begins at LengthSize, ends, and
// whether it is plain. It returns 0 for what no sender makes, and for nothing.
func Cut(b []byte) (end int, plain bool) {
	if len(b) >= LengthSize {
		v := binary.LittleEndian.Uint32(b)
		if n := int(v &^ plainBit); n <= len(b)-LengthSize {
			return LengthSize + n, v >= plainBit
		}
	}
	return 0, false
}

// Fault is the error of what Cut does not take.
func Fault(b []byte) error {
	if len(b) < LengthSize {
		return fmt.Errorf("%w: %d bytes at its end", errInvalid, len(b))
	}
	n := binary.LittleEndian.Uint32(b) & MaxLength
	return fmt.Errorf("%w: an outcome of %d bytes, with %d left", errInvalid, n, len(b)-LengthSize)
}
