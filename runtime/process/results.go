package process

import (
	"errors"
	"io"
	"os"

	"github.com/offing-go/offing/runtime/internal/child"
)

// results is our end of the stream that outcomes come through: the pipe, and when that
// has ended what the worker had complete and did not write any more.
//
// Once the worker is dead the pipe has a deadline, for something else may hold it open:
// that means that nobody writes any more, and not that what is in it does not count.
//
// It belongs to the goroutine that owns the worker, but for the deadline.
type results struct {
	file  *os.File
	board *child.Board // nil for none
	read  uint64       // bytes that came through the pipe
	rest  []byte       // what did not, and was not returned yet
	ended error        // of the pipe; not nil once rest is known
}

// Read implements io.Reader.
func (r *results) Read(b []byte) (int, error) {
	if r.ended == nil {
		n, err := r.readPipe(b)
		r.read += uint64(max(n, 0))
		if n > 0 || err == nil {
			return n, nil
		}
		if r.ended = err; r.board != nil {
			r.rest = r.board.Rest(r.read)
		}
	}
	if len(r.rest) == 0 {
		return 0, r.ended
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *results) readPipe(b []byte) (int, error) {
	n, err := r.file.Read(b)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	raw, bad := r.file.SyscallConn()
	if bad != nil {
		return n, err
	}
	raw.Control(func(fd uintptr) { n = readOnce(fd, b) })
	if n > 0 {
		return n, nil
	}
	return 0, io.EOF
}
