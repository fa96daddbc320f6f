package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
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

// newPromise returns a promise whose test plays the task.
func newPromise(t *testing.T) *runtime.Promise[int] {
	p := new(runtime.Promise[int])
	p.Init(t.Context(), &square.Task)
	return p
}

func TestA25_G1_SettlesExactlyOnce(t *testing.T) {
	for range 200 {
		p := newPromise(t)
		p.Start()
		var won atomic.Int32
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if p.Settle(i, nil) {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		first, err := p.Future().Result(t.Context())
		if won.Load() != 1 || err != nil {
			t.Fatalf("%d of 8 settled it, err %v", won.Load(), err)
		}
		p.Settle(99, errOdd)
		if again, err := p.Future().Result(t.Context()); again != first || err != nil {
			t.Fatalf("G2: result changed from %d to %d, %v", first, again, err)
		}
	}
}

func TestG2_AllWaitersSeeTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPromise(t)
		var got [8]int
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() { got[i], _ = p.Future().Result(t.Context()) })
		}
		synctest.Wait()
		p.Start()
		p.Settle(7, nil)
		wg.Wait()
		for i, v := range got {
			if v != 7 {
				t.Errorf("waiter %d got %d", i, v)
			}
		}
	})
}

func TestG3_CancelTellsTheOutcome(t *testing.T) {
	var canceled, finished int
	for range 2000 {
		p := newPromise(t)
		f := p.Future()
		var wg sync.WaitGroup
		var answers [2]bool
		wg.Go(func() {
			if p.Start() {
				p.Settle(1, nil)
			}
		})
		for i := range answers {
			wg.Go(func() { answers[i] = f.Cancel() })
		}
		wg.Wait()
		_, err := f.Result(t.Context())
		if is := errors.Is(err, runtime.ErrCanceled); answers[0] != is || answers[1] != is || is != (f.State() == runtime.Canceled) {
			t.Fatalf("Cancel returned %v, the outcome is %v in state %v", answers, err, f.State())
		}
		if err != nil {
			canceled++
		} else {
			finished++
		}
	}
	t.Logf("%d canceled, %d finished", canceled, finished)
}

func TestG4_SettledResultBeatsExpiredContext(t *testing.T) {
	f := submit(t.Context(), runtime.Inline, square, 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := f.Result(ctx); v != 9 || err != nil {
		t.Fatalf("got %d, %v", v, err)
	}
}

func TestResultReturnsTheCauseOfItsContext(t *testing.T) {
	p := newPromise(t)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, err := p.Future().Result(ctx); err != cause {
		t.Fatalf("got %v", err)
	}
	if p.Future().State() != runtime.Pending {
		t.Fatal("the wait changed the call")
	}
}

func TestStates(t *testing.T) {
	p := newPromise(t)
	f := p.Future()
	want := func(s runtime.State) {
		t.Helper()
		if f.State() != s {
			t.Fatalf("state is %v, want %v", f.State(), s)
		}
	}
	want(runtime.Pending)
	p.Start()
	want(runtime.Running)
	p.Settle(0, errOdd)
	want(runtime.Failed)
	if _, err := f.Result(t.Context()); err != errOdd {
		t.Fatalf("the task's own error came back as %v", err)
	}
	if s := runtime.State(77).String(); s != "unknown" {
		t.Fatalf("State(77) is %q", s)
	}
}

func TestUnstartMakesACallPendingAgain(t *testing.T) {
	p := newPromise(t)
	p.Start()
	if !p.Record().Unstart() || p.Future().State() != runtime.Pending {
		t.Fatal("not pending after Unstart")
	}
	p.Future().Cancel()
	var failure *runtime.TaskError
	if _, err := p.Future().Result(t.Context()); !errors.As(err, &failure) || failure.Started {
		t.Fatalf("got %v, want a TaskError that did not start", err)
	}
	if p.Record().Unstart() {
		t.Fatal("Unstart revived a settled call")
	}
}

// What a lost try has used of the task's timeout is not there for the next; a call that never
// began has all of it.
func TestTriesShareATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p runtime.Promise[int]
		p.Init(t.Context(), &hurried.Task)
		r, limit := p.Record(), hurried.Timeout
		if r.Begin(); !r.Unstart() || r.TimeLeft() != limit {
			t.Fatalf("%v left of %v for a call that did not begin", r.TimeLeft(), limit)
		}
		r.Begin()
		time.Sleep(limit / 5)
		if !r.Again() || p.Future().State() != runtime.Pending || r.TimeLeft() != limit*4/5 {
			t.Fatalf("%v, %v left of %v after a fifth of it", p.Future().State(), r.TimeLeft(), limit)
		}
		time.Sleep(limit) // in a queue
		r.Begin()
		time.Sleep(limit*4/5 - 1)
		if synctest.Wait(); r.Settled() {
			t.Fatal("it was over before its time")
		}
		time.Sleep(1)
		if synctest.Wait(); r.Again() || !r.Settled() {
			t.Fatal("its timeout did not end it")
		}
		if _, err := p.Future().Result(t.Context()); !errors.Is(err, runtime.ErrTimeout) {
			t.Fatal(err)
		}
	})
}

func TestOnDoneOrderAndStop(t *testing.T) {
	p := newPromise(t)
	f := p.Future()
	var got []int
	for i := range 3 {
		f.OnDone(func(n int, err error) { got = append(got, i) })
	}
	stop := f.OnDone(func(int, error) { got = append(got, 99) })
	if !stop() || stop() {
		t.Error("stop must report true once")
	}
	p.Start()
	p.Settle(5, nil)
	late := f.OnDone(func(n int, err error) { got = append(got, n) })
	if late() {
		t.Error("stop of a callback that ran reports true")
	}
	if want := []int{0, 1, 2, 5}; !slices.Equal(got, want) {
		t.Errorf("callbacks ran as %v, want %v", got, want)
	}
}

// newLog returns a logger and what it wrote.
func newLog() (*slog.Logger, func() string) {
	var mu sync.Mutex
	var buf bytes.Buffer
	return slog.New(slog.NewTextHandler(lockedWriter{&mu, &buf}, nil)), func() string {
		mu.Lock()
		defer mu.Unlock()
		return buf.String()
	}
}

type lockedWriter struct {
	mu  *sync.Mutex
	buf *bytes.Buffer
}

func (w lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.Write(b)
}

func TestCallbackPanicIsReportedAndHarmsNothing(t *testing.T) {
	log, text := newLog()
	p, _ := runtime.NewPool(runtime.PoolConfig{Workers: 1, Logger: log})
	fn, began, release := hold()
	f := submit(t.Context(), p, do, fn)
	<-began
	ran := make(chan int, 1)
	f.OnDone(func(int, error) { panic("bad callback") })
	f.OnDone(func(n int, _ error) { ran <- n })
	release()
	if <-ran != 1 {
		t.Error("the second callback got a wrong value")
	}
	if v, err := submit(t.Context(), p, square, 2).Result(t.Context()); v != 4 || err != nil {
		t.Errorf("the pool is hurt: %d, %v", v, err)
	}
	if !strings.Contains(text(), "bad callback") {
		t.Errorf("log is %q", text())
	}
}

func TestG8_PanicBecomesAnError(t *testing.T) {
	f := submit(t.Context(), runtime.Inline, do, func(context.Context) (int, error) { panic("boom") })
	_, err := f.Result(t.Context())
	var p *runtime.PanicError
	var failure *runtime.TaskError
	if !errors.Is(err, runtime.ErrPanic) || !errors.As(err, &p) || !errors.As(err, &failure) {
		t.Fatalf("got %v", err)
	}
	if p.Value != "boom" || !failure.Started || !bytes.Contains(p.Stack, []byte("future_test.go")) {
		t.Errorf("value %q, started %v, stack:\n%s", p.Value, failure.Started, p.Stack)
	}
}

// unspeakable is an error whose text panics with the same.
type unspeakable struct{}

func (unspeakable) Error() string { panic(unspeakable{}) }

func TestG8_PanicValueThatCannotBePrinted(t *testing.T) {
	p, _ := runtime.NewPool(runtime.PoolConfig{Logger: slog.New(slog.DiscardHandler)})
	_, err := submit(t.Context(), p, do, func(context.Context) (int, error) { panic(unspeakable{}) }).Result(t.Context())
	if !errors.Is(err, runtime.ErrPanic) || !strings.Contains(err.Error(), "unspeakable") {
		t.Errorf("got %v", err)
	}
	f := submit(t.Context(), p, square, 2)
	f.OnDone(func(int, error) { panic(unspeakable{}) })
	f.Result(t.Context())
	p.Shutdown(t.Context())
}

func TestZeroFutureCanBeCanceled(t *testing.T) {
	var f runtime.Future[int]
	called := false
	f.OnDone(func(int, error) { called = true })
	if !f.Cancel() || !called {
		t.Error("not canceled")
	}
	if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
		t.Errorf("got %v", err)
	}
}

func TestG8_UnobservedPanicIsLogged(t *testing.T) {
	log, text := newLog()
	p, _ := runtime.NewPool(runtime.PoolConfig{Logger: log})
	seen := submit(t.Context(), p, do, func(context.Context) (int, error) { panic("seen") })
	seen.Result(t.Context())
	submit(t.Context(), p, do, func(context.Context) (int, error) { panic("unseen") })
	p.Shutdown(t.Context())
	seen = nil
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(text(), "unseen") && time.Now().Before(deadline) {
		goruntime.GC()
		time.Sleep(time.Millisecond)
	}
	if got := text(); !strings.Contains(got, "panic=unseen") || strings.Contains(got, "panic=seen") {
		t.Errorf("log is %q", got)
	}
}

func TestG8_GoexitSettles(t *testing.T) {
	p := newPool(t, 1)
	f := submit(t.Context(), p, do, func(context.Context) (int, error) { goruntime.Goexit(); return 0, nil })
	if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrPanic) || !strings.Contains(err.Error(), "Goexit") {
		t.Fatalf("got %v", err)
	}
	if v, err := submit(t.Context(), p, square, 5).Result(t.Context()); v != 25 || err != nil {
		t.Fatalf("the only worker was lost: %d, %v", v, err)
	}
}

func TestSubmitContextEndsAPendingCallAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		fn, began, release := hold()
		submit(t.Context(), p, do, fn)
		<-began
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		f := submit(ctx, p, do, func(context.Context) (int, error) { t.Error("it ran"); return 0, nil })
		start := time.Now()
		_, err := f.Result(context.Background())
		var failure *runtime.TaskError
		if !errors.Is(err, runtime.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &failure) || failure.Started {
			t.Errorf("got %v", err)
		}
		if time.Since(start) != time.Second {
			t.Errorf("it took %v", time.Since(start))
		}
		release()
	})
}

func TestCancelOfARunningCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		began := make(chan struct{})
		var inside error
		f := submit(t.Context(), p, do, func(ctx context.Context) (int, error) {
			close(began)
			<-ctx.Done()
			inside = context.Cause(ctx)
			time.Sleep(time.Hour) // ignores the cancel for a while
			return 1, nil
		})
		<-began
		start := time.Now()
		if !f.Cancel() {
			t.Error("Cancel is false")
		}
		if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if time.Since(start) != 0 {
			t.Error("the future did not settle at once")
		}
		next := submit(t.Context(), p, square, 2)
		next.Result(t.Context())
		if time.Since(start) != time.Hour {
			t.Errorf("the slot came free after %v, the task returned after 1h", time.Since(start))
		}
		if inside != runtime.ErrCanceled {
			t.Errorf("the task saw %v as the cause", inside)
		}
	})
}

func TestTaskTimeoutCountsRunningTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		submit(t.Context(), p, sleep, 1000) // queueing takes longer than the timeout
		quick := submit(t.Context(), p, hurried, 10)
		slow := submit(t.Context(), p, hurried, 100)
		if v, err := quick.Result(t.Context()); v != 10 || err != nil {
			t.Errorf("got %d, %v", v, err)
		}
		start := time.Now()
		_, err := slow.Result(t.Context())
		if !errors.Is(err, runtime.ErrTimeout) || slow.State() != runtime.Failed || time.Since(start) != 50*time.Millisecond {
			t.Errorf("got %v, %v after %v", err, slow.State(), time.Since(start))
		}
		if text := err.Error(); !strings.HasSuffix(text, ": timed out: timeout=50ms of runtime_test.Hurried") {
			t.Errorf("whose limit was it? %q", text)
		}
		if slow.Cancel() {
			t.Error("Cancel of a timed out call is true")
		}
	})
}

func TestTaskContext(t *testing.T) {
	type key struct{}
	cause := errors.New("my reason")
	parent, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, "v"))
	f := submit(parent, runtime.Inline, do, func(ctx context.Context) (int, error) {
		child, stop := context.WithCancel(ctx)
		defer stop()
		if ctx.Err() != nil || ctx.Value(key{}) != "v" {
			t.Errorf("err %v, value %v", ctx.Err(), ctx.Value(key{}))
		}
		cancel(cause)
		<-child.Done()
		if context.Cause(child) != cause || ctx.Err() == nil {
			t.Errorf("cause %v, err %v", context.Cause(child), ctx.Err())
		}
		return 0, nil
	})
	f.Result(t.Context())
	late := submit(parent, runtime.Inline, square, 1)
	if _, err := late.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) || !errors.Is(err, cause) {
		t.Errorf("the user's cause is lost: %v", err)
	}
}

func TestG11_OneAllocationPerSubmit(t *testing.T) {
	ctx := context.Background()
	p := newPool(t, 2)
	submitSquare(ctx, p, 1).Result(ctx)
	futures := make([]*runtime.Future[int], 1000)
	allocs := testing.AllocsPerRun(20, func() {
		for i := range futures {
			futures[i] = submitSquare(ctx, p, i)
		}
		for _, f := range futures {
			f.Result(ctx)
		}
	})
	if perCall := allocs / 1000; perCall > 1.1 {
		t.Errorf("%.2f allocations a call", perCall)
	}
}
