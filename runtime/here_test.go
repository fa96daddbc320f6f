package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

// callHere is what the generator emits for CallX of task do. It reports whether the
// task ran on the caller's goroutine.
func callHere(ctx context.Context, ex runtime.Executor, do func(context.Context) (int, error)) (_ int, here bool, err error) {
	var h runtime.Here
	if !h.Enter(ctx, ex, &square.Task) {
		return 0, false, nil
	}
	defer h.Leave(&err)
	v, err := do(h.Context())
	return v, true, err
}

func TestG11_CallOnAFreeSlotAllocatesNothing(t *testing.T) {
	p := newPool(t, 2)
	ctx := context.Background()
	if n := testing.AllocsPerRun(100, func() {
		if v, err := tasks.CallSquare(ctx, p, 3); v != 9 || err != nil {
			t.Fatal(v, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if s := p.Stats(); s.Running != 0 {
		t.Errorf("%+v", s)
	}
}

// Where a call may not run on its caller's goroutine, it does not.
func TestCallHereIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		ending, cancel := context.WithCancel(context.Background())
		defer cancel()
		gate := make(chan struct{})
		defer close(gate)
		refused := func(why string, ctx context.Context, ex runtime.Executor) {
			t.Helper()
			if _, here, _ := callHere(ctx, ex, func(context.Context) (int, error) { return 0, nil }); here {
				t.Error("runs here:", why)
			}
		}
		refused("a context that can end", ending, p)
		refused("an executor that is no pool", context.Background(), runtime.NonBlocking(p))
		submitted := submitDo(p, func(context.Context) (int, error) { <-gate; return 0, nil })
		synctest.Wait()
		refused("no free slot", context.Background(), p)
		p.Close()
		refused("closed", context.Background(), p)
		submitted.Cancel()
	})
}

// A call that can end returns when it ends, whatever its task does.
func TestCallReturnsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := tasks.CallWait(ctx, p, time.Hour); !errors.Is(err, runtime.ErrTimeout) || time.Since(began) != time.Second {
			t.Error(err, time.Since(began))
		}
	})
}

func TestG8_PanicOfACallHere(t *testing.T) {
	p := newPool(t, 1)
	_, here, err := callHere(context.Background(), p, func(context.Context) (int, error) { panic("oh") })
	var lost *runtime.TaskError
	var panicked *runtime.PanicError
	if here || !errors.As(err, &lost) || !lost.Started || !errors.As(err, &panicked) || panicked.Value != "oh" || len(panicked.Stack) == 0 {
		t.Errorf("%v, %v", here, err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		callHere(context.Background(), p, func(context.Context) (int, error) { goruntime.Goexit(); return 0, nil })
	}()
	<-done
	if s := p.Stats(); s.Running != 0 {
		t.Errorf("%+v", s)
	}
}

// The slot of a call here counts, and is given back while its task waits (G7).
func TestG7_SlotOfACallHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		v, here, err := callHere(context.Background(), p, func(ctx context.Context) (int, error) {
			f := submitDo(p, func(context.Context) (int, error) { return 7, nil })
			synctest.Wait()
			if f.State() != runtime.Pending || p.Stats().Running != 1 {
				t.Error("the slot was free while the task ran:", f.State(), p.Stats())
			}
			return f.Result(ctx)
		})
		if v != 7 || !here || err != nil {
			t.Error(v, here, err)
		}
		var fib func(ctx context.Context, n int) (int, error)
		fib = func(ctx context.Context, n int) (int, error) {
			if n < 2 {
				return n, nil
			}
			a := submitDo(p, func(ctx context.Context) (int, error) { return fib(ctx, n-1) })
			b, err := fib(ctx, n-2)
			if err != nil {
				return 0, err
			}
			v, err := a.Result(ctx)
			return v + b, err
		}
		if v, _, err := callHere(context.Background(), p, func(ctx context.Context) (int, error) { return fib(ctx, 9) }); v != 34 || err != nil {
			t.Error(v, err)
		}
		synctest.Wait()
		if s := p.Stats(); s.Running != 0 || s.Queued != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Close ends the context of calls here, whether their tasks wait for that or look.
func TestCloseEndsCallsHere(t *testing.T) {
	for name, do := range map[string]func(context.Context) (int, error){
		"waits": func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() },
		"looks": func(ctx context.Context) (int, error) {
			for ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			return 0, context.Cause(ctx)
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, 1)
			go func() {
				time.Sleep(time.Second)
				p.Close()
			}()
			if _, here, err := callHere(context.Background(), p, do); !here || !errors.Is(err, runtime.ErrCanceled) {
				t.Errorf("%s: %v, %v", name, here, err)
			}
		})
	}
}

// The context of a call here is over when it has returned.
func TestContextOfACallHereEnds(t *testing.T) {
	p := newPool(t, 1)
	var kept, asked context.Context
	callHere(context.Background(), p, func(ctx context.Context) (int, error) { kept = ctx; return 0, nil })
	callHere(context.Background(), p, func(ctx context.Context) (int, error) { asked = ctx; ctx.Done(); return 0, nil })
	if kept.Err() == nil || asked.Err() == nil {
		t.Error(kept.Err(), asked.Err())
	}
	<-kept.Done()
	<-asked.Done()
	if f := submitDo(p, func(context.Context) (int, error) { return 1, nil }); f == nil {
		t.Fatal()
	} else if _, err := f.Result(context.WithoutCancel(kept)); err != nil { // no slot to give back
		t.Error(err)
	}
	if s := p.Stats(); s.Running < 0 || s.Running > 1 {
		t.Errorf("%+v", s)
	}
}

func TestShutdownWaitsForCallsHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		over := false
		go callHere(context.Background(), p, func(context.Context) (int, error) {
			time.Sleep(time.Minute)
			over = true
			return 0, nil
		})
		synctest.Wait()
		if err := p.Shutdown(context.Background()); err != nil || !over {
			t.Error(err, over)
		}
		_, here, err := callHere(context.Background(), newPool(t, 1), func(ctx context.Context) (int, error) { return 0, nil })
		if !here || err != nil {
			t.Error(here, err)
		}
	})
}

// Shutdown inside a call here waits for everything but itself.
func TestShutdownInsideACallHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 2)
		f := submitDo(p, func(context.Context) (int, error) { time.Sleep(time.Minute); return 1, nil })
		synctest.Wait()
		_, here, err := callHere(context.Background(), p, func(ctx context.Context) (int, error) { return 0, p.Shutdown(ctx) })
		if !here || err != nil || !f.State().Settled() {
			t.Error(here, err, f.State())
		}
	})
}

func submitDo(ex runtime.Executor, fn func(context.Context) (int, error)) *runtime.Future[int] {
	return submit(context.Background(), ex, do, fn)
}
