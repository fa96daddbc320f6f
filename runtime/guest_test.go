package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// Under a context that cannot end the goroutine of a Map works too.
var forever = context.Background()

var errItem = errors.New("item")

// quick is how many items are short in these tests: enough for the goroutine of the
// Map to begin to work.
const quick = 6000

func upTo(n int) []int {
	items := make([]int, n)
	for i := range items {
		items[i] = i
	}
	return items
}

// here tells the goroutine of a Map from those of a pool.
func here() bool {
	stack := make([]byte, 8<<10)
	stack = stack[:goruntime.Stack(stack, false)]
	return !bytes.Contains(stack, []byte("(*Pool).work("))
}

func TestGuestWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var own atomic.Int64
		f := inTest(func(_ context.Context, n int) (int, error) {
			if n%100 == 0 && here() {
				own.Add(1)
			}
			return 2 * n, nil
		})
		p := newPool(t, 3)
		got, err := runtime.Map(forever, p, f, upTo(1_000_000))
		if err != nil || own.Load() == 0 {
			t.Errorf("%v; of 10000 items %d ran here", err, own.Load())
		}
		for i, v := range got {
			if v != 2*i {
				t.Fatalf("result %d is %d", i, v)
			}
		}
		synctest.Wait()
		if s := p.Stats(); s.Running != 0 || s.Queued != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// A failure elsewhere interrupts what the goroutine of the Map runs, between items.
func TestGuestHearsOfAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slow atomic.Int64
		f := inTest(func(ctx context.Context, n int) (int, error) {
			if n < quick {
				return n, nil
			}
			switch {
			case here():
				time.Sleep(10 * time.Millisecond)
			case slow.Add(1) == 1:
				time.Sleep(35 * time.Millisecond)
				return 0, errItem
			default:
				<-ctx.Done()
			}
			return n, nil
		})
		began := time.Now()
		_, err := runtime.Map(forever, newPool(t, 4), f, upTo(1_000_000))
		if took := time.Since(began); !errors.Is(err, errItem) || took > 60*time.Millisecond {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// Items that turn out long keep the goroutine of the Map no longer than one of them
// from handing out others.
func TestGuestHandsOutWhileItWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := inTest(func(ctx context.Context, n int) (int, error) {
			if n >= quick {
				time.Sleep(time.Millisecond)
			}
			return n, nil
		})
		began := time.Now()
		items := upTo(quick + 40_000)
		if _, err := runtime.Map(forever, newPool(t, 10), f, items); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 12*time.Second { // 4 s if all work all the time, 40 s if one does
			t.Errorf("it took %v", took)
		}
	})
}

// No more items run at once than the pool has workers.
func TestGuestTakesASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int64
		f := inTest(func(_ context.Context, n int) (int, error) {
			if n < quick {
				return n, nil
			}
			now := running.Add(1)
			for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
			}
			time.Sleep(time.Millisecond)
			running.Add(-1)
			return n, nil
		})
		p := newPool(t, 3)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if _, err := runtime.Map(forever, p, f, upTo(quick+2000)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if most.Load() != 3 {
			t.Errorf("%d items ran at once on 3 workers", most.Load())
		}
	})
}

// Close ends the context of what runs on the goroutine of the Map.
func TestGuestIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := inTest(func(ctx context.Context, n int) (int, error) {
			if n < quick {
				return n, nil
			}
			<-ctx.Done()
			return 0, ctx.Err()
		})
		p := newPool(t, 3)
		time.AfterFunc(time.Second, func() { p.Close() })
		if _, err := runtime.Map(forever, p, f, upTo(100_000)); !errors.Is(err, runtime.ErrCanceled) && !errors.Is(err, runtime.ErrClosed) {
			t.Errorf("got %v", err)
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A task that ends the goroutine ends that of the Map, which leaves the pool as it
// was.
func TestGuestThatExits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := inTest(func(_ context.Context, n int) (int, error) {
			if n >= quick && here() {
				goruntime.Goexit()
			}
			return n, nil
		})
		p := newPool(t, 2)
		var wg sync.WaitGroup
		wg.Go(func() {
			runtime.Map(forever, p, f, upTo(100_000_000>>5), runtime.ContinueOnError())
		})
		wg.Wait()
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if s := p.Stats(); s.Running != 0 || s.Queued != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Tasks that wait for others of their pool give the slot back, here too.
func TestGuestThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 2)
		double := inTest(func(_ context.Context, n int) (int, error) { return 2 * n, nil })
		f := inTest(func(ctx context.Context, n int) (int, error) {
			if n < quick || n%1000 != 0 {
				return 2 * n, nil
			}
			return submit(ctx, p, double, n).Result(ctx)
		})
		got, err := runtime.Map(forever, p, f, upTo(300_000))
		if err != nil || got[299_000] != 598_000 {
			t.Error(err)
		}
		synctest.Wait()
		if s := p.Stats(); s.Running != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Whatever items do, each has its outcome.
func TestGuestAtRandom(t *testing.T) {
	for seed := range uint64(raceCount(200)) + 5 {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 9))
			n, bad := quick+rnd.IntN(30_000), 1+rnd.IntN(5000)
			f := inTest(func(_ context.Context, i int) (int, error) {
				switch h := uint32(i) * 2654435761; {
				case i < quick:
				case h%uint32(bad) == 0:
					return i, errItem
				case h%uint32(bad) == 1:
					panic("no")
				case h%1009 == 5:
					time.Sleep(time.Duration(h>>20) * time.Microsecond)
				}
				return i + 1, nil
			})
			progress := 0
			got, err := runtime.Map(forever, newPool(t, 1+rnd.IntN(5)), f, upTo(n), runtime.ContinueOnError(),
				runtime.Progress(func(done, total int) { progress = done }))
			failed := map[int]bool{}
			if joined, ok := err.(interface{ Unwrap() []error }); ok {
				for _, err := range joined.Unwrap() {
					var item *runtime.ItemError
					if errors.As(err, &item) {
						failed[item.Index] = true
					}
				}
			}
			if progress != n || len(got) != n {
				t.Fatalf("seed %d: %d of %d done, %d results", seed, progress, n, len(got))
			}
			for i, v := range got {
				h := uint32(i) * 2654435761
				if wrong := i >= quick && h%uint32(bad) <= 1; wrong != failed[i] || !wrong && v != i+1 {
					t.Fatalf("seed %d: item %d is %d, failed %v", seed, i, v, failed[i])
				}
			}
		})
	}
}

// Whoever is faster, a Map and a Close that meet leave no item without an outcome, and
// none with two.
func TestGuestMeetsClose(t *testing.T) {
	items := raceCount(30_000)
	for i := range raceCount(500) + 5 {
		p := newPool(t, 2)
		closed := make(chan bool)
		go func() {
			defer close(closed)
			time.Sleep(time.Duration(i%40) * 10 * time.Microsecond)
			p.Close()
		}()
		most := 0
		f := inTest(func(_ context.Context, n int) (int, error) { return n + 1, nil })
		got, err := runtime.Map(forever, p, f, upTo(items), runtime.ContinueOnError(),
			runtime.Progress(func(done, _ int) { most = max(most, done) }))
		if most > items {
			t.Fatalf("%d of %d items are done", most, items)
		}
		for j, v := range got {
			if err == nil && v != j+1 {
				t.Fatalf("no error, and item %d is %d", j, v)
			}
		}
		<-closed
	}
}

// Options that bound what is out do not keep the goroutine of a Map from the end.
func TestGuestWithOptions(t *testing.T) {
	f := inTest(func(_ context.Context, n int) (int, error) { return n + 1, nil })
	for _, workers := range []int{1, 3, math.MaxInt} {
		for _, n := range []int{1, 10, 1000} {
			for _, opt := range []runtime.MapOption{runtime.Window(n), runtime.Chunk(n), runtime.Unordered()} {
				got, err := runtime.Map(forever, newPool(t, workers), f, upTo(20_000), opt)
				if err != nil || got[19_999] != 20_000 {
					t.Errorf("%d workers, %d: %v", workers, n, err)
				}
			}
		}
	}
}

// A callback of Progress may use the pool: the goroutine of the Map holds no slot then.
func TestGuestHoldsNoSlotInBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		f := inTest(func(_ context.Context, n int) (int, error) { return n + 1, nil })
		_, err := runtime.Map(forever, p, f, upTo(300_000), runtime.Progress(func(int, int) {
			if v, err := submit(t.Context(), p, f, 1).Result(t.Context()); v != 2 || err != nil {
				t.Error(v, err)
			}
		}))
		if err != nil {
			t.Error(err)
		}
	})
}
