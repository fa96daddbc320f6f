package frame

import (
	"encoding/binary"
	"fmt"
)

// The payload of an Outcome that is not the last is a part of a batch: what came of
// some items in a row, each with its length before it, so that one which cannot be
// decoded costs that item only.
//
//	0  4 bytes  length of the first outcome
//	4  n bytes  the outcome: what a BatchHandler emitted
//	   ...      the same for the next
//
// Outcomes that come one after the other are put into one frame by copying their
// payloads together.

const lengthSize = 4

// BeginPart appends room for a header and a length to b. One outcome is appended to
// the result, and [FinishPart] then makes it the payload of a part.
func BeginPart(b []byte) []byte { return append(b, make([]byte, HeaderSize+lengthSize)...) }

// FinishPart writes the length into what begins with [BeginPart].
func FinishPart(b []byte) {
	binary.LittleEndian.PutUint32(b[HeaderSize:], uint32(len(b)-HeaderSize-lengthSize))
}

// CutPart returns the first outcome of a part, and those after it. An error is one
// that no sender makes.
func CutPart(b []byte) (first, rest []byte, err error) {
	if len(b) < lengthSize {
		return nil, nil, fmt.Errorf("%w: %d bytes at the end of a part", ErrInvalid, len(b))
	}
	n, b := binary.LittleEndian.Uint32(b), b[lengthSize:]
	if uint64(n) > uint64(len(b)) {
		return nil, nil, fmt.Errorf("%w: an outcome of %d bytes in a part with %d left", ErrInvalid, n, len(b))
	}
	return b[:n:n], b[n:], nil
}
