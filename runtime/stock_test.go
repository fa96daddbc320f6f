package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

// A Shutdown whose context ends leaves the pool to finish: its states are closed then.
func TestStatesAfterALateShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 2})
		desks := tasks.NewDeskWorkers(p, name)
		r.Use = func(context.Context, *tasks.Desk, int) (int, error) { time.Sleep(time.Minute); return 0, nil }
		f := tasks.SubmitSit(t.Context(), desks, 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if p.Shutdown(ctx) == nil {
			t.Error("Shutdown returns before the task does")
		}
		f.Result(t.Context())
		time.Sleep(time.Hour)
		wantDesks(t, r, 1, 1)
	})
}

// Calls that are encoded in this process end with their workers like others.
func TestEncodedCallsAfterClose(t *testing.T) {
	r, name := room(t)
	desks := tasks.NewDeskWorkers(runtime.RoundTrip(runtime.Inline), name)
	tasks.CallSit(t.Context(), desks, 0)
	desks.Close()
	_, err := tasks.CallSit(t.Context(), desks, 0)
	if !errors.Is(err, runtime.ErrClosed) {
		t.Error("after Close:", err)
	}
	desks.Close()
	wantDesks(t, r, 1, 1)
}

// Two workers with the same arguments, on two pools, have states of their own.
func TestEncodedTwins(t *testing.T) {
	r, name := room(t)
	pa, pb := poolOf(t, runtime.PoolConfig{Workers: 1}), poolOf(t, runtime.PoolConfig{Workers: 1})
	a := tasks.NewDeskWorkers(runtime.RoundTrip(pa), name)
	b := tasks.NewDeskWorkers(runtime.RoundTrip(pb), name)
	tasks.CallSit(t.Context(), a, 0)
	if a.States().Open != 1 || b.States().Open != 0 || pa.Stats().States.Open != 1 || pb.Stats().States.Open != 0 {
		t.Errorf("%+v, %+v", a.States(), b.States())
	}
	pa.Shutdown(t.Context())
	if r.Closed.Load() != 1 {
		t.Error("pool a is shut down, its state is open")
	}
}

// A pool that is closed takes no states from the workers of another one.
func TestEncodedTwinOfAClosedPool(t *testing.T) {
	_, name := room(t)
	a := tasks.NewDeskWorkers(runtime.RoundTrip(runtime.Inline), name)
	dead := poolOf(t, runtime.PoolConfig{})
	dead.Close()
	tasks.NewDeskWorkers(runtime.RoundTrip(dead), name)
	if _, err := tasks.CallSit(t.Context(), a, 0); err != nil {
		t.Error("workers of another pool:", err)
	}
}

// However many others with the same arguments come and go.
func TestEncodedTwinsRaced(t *testing.T) {
	_, name := room(t)
	a := tasks.NewDeskWorkers(runtime.RoundTrip(runtime.Inline), name)
	var stop atomic.Bool
	var wg sync.WaitGroup
	var bad atomic.Int64
	wg.Go(func() {
		for !stop.Load() {
			if _, err := tasks.CallSit(t.Context(), a, 0); err != nil {
				bad.Add(1)
			}
		}
	})
	for range 2000 {
		tasks.NewDeskWorkers(runtime.RoundTrip(runtime.Inline), name).Close()
	}
	stop.Store(true)
	wg.Wait()
	if n := bad.Load(); n > 0 {
		t.Errorf("%d calls failed as other workers were closed", n)
	}
}

// A Close that ends its goroutine costs no other state its own.
func TestCloseOfAStateExits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 3})
		desks, others := tasks.NewDeskWorkers(p, name), tasks.NewDeskWorkers(p, name)
		fill(t, r, desks, 3)
		fill(t, r, others, 3)
		r.Close = func(*tasks.Desk) error { goruntime.Goexit(); return nil }
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		wantDesks(t, r, 6, 6)
	})
}

// What a task returned is its call's outcome, whatever the Close of its state does.
func TestCloseOfADiscardedStateExits(t *testing.T) {
	r, name := room(t)
	p := poolOf(t, runtime.PoolConfig{Workers: 1, Logger: slog.New(slog.DiscardHandler)})
	desks := tasks.NewDeskWorkers(p, name)
	r.Close = func(*tasks.Desk) error { goruntime.Goexit(); return nil }
	r.Use = func(context.Context, *tasks.Desk, int) (int, error) { return 0, runtime.Discard(errOdd) }
	_, err := tasks.SubmitSit(t.Context(), desks, 0).Result(t.Context())
	if !errors.Is(err, errOdd) {
		t.Error("the task's error is lost:", err)
	}
}

// A Close that hangs does not keep others from being called.
func TestHungCloseHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 3, Logger: slog.New(slog.DiscardHandler)})
		desks := tasks.NewDeskWorkers(p, name)
		fill(t, r, desks, 3)
		synctest.Wait()
		block := make(chan struct{})
		var first atomic.Bool
		r.Close = func(*tasks.Desk) error {
			if first.CompareAndSwap(false, true) {
				<-block
			}
			return nil
		}
		p.Close()
		time.Sleep(time.Hour)
		if n := r.Closed.Load(); n < 3 { // Closed is counted before Close hangs
			t.Errorf("%d of 3 closes have begun", n)
		}
		close(block)
	})
}

// Nor the call that had the state.
func TestHungCloseHoldsUpNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 1, Logger: slog.New(slog.DiscardHandler)})
		desks := tasks.NewDeskWorkers(p, name)
		r.Use = func(context.Context, *tasks.Desk, int) (int, error) { return 0, runtime.Discard(errOdd) }
		block := make(chan struct{})
		r.Close = func(*tasks.Desk) error { <-block; return nil }
		f := tasks.SubmitSit(t.Context(), desks, 0)
		time.Sleep(time.Hour)
		if !f.State().Settled() {
			t.Error("the task returned an hour ago; its call is not settled:", f.State())
		}
		close(block)
	})
}

// Nor Resize.
func TestHungCloseHoldsUpNoResize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 3})
		desks := tasks.NewDeskWorkers(p, name)
		fill(t, r, desks, 3)
		synctest.Wait()
		r.Close = func(*tasks.Desk) error { time.Sleep(time.Hour); return nil }
		began := time.Now()
		p.Resize(1)
		if took := time.Since(began); took > 0 {
			t.Error("Resize took", took)
		}
		p.Shutdown(t.Context())
	})
}

// States are kept for the calls that others wait for, and not opened for each.
func TestStatesOfNestedCallsAreKept(t *testing.T) {
	r, name := room(t)
	p := poolOf(t, runtime.PoolConfig{Workers: 4})
	desks := tasks.NewDeskWorkers(p, name)
	r.Use = func(ctx context.Context, _ *tasks.Desk, n int) (int, error) {
		if n == 1 {
			for range 10 {
				for _, f := range tasks.SubmitAllSit(ctx, desks, make([]int, 100)) {
					if _, err := f.Result(ctx); err != nil {
						return 0, err
					}
				}
			}
		} else {
			time.Sleep(10 * time.Microsecond)
		}
		return 0, nil
	}
	if _, err := tasks.CallSit(t.Context(), desks, 1); err != nil {
		t.Error(err)
	}
	p.Shutdown(t.Context())
	if n := r.Opened.Load(); n > 10 {
		t.Errorf("1001 calls on 4 workers opened %d states", n)
	}
}

// That the pool is closed does not change: no retry.
func TestNoRetryOfClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 4})
		desks := tasks.NewDeskWorkers(p, name)
		desks.Close()
		began := time.Now()
		_, err := tasks.CallSitAgain(t.Context(), desks, 1)
		if took := time.Since(began); took > 0 {
			t.Error("refused after", took, err)
		}
	})
}

// A call that is canceled while its state is opened does not run; the state stays.
func TestCanceledWhileItsStateIsOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 1})
		desks := tasks.NewDeskWorkers(p, name)
		r.Open = func(context.Context) error { time.Sleep(time.Minute); return nil }
		ran := false
		r.Use = func(context.Context, *tasks.Desk, int) (int, error) { ran = true; return 0, nil }
		f := tasks.SubmitSit(t.Context(), desks, 0)
		time.Sleep(time.Second)
		f.Cancel()
		if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		if ran {
			t.Error("the task began 59 seconds after its call was canceled")
		}
		if desks.States().Open != 1 {
			t.Error("the state is not kept")
		}
		p.Shutdown(t.Context())
	})
}

// The zero value has no states and runs no calls.
func TestZeroWorkers(t *testing.T) {
	var w tasks.DeskWorkers
	if _, err := tasks.CallSit(t.Context(), &w, 0); err == nil {
		t.Error("a call succeeds")
	}
	if _, err := tasks.MapSit(t.Context(), &w, []int{1}); err == nil {
		t.Error("Map succeeds")
	}
	if w.Warm(t.Context()) == nil || w.Close() != nil || w.States() != (runtime.StateStats{}) || w.Unwrap() != nil {
		t.Error("it is not empty")
	}
}

// A pool that is closed inside a synctest bubble may be closed again outside.
func TestCloseInABubbleAndOutside(t *testing.T) {
	p := poolOf(t, runtime.PoolConfig{Workers: 1})
	synctest.Test(t, func(t *testing.T) {
		p.Close()
	})
	p.Close()
}

// Whatever comes together, the state is closed once and the outcome is that of the task.
func TestPanicAndClose(t *testing.T) {
	for _, c := range []func(){func() { panic("in close") }, func() { goruntime.Goexit() }} {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 1, Logger: slog.New(slog.DiscardHandler)})
		desks := tasks.NewDeskWorkers(p, name)
		r.Use = func(context.Context, *tasks.Desk, int) (int, error) { panic("in task") }
		r.Close = func(*tasks.Desk) error { c(); return nil }
		_, err := tasks.SubmitSit(t.Context(), desks, 0).Result(t.Context())
		_, other := tasks.MapSit(t.Context(), desks, []int{1})
		if !errors.Is(err, runtime.ErrPanic) || !errors.Is(other, runtime.ErrPanic) || p.Shutdown(t.Context()) != nil {
			t.Error(err, other)
		}
		wantDesks(t, r, 2, 2)
	}
}

// Shutdown in a task with a state waits for all but that.
func TestShutdownOnAState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 2})
		desks := tasks.NewDeskWorkers(p, name)
		fill(t, r, desks, 2)
		r.Use = func(ctx context.Context, _ *tasks.Desk, n int) (int, error) { return 0, p.Shutdown(ctx) }
		f := tasks.SubmitSit(t.Context(), desks, 0)
		if _, err := f.Result(t.Context()); err != nil {
			t.Error(err)
		}
		p.Shutdown(t.Context())
		wantDesks(t, r, 2, 2)
	})
}

// So does Close.
func TestCloseOnAState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 2})
		desks := tasks.NewDeskWorkers(p, name)
		fill(t, r, desks, 2)
		r.Use = func(ctx context.Context, _ *tasks.Desk, n int) (int, error) { desks.Close(); return 0, p.Close() }
		f := tasks.SubmitSit(t.Context(), desks, 0)
		if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
			t.Error(err)
		}
		synctest.Wait()
		wantDesks(t, r, 2, 2)
	})
}

// And both in a callback.
func TestCloseInACallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 2})
		desks := tasks.NewDeskWorkers(p, name)
		fill(t, r, desks, 2)
		f := tasks.SubmitSit(t.Context(), desks, 0)
		f.OnDone(func(int, error) { p.Shutdown(t.Context()); wantDesks(t, r, 2, 2); p.Close() })
		f.Result(t.Context())
		synctest.Wait()
		wantDesks(t, r, 2, 2)
	})
}

// A constructor may call tasks on its pool, and close it.
func TestConstructorUsesItsPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		r2 := new(tasks.Room)
		r2.Enter(name + "2")
		p := poolOf(t, runtime.PoolConfig{Workers: 1})
		desks := tasks.NewDeskWorkers(p, name)
		others := tasks.NewDeskWorkers(p, name+"2")
		r.Open = func(ctx context.Context) error { _, err := tasks.CallSit(ctx, others, 1); return err }
		f := tasks.SubmitSit(t.Context(), desks, 0)
		if _, err := f.Result(t.Context()); err != nil {
			t.Error(err)
		}
		r.Open = func(ctx context.Context) error { p.Close(); return nil }
		d3 := tasks.NewDeskWorkers(p, name)
		if _, err := tasks.SubmitSit(t.Context(), d3, 0).Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
			t.Error(err)
		}
		p.Shutdown(t.Context())
		synctest.Wait()
		if r.Opened.Load() != r.Closed.Load() || r2.Opened.Load() != r2.Closed.Load() {
			t.Error("a state is not closed")
		}
	})
}

// A constructor that gives up as the context ended is no failure of its own.
func TestContextEndsInAConstructor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 1})
		desks := tasks.NewDeskWorkers(p, name)
		r.Open = func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("open: %w", ctx.Err()) }
		for what, call := range map[string]func(context.Context) error{
			"Submit": func(ctx context.Context) error {
				_, err := tasks.SubmitSit(ctx, desks, 0).Result(t.Context())
				return err
			},
			"Map":  func(ctx context.Context) error { _, err := tasks.MapSit(ctx, desks, []int{1, 2}); return err },
			"Warm": desks.Warm,
		} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err := call(ctx)
			var lost *runtime.TaskError
			if !errors.Is(err, runtime.ErrTimeout) || what != "Warm" && !errors.As(err, &lost) {
				t.Errorf("%s: %v", what, err)
			}
			cancel()
		}
		p.Shutdown(t.Context())
	})
}

// However often the number of workers changes, no more states than those stay open.
func TestStatesInAStormOfResizes(t *testing.T) {
	for range 100 {
		_, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 8})
		desks := tasks.NewDeskWorkers(p, name)
		var stop atomic.Bool
		done := make(chan bool)
		for range 6 {
			go func() {
				for !stop.Load() {
					tasks.CallSit(t.Context(), desks, 0)
				}
				done <- true
			}()
		}
		go func() { desks.Warm(t.Context()); done <- true }()
		for i := range 50 {
			p.Resize(1 + i%8)
		}
		p.Resize(2)
		stop.Store(true)
		for range 7 {
			<-done
		}
		for limit := time.Now().Add(10 * time.Second); desks.States().Open > 2; goruntime.Gosched() {
			if time.Now().After(limit) {
				t.Fatal(desks.States().Open, "are open")
			}
		}
		p.Shutdown(t.Context())
	}
}
