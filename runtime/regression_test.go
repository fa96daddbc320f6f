package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// Each test here is a mistake that was made once. A hang fails by the deadlock
// that synctest sees.

func TestMapDoesNotReturnWhatTasksStillWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		slow := inTest(func(context.Context, int) (int, error) { time.Sleep(2 * time.Second); return 7, nil })
		time.AfterFunc(time.Second, func() { p.Close() })
		got, err := runtime.Map(t.Context(), p, slow, []int{1}, runtime.ContinueOnError())
		time.Sleep(5 * time.Second)
		if got[0] != 0 || !errors.Is(err, runtime.ErrCanceled) {
			t.Errorf("results became %v after Map had returned with %v", got, err)
		}
	})
}

func TestG1_ErrorMethodsThatPanicWhileTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := submit(ctx, runtime.Inline, do, func(context.Context) (int, error) {
			cancel()
			return 0, (*fs.PathError)(nil)
		})
		if _, err := f.Result(t.Context()); err == nil || !f.State().Settled() {
			t.Errorf("%v, %v", f.State(), err)
		}
	})
}

func TestG8_GoexitInACallbackLosesNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		fn, began, release := hold()
		f := submit(t.Context(), p, do, fn)
		<-began
		var ran atomic.Bool
		f.OnDone(func(int, error) { goruntime.Goexit() }) // t.FailNow does this
		f.OnDone(func(int, error) { ran.Store(true) })
		go release()
		runtime.Collect(t.Context(), f)
		p.Shutdown(t.Context())
		if !ran.Load() {
			t.Error("the second callback never ran")
		}
	})
}

func TestWaitsLeaveNothingOnALongCall(t *testing.T) {
	p := newPool(t, 2)
	fn, began, release := hold()
	defer release()
	slow := submit(t.Context(), p, do, fn)
	<-began
	heap := func() int64 {
		goruntime.GC()
		var m goruntime.MemStats
		goruntime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	const n = 10_000
	for i := range n {
		runtime.Wait(t.Context(), runtime.FirstCompleted, slow, submit(t.Context(), p, square, i))
	}
	if grown := heap() - before; grown > n*100 {
		t.Errorf("%d waits left %d bytes", n, grown)
	}
}

func TestTaskContextEndsWithItsCall(t *testing.T) {
	var kept context.Context
	submit(t.Context(), runtime.Inline, do, func(ctx context.Context) (int, error) { kept = ctx; return 0, nil })
	select {
	case <-kept.Done():
	default:
		t.Error("Done is open")
	}
	if kept.Err() != context.Canceled {
		t.Errorf("Err is %v", kept.Err())
	}
}

func TestChildrenOfATaskEndWithItWhetherObservedOrNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, observe := range []bool{false, true} {
			p := newPool(t, 1)
			var child *runtime.Future[int]
			submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
				child = submit(ctx, p, square, 3)
				return 0, nil
			}).Result(t.Context())
			if observe {
				child.Done()
			}
			p.Shutdown(t.Context())
			if _, err := child.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
				t.Errorf("observed %v: %v", observe, err)
			}
		}
	})
}

func TestWaitThatBeginsAfterItsTaskTakesNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		var kept context.Context
		submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
			kept = context.WithoutCancel(ctx)
			return 0, nil
		}).Result(t.Context())
		synctest.Wait()
		var now, most atomic.Int32
		busy := func(context.Context) (int, error) {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			return 0, nil
		}
		a, b := submit(t.Context(), p, do, busy), submit(t.Context(), p, do, busy)
		go a.Result(kept)
		runtime.Collect(t.Context(), a, b)
		if most.Load() != 1 {
			t.Errorf("%d ran at once on one worker", most.Load())
		}
	})
}

func TestShutdownWaitsForCallbacksOfCanceledCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		fn, began, release := hold()
		submit(t.Context(), p, do, fn)
		<-began
		queued := submit(t.Context(), p, square, 1)
		var over atomic.Bool
		queued.OnDone(func(int, error) { time.Sleep(time.Second); over.Store(true) })
		go queued.Cancel()
		synctest.Wait()
		release()
		if err := p.Shutdown(t.Context()); err != nil || !over.Load() {
			t.Errorf("Shutdown: %v; the callback is over: %v", err, over.Load())
		}
	})
}

func TestShutdownOfOneTaskTwiceWaitsForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 2)
		fn, began, release := hold()
		other := submit(t.Context(), p, do, fn)
		<-began
		submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					if err := p.Shutdown(ctx); err != nil || !other.State().Settled() {
						t.Errorf("Shutdown returned %v while a task was %v", err, other.State())
					}
				})
			}
			time.AfterFunc(time.Second, release)
			wg.Wait()
			return 0, nil
		}).Result(t.Context())
	})
}

func TestShutdownOfAnIdlePoolBeatsAnExpiredContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if err := newPool(t, 1).Shutdown(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func TestShutdownDeepInsideACallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		fn, began, release := hold()
		f := submit(t.Context(), p, do, fn)
		<-began
		var deep func(n int) error
		deep = func(n int) error {
			if n == 0 {
				return p.Shutdown(context.Background())
			}
			err := deep(n - 1)
			goruntime.KeepAlive(n)
			return err
		}
		down := make(chan error)
		f.OnDone(func(int, error) { down <- deep(300) })
		release()
		if err := <-down; err != nil {
			t.Error(err)
		}
	})
}

func TestG7_SubmitFromACallbackIntoAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := runtime.NewPool(runtime.PoolConfig{Workers: 1, Queue: 1})
		fn, began, release := hold()
		first := submit(t.Context(), p, do, fn)
		<-began
		next := make(chan *runtime.Future[int], 1)
		first.OnDone(func(int, error) { next <- submit(t.Context(), p, square, 3) })
		queued := submit(t.Context(), p, square, 2)
		release()
		queued.Result(t.Context())
		if n, err := (<-next).Result(t.Context()); n != 9 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestG3_CanceledByWayOfAnotherCall(t *testing.T) {
	p := newPromise(t)
	derived := runtime.Then(p.Future(), func(n int) (int, error) { return n, nil })
	p.Future().Cancel()
	own := submit(t.Context(), runtime.Inline, do, func(context.Context) (int, error) { return 0, runtime.ErrCanceled })
	for _, f := range []*runtime.Future[int]{derived, own} {
		if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) || !f.Cancel() || f.State() != runtime.Canceled {
			t.Errorf("%v, Cancel %v, %v", err, f.Cancel(), f.State())
		}
	}
}

func TestG4_MapAndStreamKeepWhatIsFinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer func() { cancel() }()
		p := newPool(t, 4)
		last := runtime.Progress(func(done, total int) {
			if done == total {
				cancel()
			}
		})
		if got, err := runtime.Map(ctx, p, square, []int{1, 2, 3}, runtime.Chunk(3), last); err != nil {
			t.Errorf("all items are done, yet %v, %v", got, err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		defer cancel()
		var ran, finished, came atomic.Int32
		count := inTest(func(_ context.Context, n int) (int, error) { ran.Add(1); return n, nil })
		for _, err := range runtime.Stream(ctx, p, count, seq(1000), runtime.Chunk(1)) {
			if err != nil {
				break
			}
			if came.Add(1) == 10 {
				synctest.Wait() // what is out has finished
				finished.Store(ran.Load())
				cancel()
			}
		}
		if came.Load() != finished.Load() {
			t.Errorf("%d results of %d that were finished when ctx ended", came.Load(), finished.Load())
		}
	})
}

func TestChunkOfAnySize(t *testing.T) {
	n := 0
	for range runtime.Stream(t.Context(), newPool(t, 1), square, seq(3), runtime.Chunk(math.MaxInt)) {
		n++
	}
	if n != 3 {
		t.Errorf("%d elements", n)
	}
	var sizes []int
	progress := runtime.Progress(func(done, _ int) { sizes = append(sizes, done) })
	runtime.Map(t.Context(), newPool(t, 4), square, make([]int, 40), runtime.Chunk(10), progress)
	if !slices.Equal(sizes, []int{10, 20, 30, 40}) {
		t.Errorf("40 items with Chunk(10) were done as %v", sizes)
	}
}

func TestLimitCountsItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		got, err := runtime.Map(t.Context(), runtime.Limit(newPool(t, 2), 1, time.Second), square, make([]int, 100))
		if took := time.Since(start); took != 99*time.Second || len(got) != 100 || err != nil {
			t.Errorf("100 items at one a second took %v: %d results, %v", took, len(got), err)
		}
	})
}

func TestCauses(t *testing.T) {
	mine := errors.New("mine")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fmt.Errorf("%w: %w", mine, runtime.ErrTimeout)) // the error of another call, say
	f := submit(ctx, newPool(t, 1), square, 1)
	if _, err := f.Result(t.Context()); !errors.Is(err, mine) || f.State() != runtime.Canceled {
		t.Errorf("%v, %v", f.State(), err)
	}
	p := new(runtime.Promise[int])
	p.Init(t.Context(), &hurried.Task) // it has a timeout
	p.Start()
	p.Context().Done()
	p.Future().Cancel()
	if cause := context.Cause(p.Context()); cause != runtime.ErrCanceled {
		t.Errorf("the cause that the task sees is %v", cause)
	}
}

func TestG8_PanicsThatOthersOutran(t *testing.T) {
	panics := func(context.Context) (int, error) { panic("lost") }
	for name, lose := range map[string]func(p *runtime.Pool){
		"First": func(p *runtime.Pool) {
			bad := submit(t.Context(), p, do, panics)
			<-bad.Done()
			runtime.First(t.Context(), bad, submit(t.Context(), p, square, 2))
		},
		"Then": func(p *runtime.Pool) {
			<-runtime.Then(submit(t.Context(), p, do, panics), func(n int) (int, error) { return n, nil }).Done()
		},
		"Map": func(p *runtime.Pool) {
			started := make(chan struct{})
			task := inTest(func(ctx context.Context, n int) (int, error) {
				if n == 0 {
					<-started
					return 0, errOdd
				}
				close(started)
				<-ctx.Done()
				panic("lost")
			})
			runtime.Map(t.Context(), p, task, []int{0, 1}, runtime.Chunk(1))
		},
	} {
		log, text := newLog()
		p, _ := runtime.NewPool(runtime.PoolConfig{Workers: 2, Logger: log})
		lose(p)
		p.Shutdown(t.Context())
		deadline := time.Now().Add(10 * time.Second)
		for !strings.Contains(text(), "panic=lost") && time.Now().Before(deadline) {
			goruntime.GC()
			time.Sleep(time.Millisecond)
		}
		if !strings.Contains(text(), "panic=lost") {
			t.Errorf("%s: log is %q", name, text())
		}
	}
}

var (
	exitsOnOne = intTask("ExitsOnOne", runtime.Task{}, func(_ context.Context, n int) (int, error) {
		if n == 1 {
			goruntime.Goexit()
		}
		return n, nil
	})
	unsent = define(&runtime.Func[int, int]{
		Task: runtime.Task{Name: "runtime_test.Unsent"},
		Call: func(context.Context, int) (int, error) { panic("runs, though its argument was never encoded") },
		AppendArg: func([]byte, int) ([]byte, error) {
			goruntime.Goexit()
			return nil, nil
		},
		ReadArg:      wire.Into((*wire.Reader).Int),
		AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
	})
)

// A codec that ends the goroutine keeps the call from running.
func TestCodecThatEndsTheGoroutine(t *testing.T) {
	_, err := submit(t.Context(), runtime.RoundTrip(newPool(t, 1)), unsent, 1).Result(t.Context())
	var failed *runtime.TaskError
	if !errors.Is(err, runtime.ErrEncoding) || !errors.As(err, &failed) || failed.Started {
		t.Errorf("got %v", err)
	}
}

// An item that failed before the context ended has not failed by that, however it did.
func TestAnItemThatEndedItsGoroutineBeforeTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var errs []error
		for _, err := range runtime.Stream(ctx, runtime.RoundTrip(newPool(t, 4)), exitsOnOne, slices.Values([]int{0, 1}), runtime.Chunk(1)) {
			errs = append(errs, err)
			synctest.Wait()
			cancel()
		}
		var item *runtime.ItemError
		if len(errs) < 2 || errs[0] != nil || !errors.As(errs[1], &item) || errors.Is(errs[1], runtime.ErrCanceled) {
			t.Errorf("got %v", errs) // perhaps with the end of the context behind it
		}
	})
}
