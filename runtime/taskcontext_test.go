package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// spin waits until the context has ended, by Err alone, and reports whether it stays so.
func spin(ctx context.Context) bool {
	for looks := 1; ctx.Err() == nil; looks++ {
		if looks%100_000 == 0 { // others need a processor; sooner, and this one is theirs
			goruntime.Gosched()
		}
	}
	for range 100 {
		if ctx.Err() == nil {
			return false
		}
	}
	return true
}

// TestA20_AContextStaysEnded has a task look at its context, by Err alone, while the
// call is canceled: what has ended once has not, a moment later, not ended. And why it
// did is there with the first look.
func TestA20_AContextStaysEnded(t *testing.T) {
	p := newPool(t, 1)
	for range raceCount(50_000) {
		began := make(chan struct{})
		f := submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
			close(began)
			for ctx.Err() == nil {
				goruntime.Gosched()
			}
			if cause := context.Cause(ctx); cause != runtime.ErrCanceled || !spin(ctx) {
				t.Errorf("ended with cause %v, and then Err is %v", cause, ctx.Err())
			}
			return 0, nil
		})
		<-began
		f.Cancel()
		if t.Failed() {
			break
		}
	}
}

// The same while the pool is closed under a call on its caller's goroutine, and somebody
// asks for Done just then.
func TestAContextHereStaysEnded(t *testing.T) {
	for round := range raceCount(1_000) {
		p := poolOf(t, runtime.PoolConfig{Workers: 2})
		began := make(chan struct{})
		submit(context.Background(), p, do, func(ctx context.Context) (int, error) {
			close(began)
			<-ctx.Done()
			return 1, nil
		}).OnDone(func(int, error) { time.Sleep(time.Millisecond) }) // Close takes a moment until it ends contexts
		<-began
		var others sync.WaitGroup
		callHere(context.Background(), p, func(ctx context.Context) (int, error) {
			start := make(chan struct{})
			others.Go(func() {
				<-start
				time.Sleep(time.Duration(round%20) * time.Microsecond) // so that they meet at every distance
				p.Close()
			})
			others.Go(func() {
				<-start
				ctx.Done()
			})
			close(start)
			if !spin(ctx) {
				t.Error("a context that had ended goes on")
			}
			return 1, nil
		})
		others.Wait()
		if t.Failed() {
			break
		}
	}
}

// What Err and Cause have said they say for good.
func TestAContextSaysTheSameForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errors.New("too late"))
		defer cancel()
		var kept context.Context
		var said, cause error
		submit(ctx, p, do, func(ctx context.Context) (int, error) {
			time.Sleep(time.Hour)
			kept, said, cause = ctx, ctx.Err(), context.Cause(ctx)
			return 1, nil // all the same
		})
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if said == nil || kept.Err() != said || context.Cause(kept) != cause {
			t.Errorf("%v, %v is now %v, %v", said, cause, kept.Err(), context.Cause(kept))
		}

		ending, end := context.WithCancelCause(t.Context())
		submit(ending, p, do, func(ctx context.Context) (int, error) { kept = ctx; return 1, nil }).Result(t.Context())
		synctest.Wait()
		said, cause = kept.Err(), context.Cause(kept)
		end(errors.New("why"))
		if said == nil || kept.Err() != said || context.Cause(kept) != cause {
			t.Errorf("%v, %v is now %v, %v", said, cause, kept.Err(), context.Cause(kept))
		}
	})
}

// A pool keeps nothing of a call on its caller's goroutine whose context is used when it is
// over, as by what stops a timer.
func TestAContextHereIsForgotten(t *testing.T) {
	type key struct{}
	p := newPool(t, 1)
	var freed atomic.Int32
	const calls = 100
	for range calls {
		value := new([64]byte)
		goruntime.AddCleanup(value, func(int) { freed.Add(1) }, 0)
		var stop context.CancelFunc
		callHere(context.WithValue(context.Background(), key{}, value), p, func(ctx context.Context) (int, error) {
			_, stop = context.WithTimeout(ctx, time.Hour)
			return 1, nil
		})
		stop()
	}
	for range 100 {
		goruntime.GC()
		if time.Sleep(time.Millisecond); freed.Load() >= calls-1 { // the last may be in a register
			return
		}
	}
	t.Errorf("%d of %d are still there", calls-freed.Load(), calls)
	goruntime.KeepAlive(p)
}

// A slowContext is a context of the user's whose Done waits once, when it is told to, as for
// a lock of its own.
type slowContext struct {
	context.Context
	slow     atomic.Int32 // how many more calls to that one
	in, goOn chan struct{}
}

func newSlowContext(ctx context.Context, slow int32) *slowContext {
	c := &slowContext{Context: ctx, in: make(chan struct{}), goOn: make(chan struct{})}
	c.slow.Store(slow)
	return c
}

func (c *slowContext) Done() <-chan struct{} {
	if c.slow.Add(-1) == 0 {
		close(c.in)
		<-c.goOn
	}
	return c.Context.Done()
}

// Who waits for something in a user's context has nothing that others of the call want.
func TestAContextWithALockOfItsOwn(t *testing.T) {
	try := func(t *testing.T, ctx *slowContext, f *runtime.Future[int], slow func()) {
		defer func(done chan struct{}) {
			close(ctx.goOn)
			<-done
		}(inBackground(slow))
		<-ctx.in
		select {
		case <-inBackground(func() { f.Cancel() }):
		case <-time.After(10 * time.Second):
			t.Error("Cancel waits for who waits for the context")
		}
	}
	t.Run("queued, OnDone", func(t *testing.T) {
		p := newPool(t, 1)
		_, open := gated(t, p)
		defer open()
		ctx := newSlowContext(t.Context(), 2) // the first is whether it can end
		f := submit(ctx, p, square, 3)
		try(t, ctx, f, func() { f.OnDone(func(int, error) {}) })
	})
	t.Run("running, Cancel", func(t *testing.T) {
		p := newPool(t, 1)
		ctx := newSlowContext(t.Context(), 0)
		gate, began := make(chan struct{}), make(chan struct{})
		defer close(gate)
		f := submit(ctx, p, do, func(context.Context) (int, error) { close(began); <-gate; return 1, nil })
		<-began
		ctx.slow.Store(1)
		try(t, ctx, f, func() { f.Cancel() })
	})
}

// inBackground runs fn and returns what is closed when it has.
func inBackground(fn func()) chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	return done
}

// An exiting error ends the goroutine that asks what it is.
type exiting struct{}

func (exiting) Error() string { return "exiting" }
func (exiting) Is(error) bool { goruntime.Goexit(); return false }

func TestG1_AnErrorWhoseMethodEndsTheGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := submit(t.Context(), newPool(t, 1), do, func(context.Context) (int, error) { return 0, exiting{} })
		synctest.Wait()
		if f.State() != runtime.Failed {
			t.Errorf("the call is %v", f.State())
		}
	})
}

// A cause of the user's whose method ends the goroutine that asks: the one that watches the
// context. The task settles the call.
func TestG1_ACauseWhoseMethodEndsTheGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, exiting{})
		defer cancel()
		f := submit(ctx, newPool(t, 1), do, func(context.Context) (int, error) {
			time.Sleep(time.Hour)
			return 1, nil
		})
		f.OnDone(func(int, error) {}) // watches the context
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if v, err := f.Result(t.Context()); v != 1 || err != nil {
			t.Errorf("%v, %v", v, err)
		}
	})
}
