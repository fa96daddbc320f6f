package frame

import (
	"fmt"

	"github.com/offing-go/offing/runtime/internal/part"
)

// A row is calls of one task with ids in a row, or the outcomes of such calls, in one
// frame: of calls of a microsecond the headers would be most of what travels, and to
// make and read them much of what is done. Its payload is a part, as of package part,
// with one piece for each call; none is plain. Its header has the id of the first.
//
//	Calls    | header: task, id 7 | length, arguments of 7 | length, arguments of 8 | ...
//	Outcomes | header: id 7       | length, outcome of 7   | length, outcome of 8   | ...
//
// What else a header has to say is not said of a call in a row: one that has a deadline,
// or has used retries, or whose arguments are in shared memory has a frame of its own.

// CheckRow returns how many calls the row with header h has. One that has none, or is not
// made of whole pieces, is an error.
func CheckRow(h Header, payload []byte) (n int, err error) {
	plain := Header{Kind: h.Kind, ID: h.ID}
	if h.Kind == Calls {
		plain.Task = h.Task
	}
	if h != plain {
		return 0, fmt.Errorf("%w: %+v as the header of a row", ErrInvalid, h)
	}
	for rest := payload; len(rest) > 0; n++ {
		end, marked := part.Cut(rest)
		if end == 0 {
			return 0, fmt.Errorf("%w: a row: %w", ErrInvalid, part.Fault(rest))
		}
		if marked {
			return 0, fmt.Errorf("%w: a row with a plain outcome", ErrInvalid)
		}
		rest = rest[end:]
	}
	if n == 0 {
		return 0, fmt.Errorf("%w: an empty row", ErrInvalid)
	}
	return n, nil
}

// beginRow has r return the calls of the row with header h, whose size bytes are in the
// buffer, one by one, and returns the first.
func (r *Reader) beginRow(h Header, size int) (Header, []byte, error) {
	if _, err := CheckRow(h, r.buf[r.start+HeaderSize:r.start+size]); err != nil {
		return Header{}, nil, err
	}
	r.row, r.rowEnd = Header{Kind: Call, Task: h.Task, ID: h.ID - 1}, r.start+size
	r.start += HeaderSize
	_, payload := r.NextInRow()
	return r.row, payload, nil
}

// InRow reports whether Next returns a call of the row that the last one was of.
func (r *Reader) InRow() bool { return r.start < r.rowEnd }

// NextInRow is Next while InRow is true, of a row that is known to be whole. The header is
// that of the call before it but for the id.
func (r *Reader) NextInRow() (id uint64, payload []byte) {
	end, _ := part.Cut(r.buf[r.start:r.rowEnd])
	payload = r.buf[r.start+part.LengthSize : r.start+end : r.start+end]
	r.start += end
	r.row.ID++
	return r.row.ID, payload
}
