package process

import (
	"errors"
	"os/exec"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// Errors of os/exec are registered here, and not well known to package runtime:
// a program without worker processes does not need that package.
func init() {
	runtime.DefineError("os/exec.ErrDot", exec.ErrDot)
	runtime.DefineError("os/exec.ErrNotFound", exec.ErrNotFound)
	runtime.DefineError("os/exec.ErrWaitDelay", exec.ErrWaitDelay)
	runtime.DefineErrorType("*os/exec.Error", "struct{Name string; Err error}", appendExecError, readExecError)
}

func appendExecError(b []byte, e *exec.Error, depth int) ([]byte, error) {
	if b = wire.AppendPresent(b, e != nil); e == nil {
		return b, nil
	}
	return runtime.AppendErrorIn(wire.AppendString(b, e.Name), e.Err, depth)
}

func readExecError(r *wire.Reader) *exec.Error {
	if !r.Present() {
		return nil
	}
	e := &exec.Error{Name: r.String(), Err: runtime.ReadError(r)}
	if e.Err == nil { // its Error method would panic
		e.Err = errNoCause
	}
	return e
}

var errNoCause = errors.New("no error given")
