package frame

import (
	"io"
	"slices"

	"github.com/offing-go/offing/runtime/wire"
)

// Sizes of a reader's buffer: what it starts with, and what it keeps between
// frames after a long one.
const (
	minBuffer  = 64 << 10 // hundreds of short frames in one read
	keepBuffer = 4 << 20
)

// A Reader takes frames from a stream that it does not trust: a length is
// compared with the limit first, and the buffer then grows with the bytes that
// arrive, so that a length alone costs nothing.
//
// A Reader belongs to one goroutine at a time.
type Reader struct {
	src        io.Reader
	limit      int
	buf        []byte
	start, end int    // buf[start:end] has been read and not been returned
	trusts     bool   // a length is believed
	row        Header // of the last call that was returned of the open row
	rowEnd     int    // where in buf that row ends; at most start if there is none
	message    wire.Reader
}

// NewReader returns a Reader of src for payloads of at most limit bytes.
func NewReader(src io.Reader, limit int) *Reader { return &Reader{src: src, limit: limit} }

// Trust has r believe what a frame says of its length, and make room for all of it at
// once: a buffer that grows with what arrives is copied, and written to for the first
// time, twice over.
func (r *Reader) Trust() *Reader {
	r.trusts = true
	return r
}

// Next returns the next frame, but calls in a row as if each had a frame of its own. The
// payload is valid until the next call. At the end of the stream the error is io.EOF,
// inside a frame io.ErrUnexpectedEOF; a frame that cannot be is ErrInvalid or ErrTooLong,
// and the stream is of no use from there on.
func (r *Reader) Next() (Header, []byte, error) {
	if r.InRow() {
		_, payload := r.NextInRow()
		return r.row, payload, nil
	}
	if err := r.fill(HeaderSize); err != nil {
		return Header{}, nil, err
	}
	h, length, err := parse(r.buf[r.start:])
	if err == nil {
		err = CheckLength(int(length), r.limit)
	}
	if err != nil {
		return Header{}, nil, err
	}
	size := HeaderSize + int(length)
	if err := r.fill(size); err != nil {
		return Header{}, nil, unexpected(err)
	}
	if h.Kind == Calls {
		return r.beginRow(h, size)
	}
	payload := r.buf[r.start+HeaderSize : r.start+size : r.start+size]
	r.start += size
	return h, payload, nil
}

// Buffered reports whether Next has what it needs and would not read. That of a frame
// which cannot be is an error, and needs no more.
func (r *Reader) Buffered() bool {
	if r.InRow() {
		return true
	}
	have := r.end - r.start
	if have < HeaderSize {
		return false
	}
	_, length, err := parse(r.buf[r.start:])
	return err != nil || CheckLength(int(length), r.limit) != nil || have-HeaderSize >= int(length)
}

// Message returns a reader of a payload that Next returned. It is the same one for
// all payloads, so it is valid as long as the payload is.
func (r *Reader) Message(payload []byte) *wire.Reader {
	r.message.Start(payload)
	return &r.message
}

// SharedMessage is Message for bytes in shared memory, that of another reader.
func (r *Reader) SharedMessage(b []byte) *wire.Reader {
	r.message.StartShared(b)
	return &r.message
}

// Detach returns a Reader that goes on where r is with memory of its own, so
// that the last payload and its message stay valid. r must not be used any more.
func (r *Reader) Detach() *Reader {
	rest := slices.Clone(r.buf[r.start:r.end])
	return &Reader{src: r.src, limit: r.limit, buf: rest[:cap(rest)], end: len(rest), row: r.row, rowEnd: max(0, r.rowEnd-r.start)}
}

// fill reads until size bytes are in the buffer.
func (r *Reader) fill(size int) error {
	if r.end-r.start >= size {
		return nil
	}
	r.compact()
	for r.end < size {
		if r.end == len(r.buf) {
			r.grow(size)
		}
		n, err := r.src.Read(r.buf[r.end:])
		r.end += max(n, 0)
		if err != nil && r.end < size {
			if r.end > 0 {
				err = unexpected(err)
			}
			return err
		}
	}
	return nil
}

// compact moves what is left to the front. An empty buffer that a long frame
// left behind is dropped.
func (r *Reader) compact() {
	if r.start == r.end && len(r.buf) > keepBuffer {
		r.buf, r.start, r.end = nil, 0, 0
		r.message.Start(nil) // it has been read, and would keep the buffer
	}
	r.end = copy(r.buf, r.buf[r.start:r.end])
	r.start, r.rowEnd = 0, 0
}

// grow doubles the buffer, but not beyond what the frame needs.
func (r *Reader) grow(size int) {
	n := 2 * len(r.buf)
	if r.trusts {
		n = size
	}
	bigger := make([]byte, max(minBuffer, min(size, n)))
	copy(bigger, r.buf[:r.end])
	r.buf = bigger
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
