package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	goruntime "runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

// always waits in one way, and sometimes in a random one.
func always(way tasks.Way) func() tasks.Way {
	return func() tasks.Way {
		if way == tasks.Ways {
			return tasks.Way(rand.IntN(int(tasks.Ways)))
		}
		return way
	}
}

// noTrouble and trouble are for Nest.Trouble: the latter makes some at about one
// call in n.
func noTrouble() int { return 0 }

func trouble(n int) func() int {
	return func() int {
		if rand.IntN(n) > 0 {
			return 0
		}
		return 1 + rand.IntN(5)
	}
}

func shuffled(n int) []int { return rand.Perm(n) }

// wantWhole checks that an idle pool has all its slots: that it runs exactly as
// many calls at once as it has workers, and none for long.
func wantWhole(t *testing.T, p *runtime.Pool, workers int) {
	t.Helper()
	synctest.Wait()
	if s := p.Stats(); s.Running != 0 || s.Queued != 0 {
		t.Errorf("idle pool has %+v", s)
	}
	fn, began, release := hold()
	futures := make([]*runtime.Future[int], 3*workers)
	for i := range futures {
		futures[i] = submit(t.Context(), p, do, fn)
	}
	synctest.Wait()
	if s := p.Stats(); len(began) != workers || s.Running != workers {
		t.Errorf("%d of %d calls run at once; %+v", len(began), workers, s)
	}
	release()
	if _, err := runtime.Collect(t.Context(), futures...); err != nil {
		t.Error(err)
	}
}

// onPools runs a test for each size and each way of waiting, in a bubble: a
// deadlock or a goroutine that is left fails it.
func onPools(t *testing.T, test func(t *testing.T, p *runtime.Pool, way tasks.Way)) {
	for _, workers := range []int{1, 2, 8} {
		for way := range tasks.Ways + 1 {
			t.Run(fmt.Sprintf("workers=%d/way=%d", workers, way), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p, err := runtime.NewPool(runtime.PoolConfig{Name: t.Name(), Workers: workers, Logger: slog.New(slog.DiscardHandler)})
					if err != nil {
						t.Fatal(err)
					}
					test(t, p, way)
					wantWhole(t, p, workers)
					if err := p.Shutdown(t.Context()); err != nil {
						t.Error(err)
					}
				})
			})
		}
	}
}

func TestG7_RecursiveTasks(t *testing.T) {
	onPools(t, func(t *testing.T, p *runtime.Pool, way tasks.Way) {
		nest := tasks.Nest{On: p, Way: always(way), Trouble: noTrouble}
		fib, sorted := tasks.SubmitFib(t.Context(), p, nest, 9), tasks.SubmitQuicksort(t.Context(), p, nest, shuffled(60))
		if n, err := fib.Result(t.Context()); n != 34 || err != nil {
			t.Errorf("fib(9) = %d, %v", n, err)
		}
		if xs, err := sorted.Result(t.Context()); len(xs) != 60 || !slices.IsSorted(xs) || err != nil {
			t.Errorf("sorted: %v, %v", xs, err)
		}
	})
}

// TestG7_TroubledTasks has tasks panic, exit and leave waits behind, and cancels
// some from outside. Slots must be counted right whatever happened.
func TestG7_TroubledTasks(t *testing.T) {
	rounds := 8
	if testing.Short() || underRace {
		rounds = 3
	}
	onPools(t, func(t *testing.T, p *runtime.Pool, way tasks.Way) {
		for range rounds {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			nest := tasks.Nest{On: p, Way: always(way), Trouble: trouble(20)}
			var fibs []*tasks.FutureOfInt
			for n := range 9 {
				fibs = append(fibs, tasks.SubmitFib(ctx, p, nest, n))
			}
			sorted := tasks.SubmitQuicksort(ctx, p, nest, shuffled(30))
			for range rand.IntN(3) {
				fibs[rand.IntN(len(fibs))].Cancel()
			}
			if rand.IntN(4) == 0 {
				cancel()
			}
			for n, f := range fibs {
				v, err := f.Result(t.Context())
				wantTroubled(t, err)
				if want := []int{0, 1, 1, 2, 3, 5, 8, 13, 21}[n]; err == nil && v != want {
					t.Errorf("fib(%d) = %d", n, v)
				}
			}
			xs, err := sorted.Result(t.Context())
			wantTroubled(t, err)
			if err == nil && (len(xs) != 30 || !slices.IsSorted(xs)) {
				t.Errorf("sorted: %v", xs)
			}
			cancel()
		}
	})
}

// wantTroubled checks that err is one that trouble may have.
func wantTroubled(t *testing.T, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, runtime.ErrPanic) && !errors.Is(err, runtime.ErrCanceled) && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestG7_TroubleWhileThePoolIsResized does the same while workers come and go.
func TestG7_TroubleWhileThePoolIsResized(t *testing.T) {
	onPools(t, func(t *testing.T, p *runtime.Pool, way tasks.Way) {
		workers := p.Stats().Workers
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for {
				select {
				case <-stop:
					p.Resize(workers)
					return
				default:
					p.Resize(1 + rand.IntN(4))
					goruntime.Gosched()
				}
			}
		}()
		nest := tasks.Nest{On: p, Way: always(way), Trouble: trouble(30)}
		for range 10 {
			_, err := tasks.CallFib(t.Context(), p, nest, 7)
			wantTroubled(t, err)
		}
		close(stop)
		<-stopped
	})
}
