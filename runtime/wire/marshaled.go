package wire

import (
	"fmt"
	"slices"
)

// Types that encode themselves, as by encoding.BinaryMarshaler, are a length and what
// their method wrote. They may take much memory and write nothing, so if that is less
// than the bytes that such a value takes at least, zeros follow (G12).

// AppendMarshaled appends what marshal returns as one block, of least bytes or more
// with its length.
func AppendMarshaled(b []byte, least int, marshal func() ([]byte, error)) ([]byte, error) {
	block, err := marshal()
	if err != nil {
		return b, err
	}
	b = Extend(AppendCount(b, len(block), false), block)
	return appendZeros(b, least-4-len(block)), nil
}

// AppendAppended is AppendMarshaled for a method that appends to the bytes that
// it is given.
func AppendAppended(b []byte, least int, appendTo func([]byte) ([]byte, error)) ([]byte, error) {
	start := len(b)
	b, err := appendTo(AppendCount(b, 0, false))
	if err != nil {
		return b, err
	}
	n := len(b) - start - 4
	if n < 0 {
		return b, fmt.Errorf("%w: a method AppendWire returned less than it was given", ErrInvalid)
	}
	le.PutUint32(b[start:], uint32(n)+1)
	return appendZeros(b, least-4-n), nil
}

// ReadMarshaled hands the block that [AppendMarshaled] or [AppendAppended]
// appended to unmarshal, whose error is a failure. unmarshal must copy what it
// keeps, in its error too, as encoding.BinaryUnmarshaler demands. A container around the value has
// claimed least bytes for it, see [Reader.Count].
func ReadMarshaled(r *Reader, least int, unmarshal func([]byte) error) {
	n := max(int64(le.Uint32(r.Block(4)))-1, 0)
	if beyond := 4 + n - int64(least); beyond > 0 && !r.claim(uint64(beyond)) {
		return
	}
	if n > int64(r.Len()) {
		r.failLength(uint64(n))
	}
	if r.err != nil {
		return
	}
	block := r.block(int(n))
	r.zeros(least - 4 - int(n))
	if r.err != nil {
		return
	}
	block = block[:n:n]
	if r.shared {
		block = slices.Clone(block)
	}
	if err := unmarshal(block); err != nil {
		r.fail(&invalidError{err})
	}
}

// appendZeros appends n zeros, none if n is negative.
func appendZeros(b []byte, n int) []byte {
	for ; n > 0; n -= MaxBlock {
		b = append(b, zeros[:min(n, MaxBlock)]...)
	}
	return b
}

// zeros reads what appendZeros appended; another byte is a failure.
func (r *Reader) zeros(n int) {
	if n > r.Len() {
		r.failShort(n)
		return
	}
	for _, c := range r.block(max(n, 0)) {
		if c != 0 {
			r.Fail(fmt.Sprintf("padding is %d", c))
			return
		}
	}
}
