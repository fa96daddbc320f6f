package executortest

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

// hardLimit is how long what should be soon may take on the slowest machine.
const hardLimit = 10 * time.Second

// hangLimit is how long a case may take that waits for more than one thing. A
// case that hangs ends the test with the stacks of all goroutines.
const hangLimit = 12 * hardLimit

// pollEvery is how often the suite looks at what cannot tell it.
const pollEvery = 500 * time.Microsecond

// A rig is what a case works with: an executor and a directory for the marks of
// its tasks. Its methods fail the test where they say "must".
type rig struct {
	*testing.T
	ctx     context.Context // never ends: what bounds a wait is hardLimit
	dir     string
	ex      runtime.Executor
	another func() runtime.Executor // makes one more, of the same size
}

// resize gives ex n workers, or skips the test.
func (r *rig) resize(ex runtime.Executor, n int) {
	r.Helper()
	sized, ok := ex.(resizer)
	if !ok {
		r.Skip("the executor has no Resize: it may not run calls side by side")
	}
	if err := sized.Resize(n); err != nil {
		r.Fatalf("Resize(%d): %v", n, err)
	}
}

// inThisProcess reports whether tasks run here, whatever the executor says.
func (r *rig) inThisProcess() bool { return r.pid() == os.Getpid() }

// inChild reports whether tasks run in a child process that we can see.
func (r *rig) inChild() bool { return childProcesses()[r.pid()] != "" }

// pid returns the id of a worker's process.
func (r *rig) pid() int {
	r.Helper()
	return must(r, chores.SubmitPid(r.ctx, r.ex))
}

// gate submits a call that waits until open.
func (r *rig) gate(name string) *runtime.Future[int] {
	return chores.SubmitGate(r.ctx, r.ex, r.dir, name)
}

// running submits a gate and waits until it runs.
func (r *rig) running(name string) *runtime.Future[int] {
	r.Helper()
	f := r.gate(name)
	r.await(name + chores.Began)
	return f
}

func (r *rig) open(name string) { r.mark(name + chores.Opened) }

func (r *rig) openAll() { r.mark(chores.AllOpened) }

func (r *rig) mark(name string) {
	if err := chores.Mark(r.dir, name); err != nil {
		r.Error(err)
	}
}

func (r *rig) unmark(name string) {
	if err := chores.Unmark(r.dir, name); err != nil {
		r.Error(err)
	}
}

func (r *rig) marked(name string) bool { return chores.Marked(r.dir, name) }

// await waits for a mark, which must come.
func (r *rig) await(name string) {
	r.Helper()
	r.eventually("mark "+name, func() bool { return r.marked(name) })
}

// begun returns the gates that began.
func (r *rig) begun() (names []string) {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		r.Fatal(err)
	}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), chores.Began); ok {
			names = append(names, name)
		}
	}
	return names
}

// eventually waits until ok, which must come.
func (r *rig) eventually(what string, ok func() bool) {
	r.Helper()
	for limit := time.Now().Add(hardLimit); !ok(); time.Sleep(pollEvery) {
		if time.Now().After(limit) {
			r.Fatalf("%s: not within %v", what, hardLimit)
		}
	}
}

// within runs fn, which must return.
func (r *rig) within(what string, fn func()) {
	r.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	select {
	case <-done:
	case <-time.After(hardLimit):
		r.Fatalf("%s: not within %v", what, hardLimit)
	}
}

// shutdown shuts ex down, which must succeed.
func (r *rig) shutdown() {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, hardLimit)
	defer cancel()
	if err := r.ex.(shutter).Shutdown(ctx); err != nil {
		r.Errorf("Shutdown: %v", err)
	}
}

// close closes ex, which must succeed.
func (r *rig) close() {
	r.Helper()
	r.within("Close", func() {
		if err := r.ex.(closer).Close(); err != nil {
			r.Errorf("Close: %v", err)
		}
	})
}

// works checks that the executor still runs calls.
func (r *rig) works() {
	r.Helper()
	want(r, chores.SubmitSquare(r.ctx, r.ex, 9), 81)
}

// outcome returns the outcome of a call, which must settle.
func outcome[T any](r *rig, f *runtime.Future[T]) (T, error) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, hardLimit)
	defer cancel()
	v, err := f.Result(ctx)
	if ctx.Err() != nil && !f.State().Settled() {
		r.Fatalf("call did not settle within %v; it is %v", hardLimit, f.State())
	}
	return v, err
}

// must returns the result of a call, which must succeed.
func must[T any](r *rig, f *runtime.Future[T]) T {
	r.Helper()
	v, err := outcome(r, f)
	if err != nil {
		r.Fatalf("error %v, want none", err)
	}
	return v
}

// want checks that a call succeeds with v.
func want[T comparable](r *rig, f *runtime.Future[T], v T) {
	r.Helper()
	if got, err := outcome(r, f); got != v || err != nil {
		r.Errorf("result %v, %v; want %v", got, err, v)
	}
}

// wantError checks that a call fails with an error that is target, and returns
// the error.
func wantError[T any](r *rig, f *runtime.Future[T], target error) error {
	r.Helper()
	_, err := outcome(r, f)
	if !errors.Is(err, target) {
		r.Errorf("error %v, want %v", err, target)
	}
	return err
}

// wantStarted checks what a TaskError says about the task having begun.
func wantStarted(r *rig, err error, started bool) {
	r.Helper()
	var lost *runtime.TaskError
	if !errors.As(err, &lost) {
		r.Errorf("error %v is no *TaskError", err)
	} else if lost.Started != started {
		r.Errorf("error %v says Started %t, want %t", err, lost.Started, started)
	}
}

// wantState checks the state of a call.
func wantState[T any](r *rig, f *runtime.Future[T], s runtime.State) {
	r.Helper()
	if got := f.State(); got != s {
		r.Errorf("state %v, want %v", got, s)
	}
}
