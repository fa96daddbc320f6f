package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// Whoever gives up takes no turn with him.
func TestLimitTurnsOfTheDeadAreNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ex := runtime.Limit(runtime.Inline, 1, 100*time.Millisecond)
		began := time.Now()
		submit(t.Context(), ex, square, 1)
		for range 30 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			if _, err := submit(ctx, ex, square, 1).Result(t.Context()); !errors.Is(err, runtime.ErrTimeout) {
				t.Errorf("got %v", err)
			}
			cancel()
		}
		submit(t.Context(), ex, square, 1)
		if d := time.Since(began); d != 100*time.Millisecond {
			t.Errorf("the second call passed after %v", d)
		}
	})
}

func TestLimitKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		ex := runtime.Limit(p, 1, time.Second)
		var order []int
		note := inTest(func(_ context.Context, n int) (int, error) { order = append(order, n); return n, nil })
		for i := range 7 {
			go submit(t.Context(), ex, note, i)
			synctest.Wait()
		}
		time.Sleep(10 * time.Second)
		p.Shutdown(t.Context())
		for i, n := range order {
			if i != n {
				t.Fatalf("order %v", order)
			}
		}
		if len(order) != 7 {
			t.Fatalf("order %v", order)
		}
	})
}

// What is known is not held back by what has to wait for its turn.
func TestLimitDoesNotHoldBackResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 8)
		began := time.Now()
		for range runtime.Stream(t.Context(), runtime.Limit(p, 1, time.Minute), square, seq(4)) {
			break
		}
		if d := time.Since(began); d != 0 {
			t.Errorf("the first result came after %v", d)
		}
		_, err := runtime.Map(t.Context(), runtime.Limit(p, 1, time.Minute), half, []int{1, 2, 2, 2})
		if d := time.Since(began); d != 0 || !errors.Is(err, errOdd) {
			t.Errorf("%v came after %v", err, d)
		}
	})
}

// Nor by a queue that is full of what others submit.
func TestFullQueueDoesNotHoldBackAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := runtime.NewPool(runtime.PoolConfig{Workers: 2, Queue: 1})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		task := inTest(func(_ context.Context, n int) (int, error) {
			if n == 3 {
				return 0, errOdd
			}
			time.Sleep(time.Hour)
			return n, nil
		})
		items := make([]int, 10)
		for i := range items {
			items[i] = i
		}
		_, err = runtime.Map(t.Context(), p, task, items, runtime.Chunk(1))
		if d := time.Since(began); d > time.Hour || !errors.Is(err, errOdd) {
			t.Errorf("%v came after %v", err, d)
		}
		p.Shutdown(t.Context())
	})
}

// wrapped is a decorator of somebody else's.
type wrapped struct{ runtime.Executor }

func (w wrapped) Unwrap() runtime.Executor { return w.Executor }

func TestLimitInsideAnotherDecoratorCountsItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		runtime.Map(t.Context(), wrapped{runtime.Limit(runtime.Inline, 1, time.Second)}, square, make([]int, 10))
		if d := time.Since(began); d != 9*time.Second {
			t.Errorf("10 items took %v", d)
		}
	})
}

func TestNilContextIsBackground(t *testing.T) {
	p, err := runtime.NewPool(runtime.PoolConfig{Workers: 1, Queue: 1})
	if err != nil {
		t.Fatal(err)
	}
	fn, began, release := hold()
	var none context.Context
	submit(none, p, do, fn)
	<-began
	submit(none, p, square, 1)
	go release()
	for _, ex := range []runtime.Executor{p, runtime.Limit(p, 1, 1), runtime.Priority(p, 1), runtime.Inline} {
		if v, err := submit(none, ex, square, 3).Result(none); v != 9 || err != nil {
			t.Errorf("got %d, %v", v, err)
		}
	}
	if _, err := submit(none, runtime.NonBlocking(p), square, 3).Result(none); err != nil {
		t.Error(err)
	}
}

// A Limit of package level is used outside of bubbles, where it is this year, and
// in several, where it is 2000.
func TestLimitInBubblesAndOutside(t *testing.T) {
	ex := runtime.Limit(runtime.Inline, 1, time.Minute)
	for range 2 {
		submit(t.Context(), runtime.NonBlocking(ex), square, 1).Result(t.Context())
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			for range 3 {
				submit(t.Context(), ex, square, 1)
			}
			if d := time.Since(began); d < 2*time.Minute || d > 3*time.Minute { // the bubble before may count
				t.Errorf("three calls passed in %v", d)
			}
		})
	}
}

// Calls that wait for their turns outside of a bubble and inside, one after the other,
// share no timer: that of a bubble may not be touched outside, and one from outside never
// fires in a bubble.
func TestLimitWaitsInBubblesAndOutside(t *testing.T) {
	ex := runtime.Limit(runtime.Inline, 1, 200*time.Millisecond)
	wait := func(t *testing.T) {
		for range 2 {
			submit(t.Context(), ex, square, 1)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := submit(ctx, ex, square, 1).Result(t.Context()); !errors.Is(err, runtime.ErrTimeout) {
			t.Errorf("one who has to leave the line: %v", err)
		}
		submit(t.Context(), ex, square, 1)
	}
	wait(t)
	for range 2 {
		synctest.Test(t, wait)
		wait(t)
	}
}

// A timer that nobody needs any more begins no row of them.
func TestLimitHasOneTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ex := runtime.Limit(runtime.Inline, 1, time.Second)
		submit(t.Context(), ex, square, 1)
		began := time.Now()
		for range 100 { // the line is empty in between
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			submit(ctx, ex, square, 1)
			cancel()
		}
		for range 3 {
			submit(t.Context(), ex, square, 1)
		}
		if d := time.Since(began); d != 3*time.Second {
			t.Errorf("three calls passed in %v", d)
		}
	})
}
