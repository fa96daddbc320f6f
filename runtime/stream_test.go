package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// Chunks that grew over quick items, as far as the window lets them, must shrink
// when items become slow, or nothing comes for a long time.
func TestStreamAdaptsToItemsThatBecomeSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const quick, slow = 300_000, 32_000
		task := inTest(func(_ context.Context, n int) (int, error) {
			if n >= quick {
				time.Sleep(time.Millisecond)
			}
			return n, nil
		})
		var gap, first time.Duration
		last := time.Now()
		for n := range runtime.Stream(t.Context(), newPool(t, 8), task, seq(quick+slow)) {
			if first = max(first, time.Since(last)); n > quick+slow/2 { // the first chunks are out already
				gap = max(gap, time.Since(last))
			}
			last = time.Now()
		}
		if first > 2048*time.Millisecond { // a chunk has a quarter of the window
			t.Errorf("the first items of 1 ms after quick ones held the others back for %v", first)
		}
		if gap > 20*time.Millisecond {
			t.Errorf("items of 1 ms on 8 workers, and no result for %v", gap)
		}
	})
}

func TestStreamFromASlowSourceFlows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at [1000]time.Time
		source := func(yield func(int) bool) {
			for i := range at {
				time.Sleep(2 * time.Millisecond)
				at[i] = time.Now()
				if !yield(i) {
					return
				}
			}
		}
		task := inTest(func(_ context.Context, n int) (int, error) { return n, nil })
		var worst time.Duration
		for n := range runtime.Stream(t.Context(), newPool(t, 8), task, source) {
			worst = max(worst, time.Since(at[n]))
		}
		if worst > 50*time.Millisecond {
			t.Errorf("an item came out %v after it went in", worst)
		}
	})
}

func TestG8_PanicOfAnItemThatNobodyTook(t *testing.T) {
	task := inTest(func(_ context.Context, n int) (int, error) {
		if n > 0 {
			time.Sleep(time.Second)
			panic("lost")
		}
		return n, nil
	})
	for name, run := range map[string]func(ctx context.Context, p *runtime.Pool){
		"the loop ends": func(ctx context.Context, p *runtime.Pool) {
			for range runtime.Stream(ctx, p, task, seq(2), runtime.Chunk(1)) {
				time.Sleep(time.Minute) // item 1 is over
				break
			}
		},
		"the loop ends inside a chunk": func(ctx context.Context, p *runtime.Pool) {
			for range runtime.Stream(ctx, p, task, seq(2), runtime.Chunk(2)) {
				break
			}
		},
		"another item failed too": func(ctx context.Context, p *runtime.Pool) {
			runtime.Map(ctx, p, task, []int{1, 2}, runtime.Chunk(1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log, text := newLog()
				p, _ := runtime.NewPool(runtime.PoolConfig{Workers: 2, Logger: log})
				run(t.Context(), p)
				p.Shutdown(t.Context())
				if !strings.Contains(text(), "lost") {
					t.Errorf("the panic vanished; the log is %q", text())
				}
			})
		})
	}
}

// Of items that panic one after the other each is seen: as the error of the Map, or in
// the log, however close they are to the end of it.
func TestG8_EveryPanicOfAMapIsSeen(t *testing.T) {
	log, text := newLog()
	p, _ := runtime.NewPool(runtime.PoolConfig{Workers: 2, Logger: log})
	var ran atomic.Int64
	task := inTest(func(context.Context, int) (int, error) {
		ran.Add(1)
		panic("lost")
	})
	maps := raceCount(20_000) + 10
	for range maps {
		if _, err := runtime.Map(t.Context(), p, task, []int{1, 2}, runtime.Chunk(1)); !errors.Is(err, runtime.ErrPanic) {
			t.Fatal(err)
		}
	}
	p.Shutdown(t.Context())
	if logged, want := strings.Count(text(), "panic=lost"), int(ran.Load())-maps; logged != want {
		t.Errorf("%d panics, %d Maps with one: %d in the log, want %d", ran.Load(), maps, logged, want)
	}
}

func TestG4_AFailedItemHidesNoFinishedOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		odd := false
		for n, err := range runtime.Stream(ctx, newPool(t, 1), half, seq(8), runtime.Chunk(1)) {
			if n == 0 && err == nil {
				synctest.Wait() // item 1 has failed by now, by itself
				cancel()
			}
			odd = odd || errors.Is(err, errOdd)
		}
		if !odd {
			t.Error("the outcome of item 1 was dropped")
		}
	})
}

var rushed = intTask("Rushed", runtime.Task{Timeout: time.Millisecond}, func(ctx context.Context, _ int) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
})

func TestTimeoutOfAnItemIsErrTimeout(t *testing.T) {
	_, err := runtime.Map(t.Context(), newPool(t, 4), rushed, make([]int, 100), runtime.ContinueOnError())
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var lost *runtime.TaskError
		if !errors.Is(e, runtime.ErrTimeout) || !errors.As(e, &lost) {
			t.Fatalf("got %v", e)
		}
	}
}

// slowly takes its time to take a call, before and after it hands it on.
type slowly struct{ inner runtime.Executor }

func (s slowly) Submit(ctx context.Context, c runtime.Call) {
	time.Sleep(2 * time.Millisecond)
	s.inner.Submit(ctx, c)
	time.Sleep(time.Millisecond)
}

// Nothing is lost where Submit waits: chunks may be done before it returns.
func TestG1_MapThroughASlowSubmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, ex := range []runtime.Executor{slowly{newPool(t, 4)}, slowly{runtime.Inline}} {
			items := make([]int, 500)
			for i := range items {
				items[i] = i
			}
			got, err := runtime.Map(t.Context(), ex, square, items, runtime.Chunk(3))
			for i, n := range got {
				if n != i*i || err != nil {
					t.Fatalf("item %d: %d, %v", i, n, err)
				}
			}
			n := 0
			for v, err := range runtime.Stream(t.Context(), ex, square, seq(500), runtime.Window(10)) {
				if v != n*n || err != nil {
					t.Fatalf("item %d: %d, %v", n, v, err)
				}
				n++
			}
			if len(got) != 500 || n != 500 {
				t.Fatalf("%d and %d results", len(got), n)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			if _, err := runtime.Map(ctx, ex, square, items, runtime.Chunk(1)); !errors.Is(err, runtime.ErrTimeout) {
				t.Errorf("got %v", err)
			}
			cancel()
		}
	})
}

// Inline runs a task on the goroutine of the Map, whose Goexit ends that, however
// long it took before.
func TestG8_GoexitInAMapOfInline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, ex := range []runtime.Executor{runtime.Inline, runtime.Limit(runtime.Inline, 5, time.Second)} {
			task := inTest(func(_ context.Context, n int) (int, error) {
				if n > 0 {
					goruntime.Goexit()
				}
				time.Sleep(time.Minute)
				return n, nil
			})
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				runtime.Map(t.Context(), ex, task, []int{0, 1})
				t.Error("the goroutine goes on")
			}()
			<-ended
		}
	})
}
