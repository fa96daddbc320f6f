package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	goruntime "runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

func TestG10_MapKeepsTheOrderWhateverTheChunk(t *testing.T) {
	p := newPool(t, 2)
	items, want := make([]int, 40), make([]int, 40)
	for i := range items {
		items[i], want[i] = i, i*i
	}
	for _, n := range []int{0, 1, 3, 6, 40, 50} {
		var opts []runtime.MapOption
		if n > 0 {
			opts = append(opts, runtime.Chunk(n))
		}
		if got, err := runtime.Map(t.Context(), p, square, items, opts...); !slices.Equal(got, want) || err != nil {
			t.Errorf("chunk %d: %v, %v", n, got, err)
		}
	}
}

func TestMapOfNothing(t *testing.T) {
	if got, err := runtime.Map(t.Context(), runtime.Inline, square, nil); len(got) != 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestMapStopsAtTheFirstFailure(t *testing.T) {
	p := newPool(t, 1)
	got, err := runtime.Map(t.Context(), p, half, []int{2, 4, 5, 6, 7}, runtime.Chunk(1))
	var item *runtime.ItemError
	if got != nil || !errors.As(err, &item) || item.Index != 2 || !errors.Is(err, errOdd) {
		t.Fatalf("got %v, %v", got, err)
	}
	if err.Error() != "item 2: odd number" {
		t.Errorf("message %q", err)
	}
}

func TestMapContinuesOnError(t *testing.T) {
	for _, chunk := range []int{1, 2, 5} {
		got, err := runtime.Map(t.Context(), newPool(t, 2), half, []int{2, 3, 4, 5, 6}, runtime.ContinueOnError(), runtime.Chunk(chunk))
		if want := []int{1, 0, 2, 0, 3}; !slices.Equal(got, want) {
			t.Errorf("chunk %d: got %v, want %v", chunk, got, want)
		}
		if err == nil || err.Error() != "item 1: odd number\nitem 3: odd number" {
			t.Errorf("chunk %d: error %v", chunk, err)
		}
	}
}

func TestMapItemThatPanicsOrExits(t *testing.T) {
	trap := inTest(func(_ context.Context, n int) (int, error) {
		switch n {
		case 3:
			panic("three")
		case 5:
			goruntime.Goexit()
		}
		return n, nil
	})
	got, err := runtime.Map(t.Context(), newPool(t, 2), trap, []int{1, 2, 3, 4, 5, 6, 7}, runtime.ContinueOnError(), runtime.Chunk(7))
	if want := []int{1, 2, 0, 4, 0, 6, 7}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var p *runtime.PanicError
	if !errors.Is(err, runtime.ErrPanic) || !errors.As(err, &p) || !strings.Contains(err.Error(), "item 2") || !strings.Contains(err.Error(), "item 4") {
		t.Errorf("error %v", err)
	}
}

func TestMapEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 2)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		got, err := runtime.Map(ctx, p, sleep, []int{0, 0, 2000})
		if got != nil || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 100*time.Millisecond {
			t.Errorf("got %v, %v after %v", got, err, time.Since(start))
		}
	})
}

func TestMapOptionsAreChecked(t *testing.T) {
	bad := map[string]runtime.MapOption{
		"Chunk(-1)": runtime.Chunk(-1), "Chunk(0)": runtime.Chunk(0), "Window(0)": runtime.Window(0), "Window(-1)": runtime.Window(-1),
	}
	never := inTest(func(context.Context, int) (int, error) { t.Error("a task ran"); return 0, nil })
	for name, opt := range bad {
		if _, err := runtime.Map(t.Context(), runtime.Inline, never, []int{1}, opt); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Map with %s: %v", name, err)
		}
		var errs []error
		for _, err := range runtime.Stream(t.Context(), runtime.Inline, never, seq(3), opt) {
			errs = append(errs, err)
		}
		if len(errs) != 1 || errs[0] == nil {
			t.Errorf("Stream with %s: %v", name, errs)
		}
	}
}

func TestMapReportsProgress(t *testing.T) {
	var seen []int
	runtime.Map(t.Context(), newPool(t, 2), square, make([]int, 100), runtime.Chunk(7), runtime.Progress(func(done, total int) {
		if total != 100 {
			t.Errorf("total is %d", total)
		}
		seen = append(seen, done)
	}))
	if len(seen) == 0 || seen[len(seen)-1] != 100 || !slices.IsSorted(seen) {
		t.Errorf("progress went %v", seen)
	}
}

// An outcome without items is none: not of a chunk that was cut before its first, nor of one
// whose items are tried again in two.
func TestProgressGrowsWithEachCall(t *testing.T) {
	told := 0
	grows := runtime.Progress(func(done, _ int) {
		if done <= told {
			t.Errorf("%d items are done after %d", done, told)
		}
		told = done
	})
	p := newPool(t, 2)
	for range raceCount(20_000) {
		told = 0
		runtime.Map(context.Background(), p, square, make([]int, 40), grows)
	}
	told = 0
	if _, err := runtime.Map(t.Context(), unsendable{p}, square, make([]int, 8), runtime.Chunk(8), grows); told != 8 || err != nil {
		t.Errorf("%d items are done in the end: %v", told, err)
	}
}

// unsendable is an executor that takes no two items at once.
type unsendable struct{ runtime.Executor }

func (u unsendable) Submit(ctx context.Context, c runtime.Call) {
	if args, _ := c.AppendArgs(nil); len(args) > 17 { // whether to go on, their number, and one
		c.Record().Fail(runtime.ErrEncoding)
		return
	}
	u.Executor.Submit(ctx, c)
}

// An item's failure is of the same shape wherever its task runs, and never one inside
// another.
func TestItemsThatTimeOutAreTaskErrors(t *testing.T) {
	p := poolOf(t, runtime.PoolConfig{Workers: 2, Logger: slog.New(slog.DiscardHandler)})
	for name, ex := range map[string]runtime.Executor{
		"pool": p, "RoundTrip of it": runtime.RoundTrip(p), "RoundTrip in place": runtime.RoundTrip(runtime.Inline),
	} {
		for _, f := range []*runtime.Func[int, int]{hurried, panicsLate} {
			for range 20 {
				_, err := runtime.Map(t.Context(), ex, f, []int{5000})
				lost, ok := errors.AsType[*runtime.TaskError](err)
				panicked := f == panicsLate && errors.Is(err, runtime.ErrPanic)
				if !ok || !lost.Started || lost.Task != f.Name || !panicked && !errors.Is(err, runtime.ErrTimeout) {
					t.Fatalf("%s: %v", name, err)
				}
				if inner, twice := errors.AsType[*runtime.TaskError](lost.Err); twice {
					t.Fatalf("%s: %v has another inside: %v", name, err, inner)
				}
			}
		}
	}
}

// panicsLate panics once its context has ended.
var panicsLate = intTask("PanicsLate", runtime.Task{Timeout: time.Millisecond}, func(ctx context.Context, _ int) (int, error) {
	<-ctx.Done()
	panic(ctx.Err())
})

func TestMapSpreadsSlowItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 10)
		items := slices.Repeat([]int{1000}, 100)
		start := time.Now()
		runtime.Map(t.Context(), p, sleep, items)
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("100 items of 1 s on 10 workers took %v", took)
		}
	})
}

func TestG11_MapAllocatesNothingPerItem(t *testing.T) {
	p := newPool(t, 2)
	items := make([]int, 200_000)
	allocs := testing.AllocsPerRun(3, func() { runtime.Map(context.Background(), p, square, items) })
	if allocs > 5000 {
		t.Errorf("%.0f allocations for %d items", allocs, len(items))
	}
}

func TestStreamGoesOnAfterAnError(t *testing.T) {
	for _, opts := range [][]runtime.MapOption{nil, {runtime.Chunk(1)}, {runtime.Chunk(3)}} {
		var got []string
		for n, err := range runtime.Stream(t.Context(), newPool(t, 2), half, seq(5), opts...) {
			got = append(got, fmt.Sprint(n, err))
		}
		if want := "[0 <nil> 0 item 1: odd number 1 <nil> 0 item 3: odd number 2 <nil>]"; fmt.Sprint(got) != want {
			t.Errorf("got %v", got)
		}
	}
}

func TestStreamIsLazyAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		pulled, ended := 0, false
		endless := func(yield func(int) bool) {
			defer func() { ended = true }()
			for yield(pulled) {
				pulled++
			}
		}
		s := runtime.Stream(t.Context(), p, square, endless, runtime.Window(20))
		if pulled != 0 {
			t.Error("pulled before the loop")
		}
		read := 0
		for n, err := range s {
			if n != read*read || err != nil {
				t.Errorf("element %d is %d, %v", read, n, err)
			}
			if read++; read == 10 {
				break
			}
		}
		if pulled > 10+20 || !ended {
			t.Errorf("%d items were pulled for 10 results and a window of 20; ended: %v", pulled, ended)
		}
	})
}

func TestStreamBreakCancelsWhatHasNotStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		var ran atomic.Int32
		task := inTest(func(context.Context, int) (int, error) {
			ran.Add(1)
			time.Sleep(time.Second)
			return 0, nil
		})
		for range runtime.Stream(t.Context(), p, task, seq(100)) {
			break
		}
		p.Shutdown(t.Context())
		if n := ran.Load(); n > 2 {
			t.Errorf("%d items ran after the loop was left at the first", n)
		}
	})
}

func TestStreamEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 2)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var got []error
		// One by one: what is done of a chunk ends with the rest of it.
		for _, err := range runtime.Stream(ctx, p, sleep, slices.Values([]int{0, 0, 2000}), runtime.Chunk(1)) {
			got = append(got, err)
		}
		if len(got) != 3 || got[0] != nil || got[1] != nil || !errors.Is(got[2], context.DeadlineExceeded) {
			t.Errorf("got %v", got)
		}
	})
}

func TestStreamUnordered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 3)
		var got []int
		for n, err := range runtime.Stream(t.Context(), p, sleep, slices.Values([]int{30, 10, 20}), runtime.Unordered()) {
			if err != nil {
				t.Error(err)
			}
			got = append(got, n)
		}
		if !slices.Equal(got, []int{10, 20, 30}) {
			t.Errorf("order %v", got)
		}
	})
}

func TestStreamOnAClosedPool(t *testing.T) {
	p := newPool(t, 1)
	p.Close()
	n := 0
	for _, err := range runtime.Stream(t.Context(), p, square, seq(5)) {
		if n++; !errors.Is(err, runtime.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
	if n != 5 {
		t.Errorf("%d elements", n)
	}
}

func TestTimeoutHoldsForEachItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		var got []string
		for n, err := range runtime.Stream(t.Context(), p, hurried, slices.Values([]int{40, 40, 60, 40})) {
			got = append(got, fmt.Sprint(n, errors.Is(err, runtime.ErrTimeout)))
		}
		if want := "[40 false 40 false 0 true 40 false]"; fmt.Sprint(got) != want {
			t.Errorf("got %v", got)
		}
	})
}
