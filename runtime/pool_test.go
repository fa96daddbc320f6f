package runtime_test

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

func TestPoolRefusesNegativeSizes(t *testing.T) {
	for _, c := range []runtime.PoolConfig{{Name: "x", Workers: -1}, {Name: "x", Queue: -1}} {
		if p, err := runtime.NewPool(c); p != nil || err == nil || !strings.Contains(err.Error(), "must not be negative") {
			t.Errorf("%+v: %v, %v", c, p, err)
		}
	}
	if err := newPool(t, 1).Resize(-1); err == nil {
		t.Error("Resize(-1) is fine")
	}
}

func TestPoolDefaultSize(t *testing.T) {
	var p runtime.Pool // the zero value works
	if got, want := p.Stats().Workers, 5*goruntime.GOMAXPROCS(0); got != want {
		t.Errorf("%d workers, want %d", got, want)
	}
	if v, err := submit(t.Context(), &p, square, 4).Result(t.Context()); v != 16 || err != nil {
		t.Errorf("got %d, %v", v, err)
	}
}

func TestG10_CallsStartInOrder(t *testing.T) {
	p := newPool(t, 1)
	fn, began, release := hold()
	submit(t.Context(), p, do, fn)
	<-began
	var got []int
	var futures []*runtime.Future[int]
	for i := range 100 {
		futures = append(futures, submit(t.Context(), p, do, func(context.Context) (int, error) {
			got = append(got, i)
			return i, nil
		}))
	}
	release()
	runtime.Collect(t.Context(), futures...)
	if len(got) != 100 || !slices.IsSorted(got) {
		t.Errorf("started in the order %v", got)
	}
}

func TestPoolRunsAsManyAsItHasWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 4)
		fn, began, release := hold()
		var futures []*runtime.Future[int]
		for range 60 {
			futures = append(futures, submit(t.Context(), p, do, fn))
		}
		synctest.Wait()
		if s := p.Stats(); len(began) != 4 || s.Running != 4 || s.Queued != 56 || s.Workers != 4 {
			t.Errorf("%d began, stats %+v", len(began), s)
		}
		p.Resize(6)
		synctest.Wait()
		if len(began) != 6 {
			t.Errorf("%d began after Resize(6)", len(began))
		}
		release()
		runtime.Collect(t.Context(), futures...)
		synctest.Wait()
		if s := p.Stats(); s.Running != 0 || s.Queued != 0 {
			t.Errorf("idle pool has %+v", s)
		}
	})
}

func TestPoolShrinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 4)
		var now, most atomic.Int32
		for range 40 {
			submit(t.Context(), p, do, func(context.Context) (int, error) {
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(time.Second)
				now.Add(-1)
				return 0, nil
			})
		}
		time.Sleep(1500 * time.Millisecond)
		p.Resize(1)
		time.Sleep(time.Second)
		most.Store(0)
		p.Shutdown(t.Context())
		if most.Load() != 1 {
			t.Errorf("%d ran at once after Resize(1)", most.Load())
		}
	})
}

func TestIdlePoolHasNoGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := runtime.NewPool(runtime.PoolConfig{})
		submit(t.Context(), p, square, 1).Result(t.Context())
		// Never closed: synctest fails the test if a goroutine is left.
	})
}

func TestG9_SubmitWaitsForRoomAndObeysContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := runtime.NewPool(runtime.PoolConfig{Workers: 1, Queue: 1})
		fn, began, release := hold()
		submit(t.Context(), p, do, fn)
		<-began
		queued := submit(t.Context(), p, square, 3)
		full := submit(t.Context(), runtime.NonBlocking(p), square, 3)
		if _, err := full.Result(t.Context()); !errors.Is(err, runtime.ErrQueueFull) {
			t.Errorf("NonBlocking: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		late := submit(ctx, p, square, 4)
		if time.Since(start) != time.Second || late.State() != runtime.Failed {
			t.Errorf("Submit returned after %v in state %v", time.Since(start), late.State())
		}
		if _, err := late.Result(t.Context()); !errors.Is(err, runtime.ErrTimeout) {
			t.Errorf("late: %v", err)
		}
		release()
		if v, err := queued.Result(t.Context()); v != 9 || err != nil {
			t.Errorf("queued: %d, %v", v, err)
		}
	})
}

func TestPriorities(t *testing.T) {
	p := newPool(t, 1)
	fn, began, release := hold()
	submit(t.Context(), p, do, fn)
	<-began
	var order []string
	add := func(ex runtime.Executor, name string) *runtime.Future[int] {
		return submit(t.Context(), ex, do, func(context.Context) (int, error) {
			order = append(order, name)
			return 0, nil
		})
	}
	low, high := runtime.Priority(p, -1000), runtime.Priority(p, 5)
	futures := []*runtime.Future[int]{add(low, "low"), add(p, "a"), add(high, "high"), add(p, "b"), add(high, "high2")}
	release()
	runtime.Collect(t.Context(), futures...)
	if got := strings.Join(order, " "); got != "high high2 a b low" {
		t.Errorf("order %q", got)
	}
}

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ex := runtime.Limit(runtime.Inline, 2, time.Second)
		start := time.Now()
		var at []time.Duration
		for range 5 {
			submit(t.Context(), ex, do, func(context.Context) (int, error) { at = append(at, time.Since(start)); return 0, nil })
		}
		want := []time.Duration{0, 0, time.Second, time.Second, 2 * time.Second}
		if !slices.Equal(at, want) {
			t.Errorf("calls passed at %v", at)
		}
		if _, err := submit(t.Context(), runtime.NonBlocking(ex), square, 1).Result(t.Context()); err != nil {
			t.Errorf("one more may pass in this second: %v", err)
		}
		if _, err := submit(t.Context(), runtime.NonBlocking(ex), square, 1).Result(t.Context()); !errors.Is(err, runtime.ErrQueueFull) {
			t.Errorf("NonBlocking over the limit: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := submit(ctx, ex, square, 1).Result(t.Context()); !errors.Is(err, runtime.ErrTimeout) {
			t.Errorf("a wait for a turn that outlasts its context: %v", err)
		}
	})
	if _, err := submit(t.Context(), runtime.Limit(runtime.Inline, 0, time.Second), square, 1).Result(t.Context()); err == nil {
		t.Error("Limit of 0 is fine")
	}
}

func TestShutdownRunsWhatIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 2)
		var told atomic.Int32
		for range 50 {
			f := submit(t.Context(), p, sleep, 5)
			f.OnDone(func(int, error) { time.Sleep(time.Millisecond); told.Add(1) })
		}
		if err := p.Shutdown(t.Context()); err != nil || told.Load() != 50 {
			t.Errorf("Shutdown: %v; %d callbacks ran", err, told.Load())
		}
		if _, err := submit(t.Context(), p, square, 1).Result(t.Context()); !errors.Is(err, runtime.ErrClosed) {
			t.Errorf("after Shutdown: %v", err)
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Errorf("second Shutdown: %v", err)
		}
	})
}

func TestShutdownObeysItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		f := submit(t.Context(), p, sleep, 10_000)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if err := p.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v", err)
		}
		if v, err := f.Result(t.Context()); v != 10_000 || err != nil {
			t.Errorf("the call did not go on: %d, %v", v, err)
		}
	})
}

func TestShutdownFromInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		fn, began, release := hold()
		first := submit(t.Context(), p, do, fn)
		<-began
		queued := submit(t.Context(), p, square, 3)
		told := make(chan error, 1)
		first.OnDone(func(int, error) { told <- p.Shutdown(context.Background()) })
		release()
		if err := <-told; err != nil || !queued.State().Settled() {
			t.Errorf("from a callback: %v, the queued call is %v", err, queued.State())
		}

		p = newPool(t, 1)
		inside := submit(t.Context(), p, do, func(ctx context.Context) (int, error) { return 0, p.Shutdown(ctx) })
		queued = submit(t.Context(), p, square, 3)
		if _, err := inside.Result(t.Context()); err != nil {
			t.Errorf("from a task: %v", err)
		}
		if _, err := queued.Result(t.Context()); err != nil && !errors.Is(err, runtime.ErrClosed) {
			t.Errorf("queued beside it: %v", err) // it may have come too late
		}
	})
}

func TestShutdownFromTwoCallbacksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 2)
		told := make(chan error, 3)
		fn, began, release := hold()
		for range 2 {
			f := submit(t.Context(), p, do, fn)
			<-began
			f.OnDone(func(int, error) { told <- p.Shutdown(context.Background()) })
		}
		go func() { told <- p.Shutdown(context.Background()) }()
		synctest.Wait()
		release()
		for range 3 {
			if err := <-told; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestCloseCancelsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		running := submit(t.Context(), p, sleep, 1_000_000)
		queued := submit(t.Context(), p, square, 3)
		synctest.Wait()
		var closing sync.WaitGroup
		for range 3 {
			closing.Go(func() { p.Close() })
		}
		closing.Wait()
		for _, f := range []*runtime.Future[int]{running, queued} {
			if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
				t.Errorf("got %v", err)
			}
		}
		if _, err := submit(t.Context(), p, square, 1).Result(t.Context()); !errors.Is(err, runtime.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestCloseFromACallback(t *testing.T) {
	p := newPool(t, 1)
	fn, began, release := hold()
	f := submit(t.Context(), p, do, fn)
	<-began
	told := make(chan error, 1)
	f.OnDone(func(int, error) { told <- p.Close() })
	release()
	if err := <-told; err != nil {
		t.Error(err)
	}
}

func TestG1_EveryCallSettlesWhileThePoolCloses(t *testing.T) {
	for range 100 {
		p, _ := runtime.NewPool(runtime.PoolConfig{Workers: 2, Queue: 8})
		var wg sync.WaitGroup
		futures := make(chan *runtime.Future[int], 400)
		for range 4 {
			wg.Go(func() {
				for i := range 100 {
					futures <- submit(t.Context(), p, square, i)
				}
			})
		}
		goruntime.Gosched()
		p.Close()
		wg.Wait()
		close(futures)
		for f := range futures {
			if _, err := f.Result(t.Context()); err != nil && !errors.Is(err, runtime.ErrCanceled) && !errors.Is(err, runtime.ErrClosed) {
				t.Fatalf("got %v", err)
			}
		}
	}
}

func TestArgumentsAreDroppedAfterRun(t *testing.T) {
	p := newPool(t, 1)
	freed := make(chan struct{})
	big := make([]byte, 1<<20)
	goruntime.AddCleanup(&big[0], func(int) { close(freed) }, 0)
	f := submit(t.Context(), p, size, big)
	big = nil
	f.Result(t.Context())
	deadline := time.After(10 * time.Second)
	for {
		goruntime.GC()
		select {
		case <-freed:
			goruntime.KeepAlive(f)
			return
		case <-deadline:
			t.Fatal("the argument is still reachable while its future lives")
		case <-time.After(time.Millisecond):
		}
	}
}

var size = localTask("Size", func(_ context.Context, b []byte) (int, error) { return len(b), nil })

func TestRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts.Store(0)
		if v, err := submit(t.Context(), runtime.Inline, flaky, 2).Result(t.Context()); v != 3 || err != nil {
			t.Errorf("got %d, %v", v, err)
		}
		attempts.Store(0)
		if _, err := submit(t.Context(), runtime.Inline, flaky, 9).Result(t.Context()); !errors.Is(err, errOdd) || attempts.Load() != 4 {
			t.Errorf("%v after %d attempts", err, attempts.Load())
		}
		attempts.Store(0)
		if _, err := submit(t.Context(), runtime.Inline, flaky, -1).Result(t.Context()); !errors.Is(err, errOdd) || attempts.Load() != 1 {
			t.Errorf("permanent: %v after %d attempts", err, attempts.Load())
		}
	})
}

var attempts atomic.Int32

// flaky fails n times; for a negative n permanently.
var flaky = intTask("Flaky", runtime.Task{Retries: 3}, func(_ context.Context, n int) (int, error) {
	switch k := int(attempts.Add(1)); {
	case n < 0:
		return 0, runtime.Permanent(errOdd)
	case k <= n:
		return 0, fmt.Errorf("attempt %d: %w", k, errOdd)
	default:
		return k, nil
	}
})

func TestRoundTrip(t *testing.T) {
	p := newPool(t, 2)
	ex := runtime.RoundTrip(p)
	if v, err := submit(t.Context(), ex, half, 8).Result(t.Context()); v != 4 || err != nil {
		t.Errorf("got %d, %v", v, err)
	}
	var remote *runtime.RemoteError
	if _, err := submit(t.Context(), ex, half, 7).Result(t.Context()); !errors.As(err, &remote) || remote.Message != errOdd.Error() {
		t.Errorf("got %v", err)
	}
	got, err := runtime.Map(t.Context(), ex, square, []int{1, 2, 3}, runtime.Chunk(2))
	if !slices.Equal(got, []int{1, 4, 9}) || err != nil {
		t.Errorf("Map: %v, %v", got, err)
	}
}

// What a free worker will take does not count against the queue, although he has not
// taken it yet.
func TestG9_CallsForFreeWorkersDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := runtime.NewPool(runtime.PoolConfig{Workers: 8, Queue: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		ex, refused := runtime.NonBlocking(p), 0
		for range 10 {
			f := submit(t.Context(), ex, inTest(func(ctx context.Context, n int) (int, error) { <-ctx.Done(); return n, nil }), 1)
			if f.State().Settled() {
				if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrQueueFull) {
					t.Fatal(err)
				}
				refused++
			}
		}
		if refused > 1 {
			t.Errorf("%d of 10 calls were refused", refused)
		}
		synctest.Wait()
		if s := p.Stats(); s.Running != 8 || s.Queued > 2 {
			t.Errorf("%+v", s)
		}
		late := submit(t.Context(), ex, inTest(func(_ context.Context, n int) (int, error) { return n, nil }), 1)
		if _, err := late.Result(t.Context()); !errors.Is(err, runtime.ErrQueueFull) {
			t.Errorf("with all at work and one queued: %v", err)
		}
	})
}

// A call that was handed to a worker which has not begun is settled by Close as any
// other.
func TestG1_CloseSettlesWhatWasHandedOver(t *testing.T) {
	f := inTest(func(_ context.Context, n int) (int, error) { return n, nil })
	for range 200 {
		p := newPool(t, 1)
		future := submit(t.Context(), p, f, 1)
		if p.Close(); !future.State().Settled() {
			t.Fatal("it is not")
		}
	}
}
