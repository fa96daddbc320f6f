package kitchen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"github.com/offing-go/offing/runtime"
)

// sentinels are errors that keep their identity.
var sentinels = []error{
	io.EOF, io.ErrUnexpectedEOF, context.Canceled, context.DeadlineExceeded, fs.ErrNotExist, os.ErrDeadlineExceeded,
	strconv.ErrSyntax, errors.ErrUnsupported, runtime.ErrCrashed, runtime.ErrTimeout, runtime.ErrEncoding, ErrKitchen,
}

// A fault is an error with a field.
type fault struct{ Text string }

func (f *fault) Error() string { return f.Text } // panics on a nil pointer

// err makes an error that wraps others, nil among them.
func (m maker) err() error {
	switch m.IntN(8) {
	case 0, 1:
		return nil
	case 2:
		return of[error](m, (*fault)(nil), (*fs.PathError)(nil))
	}
	return m.fault(3)
}

// fault makes an error that is not nil and depth deep.
func (m maker) fault(depth int) error {
	if depth == 0 || m.IntN(3) == 0 {
		return of[error](m, of(m, sentinels...), errors.New(m.text()), syscall.Errno(m.IntN(50)), &fault{m.text()})
	}
	inner := m.fault(depth - 1)
	switch m.IntN(15) {
	case 0:
		return errors.Join(inner, m.fault(depth-1))
	case 1:
		return &fs.PathError{Op: "open", Path: m.text(), Err: inner}
	case 2:
		return &os.LinkError{Op: "link", Old: m.text(), New: m.text(), Err: inner}
	case 3:
		return &os.SyscallError{Syscall: "wait", Err: inner}
	case 4:
		return &strconv.NumError{Func: "Atoi", Num: m.text(), Err: inner}
	case 5:
		return &runtime.TaskError{Task: "a/b.C", Started: m.IntN(2) == 0, Err: inner}
	case 6:
		return &runtime.ItemError{Index: m.IntN(1e6), Err: inner}
	case 7:
		return &runtime.PanicError{Value: m.text(), Stack: of(m, nil, []byte{}, []byte("goroutine 1"))}
	case 8:
		return runtime.Permanent(inner)
	case 9:
		return runtime.Discard(inner)
	case 10, 11:
		return &Outage{Code: m.IntN(100), Where: of(m, nil, []string{}, []string{m.text(), "b"}), Err: of(m, nil, inner)}
	case 12:
		return of[error](m, Status{404}, &Status{500}, (*Outage)(nil))
	}
	return fmt.Errorf("%s: %w", m.text(), of[error](m, inner, inner, (*fault)(nil)))
}
