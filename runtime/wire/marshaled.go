package wire

import "fmt"

// AppendMarshaled appends what marshal returns as one block: for types that
// encode themselves, as by encoding.BinaryMarshaler.
func AppendMarshaled(b []byte, marshal func() ([]byte, error)) ([]byte, error) {
	block, err := marshal()
	if err != nil {
		return b, err
	}
	return append(AppendCount(b, len(block), false), block...), nil
}

// AppendAppended is AppendMarshaled for a method that appends to the bytes that
// it is given.
func AppendAppended(b []byte, appendTo func([]byte) ([]byte, error)) ([]byte, error) {
	start := len(b)
	b, err := appendTo(AppendCount(b, 0, false))
	if err != nil {
		return b, err
	}
	if len(b) < start+4 {
		return b, fmt.Errorf("%w: a method AppendWire returned less than it was given", ErrInvalid)
	}
	le.PutUint32(b[start:], uint32(len(b)-start-4)+1)
	return b, nil
}

// ReadMarshaled hands the block that [AppendMarshaled] or [AppendAppended]
// appended to unmarshal, whose error is a failure. unmarshal must copy what it
// keeps, as encoding.BinaryUnmarshaler demands.
func ReadMarshaled(r *Reader, unmarshal func([]byte) error) {
	n, _ := r.Count(1)
	block := r.block(n)
	if r.err != nil {
		return
	}
	if err := unmarshal(block[:n:n]); err != nil {
		r.Fail(err.Error())
	}
}
