//go:build unix

package process_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	goruntime "runtime"
	"sync"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
)

// unlucky returns n, and has no encoding for 13 as a result, nor for -13 as an
// argument.
var unlucky = define(&runtime.Func[int, int]{
	Task:      runtime.Task{Name: "process_test.Unlucky", Shape: "func(int) int"},
	Call:      func(_ context.Context, n int) (int, error) { return n, nil },
	AppendArg: refusing(-13), ReadArg: wire.Into((*wire.Reader).Int),
	AppendResult: refusing(13), ReadResult: wire.Into((*wire.Reader).Int),
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

// picky is a task whose results are decoded slowly, and not at all for 3 and 8; it
// exits at 99.
var picky = define(&runtime.Func[int, []byte]{
	Task: runtime.Task{Name: "process_test.Picky", Shape: "func(int) []byte"},
	Call: func(_ context.Context, n int) ([]byte, error) {
		if n == 99 {
			os.Exit(3)
		}
		fmt.Fprintln(os.Stdout, "ran", n)
		return append(make([]byte, 4000), byte(n)), nil
	},
	AppendArg: wire.Sure(wire.AppendInt), ReadArg: wire.Into((*wire.Reader).Int),
	AppendResult: wire.Sure(wire.AppendBytes),
	ReadResult: func(r *wire.Reader, b *[]byte) {
		*b = r.Bytes()
		if n := len(*b); n > 0 && (*b)[n-1] == 3 {
			panic("no 3")
		} else if n > 0 && (*b)[n-1] == 8 {
			goruntime.Goexit()
		}
		time.Sleep(5 * time.Millisecond)
	},
})

// One that ends the goroutine which decodes costs its call, or the chunk of its item,
// and the pool goes on.
func TestG1_DecoderThatEndsTheGoroutine(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 3 {
		if _, err := do(t, p, picky, 8); !errors.Is(err, runtime.ErrEncoding) {
			t.Fatalf("got %v", err)
		}
	}
	got, err := runtime.Map(t.Context(), p, picky, []int{1, 8, 2}, runtime.Chunk(3), runtime.ContinueOnError())
	if !errors.Is(err, runtime.ErrEncoding) || len(got) != 3 || len(got[0]) != 4001 {
		t.Errorf("%d results, %v", len(got), err)
	}
	if must(t, p, square, 7) != 49 {
		t.Error("the pool does not go on")
	}
}

// A method of the user's types that panics while a result is decoded costs that
// item, and none is run again for it.
func TestG5_DecoderThatPanics(t *testing.T) {
	var log records
	p := newPool(t, process.Config{Workers: 1, Logger: slog.New(&log)})
	_, err := runtime.Map(t.Context(), p, picky, []int{0, 1, 2, 3, 4, 5}, runtime.Chunk(6), runtime.ContinueOnError())
	var item *runtime.ItemError
	if !errors.As(err, &item) || item.Index != 3 || !errors.Is(err, runtime.ErrEncoding) {
		t.Errorf("got %v", err)
	}
	p.Close()
	if n := len(log.all); n != 6 {
		t.Errorf("%d items ran: %v", n, log.all)
	}
}

// What a worker has sent counts, however long it takes us to read it.
func TestG5_OutcomesOfADeadWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	items := make([]int, 100)
	for i := range items {
		items[i] = 100 + i
	}
	items[99] = 99
	_, err := runtime.Map(t.Context(), p, picky, items, runtime.Chunk(100))
	var item *runtime.ItemError
	if !errors.As(err, &item) || item.Index != 99 || !errors.Is(err, runtime.ErrCrashed) {
		t.Errorf("got %v", err)
	}
}

// exiting has an argument whose codec ends the goroutine that encodes it.
var exiting = define(&runtime.Func[int, int]{
	Task: runtime.Task{Name: "process_test.Exiting", Shape: "func(int) int"},
	Call: func(_ context.Context, n int) (int, error) { return n, nil },
	AppendArg: func(b []byte, n int) ([]byte, error) {
		if n == 13 {
			goruntime.Goexit()
		}
		return wire.AppendInt(b, n), nil
	},
	ReadArg: wire.Into((*wire.Reader).Int), AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
})

// exitingCall submits a call to ex on a goroutine that may not survive it.
func exitingCall(t *testing.T, ex runtime.Executor, n int) *runtime.Future[int] {
	c := &call[int, int]{f: exiting, arg: n} // whose Submit may not return
	c.Init(t.Context(), &exiting.Task)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ex.Submit(t.Context(), c)
	}()
	<-ended
	return c.Future()
}

// A codec that ends the goroutine costs its call, whoever encodes: one that claimed the
// worker, its owner, or a caller that waits.
func TestG1_CodecThatEndsTheGoroutine(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	first := must(t, p, pid, 0)
	waits := runtime.Waiting(t.Context(), p)
	lost := []*runtime.Future[int]{exitingCall(t, p, 13), exitingCall(t, waits, 13)}
	gate := submit(t.Context(), p, nap, 50_000) // the others are queued, and its owner encodes them
	var kept []*runtime.Future[int]
	for n := range 40 {
		if f := exitingCall(t, p, n); n == 13 {
			lost = append(lost, f)
		} else {
			kept = append(kept, f)
		}
	}
	for i, f := range lost {
		if _, err := f.Result(within(t)); !errors.Is(err, runtime.ErrEncoding) || started(t, err) {
			t.Errorf("%d: %v", i, err)
		}
	}
	for _, f := range append(kept, gate) {
		if _, err := f.Result(within(t)); err != nil {
			t.Error(err)
		}
	}
	if must(t, p, pid, 0) != first {
		t.Error("the worker was replaced")
	}
	p.Close()
}

// fleeting is a task whose argument can be encoded once: after that its codec ends the
// goroutine.
var (
	encoded  sync.Map
	fleeting = define(&runtime.Func[int, int]{
		Task: runtime.Task{Name: "process_test.Fleeting", Shape: "func(int) int"},
		Call: func(_ context.Context, n int) (int, error) { return n, nil },
		AppendArg: func(b []byte, n int) ([]byte, error) {
			if _, again := encoded.LoadOrStore(n, true); again {
				goruntime.Goexit()
			}
			return wire.AppendInt(b, n), nil
		},
		ReadArg:      wire.Into((*wire.Reader).Int),
		AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
	})
	lateExit = onInts(named("LateExit"), func(_ context.Context, n int) (int, error) {
		time.Sleep(600 * time.Microsecond) // so that others wait behind it
		os.Exit(n)
		return 0, nil
	})
)

// A codec that ends the goroutine when the calls of a dead worker are encoded for another
// one ends none that the pool needs.
func TestG1_CodecThatEndsTheGoroutineAgain(t *testing.T) {
	p, err := process.NewPool(process.Config{Workers: 2, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	made := rand.Int() // again with -count
	for range 10 {
		hurry(t, p)
		var calls []*runtime.Future[int]
		for range 100 {
			calls = append(calls, submit(t.Context(), p, square, 1))
		}
		calls = append(calls, submit(t.Context(), p, lateExit, 3))
		for range 20 {
			made++
			calls = append(calls, submit(t.Context(), p, fleeting, made))
		}
		for _, f := range calls {
			if _, err := f.Result(within(t)); err != nil && !errors.Is(err, runtime.ErrCrashed) && !errors.Is(err, runtime.ErrEncoding) {
				t.Fatal(err)
			}
		}
	}
	closed := make(chan struct{})
	go func() { defer close(closed); p.Close() }()
	select {
	case <-closed:
	case <-time.After(20 * time.Second):
		t.Fatal("Close does not return")
	}
}
