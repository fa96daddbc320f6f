package runtime_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// held returns a future that settles when release is called.
func held(t *testing.T) (f *runtime.Future[int], release func()) {
	p := newPromise(t)
	p.Start()
	return p.Future(), func() { p.Settle(1, nil) }
}

func settledFutures(t *testing.T) (ok, failed, canceled *runtime.Future[int]) {
	p := newPromise(t)
	p.Future().Cancel()
	return submit(t.Context(), runtime.Inline, square, 4), submit(t.Context(), runtime.Inline, half, 1), p.Future()
}

func TestWaitModes(t *testing.T) {
	ok, failed, canceled := settledFutures(t)
	open, release := held(t)
	defer release()
	type list = []*runtime.Future[int]
	for name, c := range map[string]struct {
		mode          runtime.WaitMode
		in            list
		done, pending list
	}{
		"first of canceled and open":    {runtime.FirstCompleted, list{canceled, open}, list{canceled}, list{open}},
		"first of settled and open":     {runtime.FirstCompleted, list{open, ok}, list{ok}, list{open}},
		"first failure after a success": {runtime.FirstFailed, list{ok, failed, open}, list{ok, failed}, list{open}},
		"all, repeated and nil":         {runtime.AllCompleted, list{ok, failed, canceled, ok, nil}, list{ok, failed, canceled}, nil},
		"nothing":                       {runtime.AllCompleted, nil, nil, nil},
	} {
		done, pending, err := runtime.Wait(t.Context(), c.mode, c.in...)
		if !slices.Equal(done, c.done) || !slices.Equal(pending, c.pending) || err != nil {
			t.Errorf("%s: %d done, %d pending, %v", name, len(done), len(pending), err)
		}
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ok, _, _ := settledFutures(t)
		open, _ := held(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done, pending, err := runtime.Wait(ctx, runtime.AllCompleted, open, ok)
		if len(done) != 1 || len(pending) != 1 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d done, %d pending, %v", len(done), len(pending), err)
		}
	})
}

func TestWaitersAreAllWoken(t *testing.T) {
	for range 100 {
		var futures []*runtime.Future[int]
		var releases []func()
		for range 50 {
			f, release := held(t)
			futures, releases = append(futures, f), append(releases, release)
		}
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				mode := runtime.AllCompleted
				if i%2 == 0 {
					mode = runtime.FirstCompleted
				}
				if done, _, err := runtime.Wait(t.Context(), mode, futures...); len(done) == 0 || err != nil {
					t.Errorf("%d done, %v", len(done), err)
				}
			})
		}
		for _, release := range releases {
			wg.Go(release)
		}
		wg.Wait()
	}
}

func TestAsCompletedYieldsInOrderOfCompletion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 3)
		ok, _, _ := settledFutures(t)
		futures := []*runtime.Future[int]{submit(t.Context(), p, sleep, 30), submit(t.Context(), p, sleep, 10), submit(t.Context(), p, sleep, 20), ok, ok}
		var got []int
		for f, err := range runtime.AsCompleted(t.Context(), futures...) {
			if err != nil {
				t.Fatal(err)
			}
			n, _ := f.Result(t.Context())
			got = append(got, n)
		}
		if !slices.Equal(got, []int{16, 10, 20, 30}) {
			t.Errorf("order %v", got)
		}
	})
}

func TestAsCompletedSaysHowManyAreUnfinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ok, _, _ := settledFutures(t)
		open, _ := held(t)
		other, _ := held(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var last error
		n := 0
		for f, err := range runtime.AsCompleted(ctx, ok, open, other) {
			n++
			if last = err; (f == nil) != (err != nil) {
				t.Errorf("future %v with error %v", f, err)
			}
		}
		if n != 2 || !errors.Is(last, context.DeadlineExceeded) || !strings.HasPrefix(last.Error(), "2 of 3 futures unfinished") {
			t.Errorf("%d elements, %v", n, last)
		}
	})
}

func TestCollect(t *testing.T) {
	ok, failed, _ := settledFutures(t)
	if got, err := runtime.Collect(t.Context(), ok, ok); !slices.Equal(got, []int{16, 16}) || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	open, _ := held(t)
	if got, err := runtime.Collect(t.Context(), open, ok, failed); got != nil || err != errOdd {
		t.Errorf("got %v, %v", got, err)
	}
	if open.State() != runtime.Canceled {
		t.Errorf("the rest is %v", open.State())
	}
	if got, err := runtime.Collect[int](t.Context()); len(got) != 0 || err != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
}

func TestFirst(t *testing.T) {
	ok, failed, _ := settledFutures(t)
	open, _ := held(t)
	if v, err := runtime.First(t.Context(), open, failed, ok); v != 16 || err != nil {
		t.Errorf("got %d, %v", v, err)
	}
	if open.State() != runtime.Canceled {
		t.Errorf("the rest is %v", open.State())
	}
	if _, err := runtime.First(t.Context(), failed, open); !errors.Is(err, errOdd) || !errors.Is(err, runtime.ErrCanceled) {
		t.Errorf("all failed: %v", err)
	}
	if _, err := runtime.First[int](t.Context()); err == nil {
		t.Error("First of nothing succeeds")
	}
}

func TestThen(t *testing.T) {
	ok, failed, _ := settledFutures(t)
	text := func(n int) (string, error) { return strings.Repeat("x", n), nil }
	if s, err := runtime.Then(ok, text).Result(t.Context()); len(s) != 16 || err != nil {
		t.Errorf("got %q, %v", s, err)
	}
	if _, err := runtime.Then(failed, text).Result(t.Context()); err != errOdd {
		t.Errorf("got %v", err)
	}
	bad := runtime.Then(ok, func(int) (int, error) { panic("in then") })
	if _, err := bad.Result(t.Context()); !errors.Is(err, runtime.ErrPanic) {
		t.Errorf("got %v", err)
	}
	open, release := held(t)
	derived := runtime.Then(open, text)
	if derived.State() != runtime.Pending || !derived.Cancel() {
		t.Error("a derived future cannot be canceled")
	}
	release()
	if open.State() != runtime.Succeeded {
		t.Error("canceling the derived future hurt the first")
	}
}

// What has settled has, for all who ask, although a callback that was there first is still
// running.
func TestG4_WaitsStandBehindNoCallback(t *testing.T) {
	waits := map[string]func(context.Context, *runtime.Future[int]) error{
		"Wait": func(ctx context.Context, f *runtime.Future[int]) error {
			_, _, err := runtime.Wait(ctx, runtime.AllCompleted, f)
			return err
		},
		"AsCompleted": func(ctx context.Context, f *runtime.Future[int]) (err error) {
			for _, err = range runtime.AsCompleted(ctx, f) {
			}
			return err
		},
		"Collect": func(ctx context.Context, f *runtime.Future[int]) error {
			_, err := runtime.Collect(ctx, f)
			return err
		},
		"First": func(ctx context.Context, f *runtime.Future[int]) error {
			_, err := runtime.First(ctx, f)
			return err
		},
	}
	for name, wait := range waits {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, 1)
			fn, began, release := hold()
			f := submit(t.Context(), p, do, fn)
			<-began
			over := make(chan struct{})
			f.OnDone(func(int, error) { <-over })
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			time.AfterFunc(time.Second, release)
			start := time.Now()
			if err := wait(ctx, f); err != nil || time.Since(start) != time.Second {
				t.Errorf("%s returned after %v with %v", name, time.Since(start), err)
			}
			close(over)
		})
	}
}
