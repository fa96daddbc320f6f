package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// fib submits itself to ex twice and waits, by way of wait.
func fib(ctx context.Context, ex runtime.Executor, n int, wait func(context.Context, ...*runtime.Future[int]) (int, error)) (int, error) {
	if n < 2 {
		return n, nil
	}
	child := func(n int) *runtime.Future[int] {
		return submit(ctx, ex, do, func(ctx context.Context) (int, error) { return fib(ctx, ex, n, wait) })
	}
	return wait(ctx, child(n-1), child(n-2))
}

func sumResults(ctx context.Context, futures ...*runtime.Future[int]) (sum int, err error) {
	for _, f := range futures {
		n, err := f.Result(ctx)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

func sumCollected(ctx context.Context, futures ...*runtime.Future[int]) (sum int, err error) {
	all, err := runtime.Collect(ctx, futures...)
	for _, n := range all {
		sum += n
	}
	return sum, err
}

func sumAsCompleted(ctx context.Context, futures ...*runtime.Future[int]) (sum int, err error) {
	for f, err := range runtime.AsCompleted(ctx, futures...) {
		if err != nil {
			return 0, err
		}
		n, _ := f.Result(ctx)
		sum += n
	}
	return sum, nil
}

func sumWaited(ctx context.Context, futures ...*runtime.Future[int]) (int, error) {
	done, _, err := runtime.Wait(ctx, runtime.AllCompleted, futures...)
	if err != nil {
		return 0, err
	}
	return sumResults(ctx, done...)
}

func TestG7_NestedWaitsDoNotDeadlock(t *testing.T) {
	waits := map[string]func(context.Context, ...*runtime.Future[int]) (int, error){
		"Result": sumResults, "Collect": sumCollected, "AsCompleted": sumAsCompleted, "Wait": sumWaited,
	}
	for name, wait := range waits {
		for _, workers := range []int{1, 2, 8} {
			t.Run(fmt.Sprintf("%s/%d", name, workers), func(t *testing.T) {
				p := newPool(t, workers)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				v, err := submit(ctx, p, do, func(ctx context.Context) (int, error) { return fib(ctx, p, 12, wait) }).Result(ctx)
				if v != 144 || err != nil {
					t.Fatalf("fib(12) = %d, %v; stats %+v", v, err, p.Stats())
				}
				if err := p.Shutdown(ctx); err != nil || p.Stats().Running != 0 {
					t.Errorf("Shutdown: %v; stats %+v", err, p.Stats())
				}
			})
		}
	}
}

func TestG7_MapAndStreamInsideATask(t *testing.T) {
	p := newPool(t, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	v, err := submit(ctx, p, do, func(ctx context.Context) (int, error) {
		all, err := runtime.Map(ctx, p, square, []int{1, 2, 3})
		if err != nil {
			return 0, err
		}
		sum := all[0] + all[1] + all[2]
		for n, err := range runtime.Stream(ctx, p, square, seq(4)) {
			if err != nil {
				return 0, err
			}
			sum += n
		}
		return sum, nil
	}).Result(ctx)
	if v != 14+14 || err != nil {
		t.Fatalf("got %d, %v", v, err)
	}
}

func TestG7_InlineCallInsideATask(t *testing.T) {
	p := newPool(t, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	v, err := submit(ctx, p, do, func(ctx context.Context) (int, error) {
		return submit(ctx, runtime.Inline, do, func(ctx context.Context) (int, error) {
			return submit(ctx, p, square, 3).Result(ctx)
		}).Result(ctx)
	}).Result(ctx)
	if v != 9 || err != nil {
		t.Fatalf("got %d, %v", v, err)
	}
}

func TestG7_SubmitFromATaskIntoItsOwnFullQueue(t *testing.T) {
	p, _ := runtime.NewPool(runtime.PoolConfig{Workers: 1, Queue: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	v, err := submit(ctx, p, do, func(ctx context.Context) (int, error) {
		var futures []*runtime.Future[int]
		for i := range 10 {
			futures = append(futures, submit(ctx, p, square, i))
		}
		return sumResults(ctx, futures...)
	}).Result(ctx)
	if v != 285 || err != nil {
		t.Fatalf("got %d, %v", v, err)
	}
}

func TestSlotIsTakenAgainAfterAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		var running sync.Mutex // locked by whoever runs: no two at once
		work := func() {
			if !running.TryLock() {
				t.Error("two tasks run on one worker")
				return
			}
			time.Sleep(time.Second)
			running.Unlock()
		}
		var futures []*runtime.Future[int]
		for range 3 {
			futures = append(futures, submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
				work()
				submit(ctx, p, do, func(context.Context) (int, error) { work(); return 0, nil }).Result(ctx)
				work()
				return 0, nil
			}))
		}
		start := time.Now()
		runtime.Collect(t.Context(), futures...)
		if took := time.Since(start); took != 9*time.Second {
			t.Errorf("9 seconds of work on one worker took %v", took)
		}
	})
}

func TestWaitWithADeadlineInsideATaskReturnsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		fn, began, release := hold()
		f := submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
			other := submit(ctx, p, do, fn) // takes the only slot, for long
			short, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_, err := other.Result(short)
			return 0, err
		})
		start := time.Now()
		if _, err := f.Result(t.Context()); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		<-began
		release()
		p.Shutdown(t.Context())
		if s := p.Stats(); s.Running != 0 {
			t.Errorf("slots are miscounted: %+v", s)
		}
	})
}

func TestWaitThatOutlastsItsTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		fn, began, release := hold()
		leaked := make(chan struct{})
		f := submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
			other := submit(ctx, p, do, fn)
			go func() {
				defer close(leaked)
				other.Result(ctx) // under the context of a task that will have returned
			}()
			<-began
			return 1, nil
		})
		f.Result(t.Context())
		release()
		<-leaked
		p.Shutdown(t.Context())
		if s := p.Stats(); s.Running != 0 {
			t.Errorf("slots are miscounted: %+v", s)
		}
	})
}

func TestSlotsUnderCancelAndPanic(t *testing.T) {
	p := newPool(t, 2)
	for i := range 500 {
		ctx, cancel := context.WithCancel(t.Context())
		f := submit(ctx, p, do, func(ctx context.Context) (int, error) {
			inner := submit(ctx, p, do, func(context.Context) (int, error) {
				if i%3 == 0 {
					panic("inner")
				}
				return 1, nil
			})
			if i%5 == 0 {
				cancel()
			}
			return inner.Result(ctx)
		})
		f.Result(t.Context())
		cancel()
	}
	if err := p.Shutdown(t.Context()); err != nil || p.Stats().Running != 0 {
		t.Errorf("%v, stats %+v", err, p.Stats())
	}
}

// One wait of a task ends and wants the slot back; another begins and ends
// meanwhile. They must not want two.
func TestG7_TwoGoroutinesOfATaskWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, elsewhere := newPool(t, 1), newPool(t, 4)
		hold1, _, release1 := hold()
		hold2, _, release2 := hold()
		holdX, beganX, releaseX := hold()
		f1, f2 := submit(t.Context(), elsewhere, do, hold1), submit(t.Context(), elsewhere, do, hold2)
		second := make(chan struct{})
		outer := submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
			var waits sync.WaitGroup
			waits.Go(func() { f2.Result(ctx) })           // gives the slot back, wants it again first
			waits.Go(func() { <-second; f1.Result(ctx) }) // begins and ends its wait meanwhile
			waits.Wait()
			return 1, nil
		})
		synctest.Wait()
		x := submit(t.Context(), p, do, holdX)
		<-beganX
		release2() // the first to wait stands in line for the slot that x has
		synctest.Wait()
		close(second)
		synctest.Wait()
		release1() // so does the second
		synctest.Wait()
		releaseX()
		x.Result(t.Context())
		if v, err := outer.Result(t.Context()); v != 1 || err != nil {
			t.Errorf("got %d, %v", v, err)
		}
	})
}
