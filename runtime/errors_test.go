package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// cross encodes and decodes an error.
func cross(t *testing.T, err error) error {
	t.Helper()
	r := wire.NewReader(runtime.AppendError(nil, err))
	got := runtime.ReadError(&r)
	if bad := r.Finish(); bad != nil {
		t.Fatalf("%v: %v", err, bad)
	}
	return got
}

type nilError struct{ text string }

func (e *nilError) Error() string { return e.text } // panics on a nil pointer

type cyclic struct{}

func (cyclic) Error() string { return "cyclic" }
func (cyclic) Unwrap() error { return cyclic{} }

type wide struct{}

func (wide) Error() string   { return "wide" }
func (wide) Unwrap() []error { return []error{wide{}, wide{}} }

func TestErrorsKeepTheirIdentity(t *testing.T) {
	if got := cross(t, nil); got != nil {
		t.Errorf("nil became %v", got)
	}
	for _, err := range []error{
		io.EOF, context.Canceled, context.DeadlineExceeded, fs.ErrNotExist, runtime.ErrCrashed, runtime.ErrEncoding,
	} {
		if got := cross(t, err); got != err {
			t.Errorf("%v became %#v", err, got)
		}
	}
	_, open := os.Open("/does/not/exist")
	_, number := strconv.Atoi("x")
	chain := fmt.Errorf("outer: %w", errors.Join(open, fmt.Errorf("inner: %w", io.ErrUnexpectedEOF), number))
	got := cross(t, chain)
	var path *fs.PathError
	var num *strconv.NumError
	switch {
	case got.Error() != chain.Error():
		t.Errorf("text %q, want %q", got, chain)
	case !errors.Is(got, fs.ErrNotExist), !errors.Is(got, io.ErrUnexpectedEOF), !errors.Is(got, strconv.ErrSyntax):
		t.Errorf("a sentinel is lost in %v", got)
	case !errors.As(got, &path) || path.Path != "/does/not/exist" || path.Err != syscall.ENOENT:
		t.Errorf("PathError is %+v", path)
	case !errors.As(got, &num) || num.Num != "x":
		t.Errorf("NumError is %+v", num)
	}
}

func TestErrorsOfThisPackageCross(t *testing.T) {
	err := &runtime.TaskError{Task: "a/b.C", Started: true, Err: &runtime.PanicError{Value: "v", Stack: debug.Stack()}}
	got := cross(t, &runtime.ItemError{Index: 7, Err: err})
	var item *runtime.ItemError
	var failure *runtime.TaskError
	var p *runtime.PanicError
	if !errors.As(got, &item) || item.Index != 7 || !errors.As(got, &failure) || !failure.Started || !errors.As(got, &p) || p.Value != "v" || len(p.Stack) == 0 {
		t.Errorf("got %+v", got)
	}
	if text := got.Error(); text != "item 7: task b.C: panic: v" {
		t.Errorf("text %q", text)
	}
}

func TestUnknownErrorsBecomeRemote(t *testing.T) {
	var typedNil *nilError
	for _, c := range []struct {
		err        error
		kind, text string
	}{
		{errors.New("plain"), "*errors.errorString", "plain"},
		{&nilError{"x"}, "*runtime_test.nilError", "x"},
		{typedNil, "*runtime_test.nilError", "Error method of *runtime_test.nilError panicked"},
		{(*fs.PathError)(nil), "*fs.PathError", "Error method of *fs.PathError panicked"},
	} {
		var remote *runtime.RemoteError
		if got := cross(t, c.err); !errors.As(got, &remote) || remote.Type != c.kind || remote.Message != c.text {
			t.Errorf("%T became %#v", c.err, got)
		} else if again := cross(t, got); !errors.As(again, &remote) || remote.Type != c.kind || remote.Message != c.text {
			t.Errorf("%T became %#v the second time", c.err, again)
		}
	}
}

func TestEndlessChainsAreCut(t *testing.T) {
	for _, err := range []error{cyclic{}, wide{}} {
		b := runtime.AppendError(nil, err)
		if len(b) > 200_000 {
			t.Errorf("%v takes %d bytes", err, len(b))
		}
		cross(t, err)
	}
}

func TestMarksAreInvisible(t *testing.T) {
	for _, err := range []error{runtime.Permanent(io.EOF), runtime.Discard(io.EOF)} {
		if got := cross(t, err); !errors.Is(got, io.EOF) || got.Error() != "EOF" {
			t.Errorf("got %v", got)
		}
	}
	if runtime.Permanent(nil) != nil || runtime.Discard(nil) != nil {
		t.Error("a mark on nil is an error")
	}
}

func TestSentinelsAreTheStandardOnesToo(t *testing.T) {
	if !errors.Is(runtime.ErrCanceled, context.Canceled) || !errors.Is(runtime.ErrTimeout, context.DeadlineExceeded) || errors.Is(runtime.ErrClosed, context.Canceled) {
		t.Error("wrong")
	}
	err := &runtime.TaskError{Task: "x/y.Z", Err: runtime.ErrClosed}
	if got := err.Error(); got != "task y.Z: pool is closed (not started)" {
		t.Errorf("text %q", got)
	}
}
