//go:build unix

package process_test

import (
	"context"
	"errors"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
)

// unlucky returns n, and has no encoding for 13 as a result, nor for -13 as an
// argument.
var unlucky = runtime.Define(&runtime.Func[int, int]{
	Task:      runtime.Task{Name: "process_test.Unlucky", Shape: "func(int) int"},
	Call:      func(_ context.Context, n int) (int, error) { return n, nil },
	AppendArg: refusing(-13), ReadArg: (*wire.Reader).Int,
	AppendResult: refusing(13), ReadResult: (*wire.Reader).Int,
})

var errUnlucky = errors.New("unlucky number")

func refusing(bad int) func([]byte, int) ([]byte, error) {
	return func(b []byte, n int) ([]byte, error) {
		if n == bad {
			return nil, errUnlucky
		}
		return wire.AppendInt(b, n), nil
	}
}

// A value that cannot be encoded costs its call, not the worker, nor the items
// beside it.
func TestG5_ValuesThatCannotBeEncoded(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	first := must(t, p, pid, 0)
	for n, started := range map[int]bool{13: true, -13: false} {
		_, err := do(t, p, unlucky, n)
		var lost *runtime.TaskError
		if !errors.Is(err, runtime.ErrEncoding) || !errors.As(err, &lost) || lost.Started != started {
			t.Errorf("%d: %v", n, err)
		}
	}
	items := []int{1, 13, 2, -13, 3}
	got, err := runtime.Map(t.Context(), p, unlucky, items, runtime.Chunk(5), runtime.ContinueOnError())
	var item *runtime.ItemError
	joined, _ := err.(interface{ Unwrap() []error })
	if joined == nil || len(joined.Unwrap()) != 2 || got[0] != 1 || got[2] != 2 || got[4] != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	for i, err := range joined.Unwrap() {
		if !errors.As(err, &item) || item.Index != 2*i+1 || !errors.Is(err, runtime.ErrEncoding) {
			t.Errorf("got %v", err)
		}
	}
	if must(t, p, pid, 0) != first {
		t.Error("the worker was replaced")
	}
}
