package runtime_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

// Calls that wait until a state is closed keep their slots: the queue stays a bound.
func TestG9_CallsThatWaitForAState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 2, Queue: 8})
		desks := tasks.NewDeskWorkers(runtime.NonBlocking(p), name)
		r.Use = spoils
		r.Close = func(*tasks.Desk) error { time.Sleep(4 * time.Second); return nil }
		tasks.CallSit(t.Context(), desks, -1)
		full := 0
		calls := tasks.SubmitAllSit(t.Context(), desks, make([]int, 100))
		synctest.Wait()
		for _, f := range calls {
			if f.State() == runtime.Failed {
				full++
			}
		}
		if s := p.Stats(); full < 80 || s.Running != 2 || s.Queued > 10 {
			t.Errorf("%d of 100 are refused, and of the pool: %+v", full, s)
		}
		began := time.Now()
		for _, f := range calls {
			if _, err := f.Result(t.Context()); err != nil && !errors.Is(err, runtime.ErrQueueFull) {
				t.Error(err)
			}
		}
		if took := time.Since(began); took > 4*time.Second {
			t.Error("they waited for", took)
		}
	})
}

var errSpoilt = errors.New("spoilt")

// spoils has a call with -1 discard its state.
func spoils(_ context.Context, _ *tasks.Desk, n int) (int, error) {
	if n < 0 {
		return 0, runtime.Discard(errSpoilt)
	}
	return n, nil
}

// A Close that hangs holds the next state up for some seconds.
func TestHungCloseAndTheNextState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 1})
		desks := tasks.NewDeskWorkers(p, name)
		r.Use = spoils
		r.Close = func(*tasks.Desk) error {
			if r.Closed.Load() == 1 {
				time.Sleep(time.Hour)
			}
			return nil
		}
		tasks.CallSit(t.Context(), desks, -1)
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := tasks.CallSit(ctx, desks, 1); !errors.Is(err, runtime.ErrTimeout) {
			t.Error(err)
		}
		if n, err := tasks.CallSit(t.Context(), desks, 2); n != 2 || err != nil || time.Since(began) > 6*time.Second {
			t.Error(n, err, time.Since(began))
		}
		time.Sleep(2 * time.Hour)
	})
}

// What Resize makes possible is done at once, whoever waits for Warm.
func TestResizeUpWhileWarmOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 1})
		desks := tasks.NewDeskWorkers(p, name)
		var opens atomic.Int64
		r.Open = func(context.Context) error {
			if opens.Add(1) == 1 {
				time.Sleep(time.Hour)
			}
			return nil
		}
		go desks.Warm(t.Context())
		synctest.Wait()
		f := tasks.SubmitSit(t.Context(), desks, 1)
		synctest.Wait()
		began := time.Now()
		p.Resize(2)
		if _, err := f.Result(t.Context()); err != nil || time.Since(began) > 0 {
			t.Error(err, time.Since(began))
		}
		p.Shutdown(t.Context())
	})
}

// Warm opens no state beside one that is being closed.
func TestWarmWaitsForAClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 1})
		desks := tasks.NewDeskWorkers(p, name)
		var open atomic.Int64
		r.Open = func(context.Context) error {
			if open.Add(1) > 1 {
				t.Error("two states are open")
			}
			return nil
		}
		r.Close = func(*tasks.Desk) error { time.Sleep(time.Second); open.Add(-1); return nil }
		r.Use = spoils
		tasks.CallSit(t.Context(), desks, -1)
		if err := desks.Warm(t.Context()); err != nil || open.Load() != 1 {
			t.Error(err, open.Load())
		}
		p.Shutdown(t.Context())
	})
}

// Shutdown waits for the states of workers that were closed before.
func TestShutdownAfterCloseOfWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 2})
		desks := tasks.NewDeskWorkers(p, name)
		closed := false
		r.Use = func(context.Context, *tasks.Desk, int) (int, error) { time.Sleep(time.Second); return 0, nil }
		r.Close = func(*tasks.Desk) error { time.Sleep(2 * time.Second); closed = true; return nil }
		_ = tasks.SubmitSit(t.Context(), desks, 0)
		synctest.Wait()
		if err := desks.Close(); err != nil || p.Stats().States.Open != 1 {
			t.Error(err, p.Stats())
		}
		if err := p.Shutdown(t.Context()); err != nil || !closed {
			t.Error(err, closed)
		}
		if s := p.Stats().States; s != (runtime.StateStats{}) {
			t.Errorf("%+v", s)
		}
	})
}

// At the end of a process one Close that hangs costs no other state its own.
func TestCloseStatesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var desks []*tasks.DeskWorkers
		var rooms []*tasks.Room
		for _, suffix := range []string{" a", " b"} {
			r := &tasks.Room{Close: func(*tasks.Desk) error { time.Sleep(time.Hour); return nil }}
			r.Enter(t.Name() + suffix)
			d := tasks.NewDeskWorkers(runtime.RoundTrip(runtime.Inline), t.Name()+suffix)
			tasks.CallSit(t.Context(), d, 0)
			desks, rooms = append(desks, d), append(rooms, r)
		}
		go runtime.CloseStates()
		synctest.Wait()
		for _, r := range rooms {
			wantDesks(t, r, 1, 1)
		}
		time.Sleep(2 * time.Hour)
		for _, d := range desks {
			d.Close()
		}
	})
}
