//go:build unix

package process_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
)

var errKept = errors.New("kept")

// limitError is an error type of a program, with the codec that the generator
// writes for it.
type limitError struct {
	Limit int
	Err   error
}

func (e *limitError) Error() string { return fmt.Sprint("over ", e.Limit, ": ", e.Err) }
func (e *limitError) Unwrap() error { return e.Err }

func init() {
	runtime.DefineError("process_test.errKept", errKept)
	runtime.DefineErrorType("process_test.limitError", "struct{Limit int; Err error}",
		func(b []byte, e *limitError, depth int) ([]byte, error) {
			return runtime.AppendErrorIn(wire.AppendInt(b, e.Limit), e.Err, depth)
		},
		func(r *wire.Reader) *limitError { return &limitError{r.Int(), runtime.ReadError(r)} })
}

var (
	overLimit = onInts(named("OverLimit"), func(_ context.Context, n int) (int, error) {
		return 0, fmt.Errorf("no: %w", &limitError{n, errKept})
	})
	lookPath = onInts(named("LookPath"), func(context.Context, int) (int, error) {
		_, err := exec.LookPath("no such program")
		return 0, err
	})
)

func TestErrorsKeepTheirIdentity(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	_, err := do(t, p, overLimit, 7)
	var limit *limitError
	if !errors.Is(err, errKept) || !errors.As(err, &limit) || limit.Limit != 7 || err.Error() != "no: over 7: kept" {
		t.Errorf("got %#v", err)
	}
	_, err = do(t, p, lookPath, 0)
	var program *exec.Error
	if !errors.Is(err, exec.ErrNotFound) || !errors.As(err, &program) || program.Name != "no such program" {
		t.Errorf("got %#v", err)
	}
}

func TestExecErrorsThatAreIncomplete(t *testing.T) {
	for _, err := range []*exec.Error{nil, {Name: "x"}} {
		r := wire.NewReader(runtime.AppendError(nil, err))
		got, ok := runtime.ReadError(&r).(*exec.Error)
		if r.Finish() != nil || !ok || (got == nil) != (err == nil) || got != nil && got.Error() == "" {
			t.Errorf("%#v became %#v", err, got)
		}
	}
}
