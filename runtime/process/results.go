package process

import (
	"errors"
	"os"
)

// results is our end of the pipe that outcomes come through. Once the worker is
// dead it has a deadline, for something else may hold the pipe open: that means
// that nobody writes any more, and not that what is in the pipe does not count.
type results struct{ file *os.File }

func (r results) Read(b []byte) (int, error) {
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
	return 0, err
}
