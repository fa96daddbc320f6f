package runtime_test

import (
	"context"
	goruntime "runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// Shutdown, and a Submit that waits, from inside: what is the caller's own they must not
// wait for, and what is not they must.

// gated returns a call of p that runs until open is called.
func gated(t *testing.T, p runtime.Executor) (f *runtime.Future[int], open func()) {
	gate, began := make(chan struct{}), make(chan struct{})
	f = submit(t.Context(), p, do, func(context.Context) (int, error) {
		close(began)
		<-gate
		return 1, nil
	})
	<-began
	return f, func() { close(gate) }
}

// wantShutdown shuts p down inside of a callback and tells done how that went. It hangs
// for an hour, in a bubble, where it waits for itself.
func wantShutdown(t *testing.T, p *runtime.Pool, done chan<- struct{}) func(int, error) {
	return func(int, error) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		defer cancel()
		if err := p.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown waited for itself: %v", err)
		}
		close(done)
	}
}

func TestShutdownInACallbackOfACallback(t *testing.T) {
	nests := map[string]func(p *runtime.Pool, f *runtime.Future[int]) *runtime.Future[int]{
		"Then": func(p *runtime.Pool, f *runtime.Future[int]) *runtime.Future[int] {
			return runtime.Then(f, func(n int) (int, error) { return n, nil })
		},
		"Cancel": func(p *runtime.Pool, f *runtime.Future[int]) *runtime.Future[int] {
			g := submit(context.Background(), p, square, 1)
			f.OnDone(func(int, error) { g.Cancel() })
			return g
		},
	}
	for name, nest := range nests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPool(t, 1)
				f, open := gated(t, p)
				done := make(chan struct{})
				nest(p, f).OnDone(wantShutdown(t, p, done))
				open()
				<-done
			})
		})
	}
}

// Close runs the callbacks of what it cancels; one that shuts down has Close, and all that
// Close has not come to, behind it.
func TestShutdownInACallbackOfClose(t *testing.T) {
	obeys := func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	for name, which := range map[string]int{"of a running call": 0, "of the first queued": 1, "of the last queued": 3} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPool(t, 1)
				var calls [4]*runtime.Future[int]
				for i := range calls {
					calls[i] = submit(t.Context(), p, do, obeys)
				}
				synctest.Wait()
				done := make(chan struct{})
				calls[which].OnDone(wantShutdown(t, p, done))
				p.Close()
				<-done
			})
		})
	}
}

// A callback that ends Close's goroutine keeps nothing from its end.
func TestCallbackEndsTheGoroutineOfClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		running := submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		})
		for range 3 {
			submit(t.Context(), p, square, 1).OnDone(func(int, error) { goruntime.Goexit() })
		}
		last := submit(t.Context(), p, square, 1)
		synctest.Wait()
		go p.Close()
		synctest.Wait()
		if running.State() != runtime.Canceled || last.State() != runtime.Canceled {
			t.Errorf("the running call is %v, the last in the queue %v", running.State(), last.State())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := p.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown after Close: %v", err)
		}
	})
}

// A callback of another pool is none of this pool's, whoever runs it.
func TestShutdownInACallbackOfAnotherPool(t *testing.T) {
	for _, how := range []string{"a worker", "who cancels"} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := newPool(t, 1), newPool(t, 1)
				_, openA := gated(t, a)
				canceled := submit(t.Context(), a, square, 1)
				goOn := make(chan struct{})
				var over, early atomic.Bool
				canceled.OnDone(func(int, error) {
					<-goOn
					over.Store(true)
				})
				go canceled.Cancel() // no worker of a is busy with that
				synctest.Wait()
				openA()
				synctest.Wait()
				f, openB := gated(t, b)
				f.OnDone(func(int, error) {
					early.Store(a.Shutdown(context.Background()) == nil && !over.Load())
				})
				if how == "a worker" {
					openB()
				} else {
					go f.Cancel()
				}
				synctest.Wait()
				close(goOn)
				synctest.Wait()
				if early.Load() {
					t.Error("Shutdown returned while a callback ran")
				}
				if how != "a worker" {
					openB()
				}
			})
		})
	}
}

// A callback of this pool on a worker of another one holds no slot of this pool.
func TestCallbackOnAWorkerOfAnotherPool(t *testing.T) {
	run := func(t *testing.T, inside func(a *runtime.Pool, one func() *runtime.Future[int])) {
		synctest.Test(t, func(t *testing.T) {
			a, b := poolOf(t, runtime.PoolConfig{Workers: 1, Queue: 2}), newPool(t, 1)
			gate := make(chan struct{})
			var running, most atomic.Int32
			one := func() *runtime.Future[int] {
				return submit(context.Background(), a, do, func(context.Context) (int, error) {
					most.Store(max(most.Load(), running.Add(1)))
					defer running.Add(-1)
					<-gate
					return 1, nil
				})
			}
			one()
			synctest.Wait()
			one()
			queued := one() // fills the queue
			returned := make(chan struct{})
			queued.OnDone(func(int, error) {
				inside(a, one)
				close(returned)
			})
			submit(t.Context(), b, do, func(context.Context) (int, error) { queued.Cancel(); return 1, nil })
			synctest.Wait()
			select {
			case <-returned:
				t.Error("it did not wait")
			default:
			}
			if most.Load() > 1 {
				t.Errorf("a pool of one ran %d at once", most.Load())
			}
			close(gate)
			<-returned
		})
	}
	t.Run("Shutdown", func(t *testing.T) {
		run(t, func(a *runtime.Pool, _ func() *runtime.Future[int]) { a.Shutdown(context.Background()) })
	})
	t.Run("Submit", func(t *testing.T) {
		run(t, func(_ *runtime.Pool, one func() *runtime.Future[int]) { one() })
	})
}

// Who cancels a call has its callbacks still to run when the call's worker finds that
// there is nothing to do.
func TestShutdownWaitsForWhoCancels(t *testing.T) {
	for range raceCount(50_000) {
		p := poolOf(t, runtime.PoolConfig{Workers: 1})
		first, open := gated(t, p)
		f := submit(context.Background(), p, square, 1)
		var told atomic.Bool
		f.OnDone(func(int, error) { told.Store(true) })
		go f.Cancel()
		go open()
		if err := p.Shutdown(t.Context()); err != nil || !told.Load() || !first.State().Settled() {
			t.Fatalf("%v: Shutdown returned before the callback ran, the call is %v", err, f.State())
		}
	}
}

// A callback on a worker whose task has left a wait behind, which has the slot, has none to
// give.
func TestCallbackOnAWorkerWithoutASlot(t *testing.T) {
	for name, wait := range map[string]func(p *runtime.Pool, one func()){
		"Submit":   func(_ *runtime.Pool, one func()) { one() },
		"Shutdown": func(p *runtime.Pool, _ func()) { p.Shutdown(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, elsewhere := poolOf(t, runtime.PoolConfig{Workers: 1, Queue: 1}), newPool(t, 1)
				_, open := gated(t, elsewhere)
				long := submit(t.Context(), elsewhere, square, 1)
				var running, most atomic.Int32
				gate, goOn, returned := make(chan struct{}), make(chan struct{}), make(chan struct{})
				one := func() {
					submit(context.Background(), p, do, func(context.Context) (int, error) {
						most.Store(max(most.Load(), running.Add(1)))
						defer running.Add(-1)
						<-gate
						return 1, nil
					})
				}
				submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
					go long.Result(ctx)
					<-goOn
					return 1, nil
				}).OnDone(func(int, error) {
					wait(p, one)
					close(returned)
				})
				synctest.Wait()
				one() // has the slot
				synctest.Wait()
				one() // is queued
				close(goOn)
				synctest.Wait()
				select {
				case <-returned:
					t.Error("it did not wait")
				default:
				}
				if n := most.Load(); n != 1 {
					t.Errorf("a pool of one ran %d at once", n)
				}
				close(gate)
				synctest.Wait()
				open()
				<-returned
				p.Shutdown(t.Context())
				if s := p.Stats(); s.Running != 0 {
					t.Errorf("slots are miscounted: %+v", s)
				}
			})
		})
	}
}

// What a goroutine was inside of that a callback has ended is nothing that a later callback
// is inside of: its Shutdown waits for all other callbacks.
func TestShutdownBehindACallbackThatEndsTheGoroutine(t *testing.T) {
	exits := func(int, error) { goruntime.Goexit() }
	for name, run := range map[string]func(t *testing.T, p *runtime.Pool, shutdown func(int, error)){
		"of a call that a callback cancels": func(t *testing.T, p *runtime.Pool, shutdown func(int, error)) {
			f, open := gated(t, p)
			inner := submit(context.Background(), p, square, 1)
			inner.OnDone(exits)
			f.OnDone(func(int, error) { inner.Cancel() })
			f.OnDone(shutdown)
			open()
			synctest.Wait()
		},
		"in Close": func(t *testing.T, p *runtime.Pool, shutdown func(int, error)) {
			_, open := gated(t, p)
			for range 3 {
				submit(context.Background(), p, square, 1).OnDone(exits)
			}
			submit(context.Background(), p, square, 1).OnDone(shutdown)
			go p.Close()
			synctest.Wait()
			open()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPool(t, 2)
				var over atomic.Bool
				goOn, done := make(chan struct{}), make(chan struct{})
				other, open := gated(t, p)
				other.OnDone(func(int, error) {
					<-goOn
					over.Store(true)
				})
				go other.Cancel()
				synctest.Wait()
				run(t, p, func(int, error) {
					if err := p.Shutdown(context.Background()); err != nil || !over.Load() {
						t.Errorf("%v: Shutdown returned while a callback ran", err)
					}
					close(done)
				})
				open()
				synctest.Wait()
				close(goOn)
				<-done
			})
		})
	}
}
