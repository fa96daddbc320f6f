package runtime_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

// Calls do not open what Warm is opening.
func TestCallsWaitForWarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 3})
		desks := tasks.NewDeskWorkers(p, name)
		r.Open = func(context.Context) error { time.Sleep(time.Second); return nil }
		var wg sync.WaitGroup
		wg.Go(func() { desks.Warm(t.Context()) })
		synctest.Wait()
		for _, f := range tasks.SubmitAllSit(t.Context(), desks, make([]int, 3)) {
			f.Result(t.Context())
		}
		wg.Wait()
		if n := r.Opened.Load(); n > 3 {
			t.Errorf("Warm and 3 calls, 3 workers: %d opened", n)
		}
		p.Shutdown(t.Context())
	})
}

// Nor does another Warm.
func TestWarmTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 3})
		desks := tasks.NewDeskWorkers(p, name)
		r.Open = func(context.Context) error { time.Sleep(time.Second); return nil }
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := desks.Warm(t.Context()); err != nil || desks.States().Open != 3 {
					t.Error(err, desks.States())
				}
			})
		}
		wg.Wait()
		if n := r.Opened.Load(); n > 3 {
			t.Errorf("4 Warms, 3 workers: %d opened", n)
		}
		p.Shutdown(t.Context())
	})
}

// Shutdown waits for Warm and closes what it opens.
func TestShutdownWaitsForWarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 1})
		desks := tasks.NewDeskWorkers(p, name)
		r.Open = func(context.Context) error { time.Sleep(time.Minute); return nil }
		go desks.Warm(t.Context())
		synctest.Wait()
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if r.Opened.Load() != r.Closed.Load() || r.Opened.Load() == 0 {
			t.Errorf("Shutdown returned; opened %d closed %d (constructor runs on)", r.Opened.Load(), r.Closed.Load())
		}
	})
}

// The errors of Warm say which constructor it was, and are of the kinds that calls have.
func TestErrorsOfWarm(t *testing.T) {
	r, name := room(t)
	p := poolOf(t, runtime.PoolConfig{Workers: 2})
	desks := tasks.NewDeskWorkers(p, name)
	want := func(err, target error, started bool) {
		t.Helper()
		var lost *runtime.TaskError
		if !errors.Is(err, target) || !errors.As(err, &lost) || lost.Started != started || !strings.Contains(lost.Task, "OpenDesk") {
			t.Errorf("got %v", err)
		}
	}
	r.Open = func(context.Context) error { panic("in a constructor") }
	want(desks.Warm(t.Context()), runtime.ErrPanic, true)
	r.Open = func(context.Context) error { return errOdd }
	if err := desks.Warm(t.Context()); !errors.Is(err, errOdd) {
		t.Errorf("got %v", err)
	}
	r.Open = nil
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	want(desks.Warm(ended), runtime.ErrCanceled, false)
	p.Close()
	want(desks.Warm(t.Context()), runtime.ErrClosed, false)
	wantDesks(t, r, 0, 0)
}

// Who decorates an executor and does not tell of it cannot have its workers warmed.
func TestWarmOutOfReach(t *testing.T) {
	r, name := room(t)
	if err := tasks.NewDeskWorkers(veiled{runtime.Inline}, name).Warm(t.Context()); err == nil || !strings.Contains(err.Error(), "Unwrap") {
		t.Errorf("got %v", err)
	}
	wantDesks(t, r, 0, 0)
}

// veiled is an executor that does not say what it is.
type veiled struct{ ex runtime.Executor }

func (h veiled) Submit(ctx context.Context, c runtime.Call) { h.ex.Submit(ctx, c) }
