package queue

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func drain(q *Queue[int]) (all []int) {
	for {
		v, ok := q.Pop()
		if !ok {
			return all
		}
		all = append(all, v)
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestG10_QueueIsFirstInFirstOut(t *testing.T) {
	var q Queue[int]
	next := 0
	for round := range 50 { // pushes and pops interleave, so rings wrap and swap
		for range round {
			q.Push(context.Background(), next, 0, 0, true)
			next++
		}
		for range round / 2 {
			q.Pop()
		}
	}
	rest := drain(&q)
	for i, v := range rest {
		if want := next - len(rest) + i; v != want {
			t.Fatalf("element %d is %d, want %d", i, v, want)
		}
	}
	if q.Len() != 0 {
		t.Fatalf("Len is %d after the last Pop", q.Len())
	}
}

func TestQueuePriorities(t *testing.T) {
	var q Queue[int]
	for i, p := range []int{0, -1, 5, 0, 5, 9, -1} {
		q.Push(context.Background(), i, p, 0, true)
	}
	if got, want := drain(&q), []int{5, 2, 4, 0, 3, 1, 6}; !equal(got, want) {
		t.Fatalf("order %v, want %v", got, want)
	}
}

func TestQueuePushFront(t *testing.T) {
	var q Queue[int]
	q.SetLimit(2)
	q.Push(context.Background(), 1, 0, 0, true)
	q.Push(context.Background(), 2, 0, 0, true)
	q.Close()
	q.PushFront(0, 0)
	q.PushFront(4, -1)
	q.PushFront(3, -1)
	q.PushFront(-1, 7)
	q.PushFront(-2, 7)
	if got, want := drain(&q), []int{-2, -1, 0, 1, 2, 3, 4}; !equal(got, want) {
		t.Fatalf("order %v, want %v", got, want)
	}
}

func TestQueueFullAndClosed(t *testing.T) {
	var q Queue[int]
	q.SetLimit(1)
	q.Push(context.Background(), 1, 0, 0, true)
	if err := q.Push(context.Background(), 2, 0, 0, false); !errors.Is(err, ErrFull) {
		t.Fatalf("push into a full queue: %v", err)
	}
	q.Close()
	if err := q.Push(context.Background(), 2, 0, 0, true); !errors.Is(err, ErrClosed) {
		t.Fatalf("push into a closed queue: %v", err)
	}
}

func TestG9_PushWaitsInOrderAndObeysContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Queue[int]
		q.SetLimit(1)
		q.Push(t.Context(), 0, 0, 0, true)
		var pushes sync.WaitGroup
		for i := 1; i <= 3; i++ {
			pushes.Go(func() { q.Push(t.Context(), i, 0, 0, true) })
			synctest.Wait() // they wait in this order
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := q.Push(ctx, 9, 0, 0, true); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("push returned %v after %v", err, time.Since(start))
		}
		for want := range 4 {
			if v, ok := q.Pop(); !ok || v != want {
				t.Errorf("popped %d, %v, want %d", v, ok, want)
			}
		}
		pushes.Wait()
	})
}

func TestQueueCloseWakesThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Queue[int]
		q.SetLimit(1)
		q.Push(t.Context(), 0, 0, 0, true)
		got := make(chan error)
		go func() { got <- q.Push(t.Context(), 1, 0, 0, true) }()
		synctest.Wait()
		q.Close()
		if err := <-got; !errors.Is(err, ErrClosed) {
			t.Errorf("waiting push: %v", err)
		}
	})
}

func TestQueueLosesNothing(t *testing.T) {
	const pushers, each = 8, 2000
	var q Queue[int]
	q.SetLimit(64)
	var wg sync.WaitGroup
	for p := range pushers {
		wg.Go(func() {
			for i := range each {
				q.Push(context.Background(), p*each+i, i%3-1, 0, true)
			}
		})
	}
	seen := make([]bool, pushers*each)
	for n := 0; n < len(seen); {
		v, ok := q.Pop()
		if !ok {
			continue
		}
		if seen[v] {
			t.Fatalf("%d popped twice", v)
		}
		seen[v] = true
		n++
	}
	wg.Wait()
	if q.Len() != 0 {
		t.Fatalf("Len is %d at the end", q.Len())
	}
}

// What is pushed behind others is behind the last one of those that is queued still, and
// before all others of its priority; before all of them if there is none.
func TestPushAllBehind(t *testing.T) {
	priority := func(n int) int { return n / 100 }
	for _, c := range []struct {
		popped int
		want   []int
	}{
		{0, []int{101, 103, 104, 102, 9, 1, 2, 5, 6, 3, 4}},
		{1, []int{103, 104, 102, 9, 1, 2, 5, 6, 3, 4}},
		{4, []int{2, 5, 6, 3, 4}},
		{5, []int{5, 6, 3, 4}},
	} {
		var q Queue[int]
		for _, n := range []int{3, 4, 102} {
			if err := q.Push(t.Context(), n, priority(n), 0, false); err != nil {
				t.Fatal(err)
			}
		}
		q.PushAllFront([]int{2, 1, 9, 101}, priority)
		for range c.popped {
			q.Pop()
		}
		vs := []int{6, 5}
		if c.popped < 2 {
			vs = []int{104, 6, 103, 5}
		}
		q.PushAllBehind(vs, priority, func(n int) bool { return n == 101 || n == 1 || n == 2 })
		if got := drain(&q); !slices.Equal(got, c.want) {
			t.Errorf("after %d: %v, want %v", c.popped, got, c.want)
		}
		if q.Len() != 0 || !q.Empty() {
			t.Errorf("%d left", q.Len())
		}
	}
}

// A contextOfItsOwn is a context of the user's, whose methods may do anything.
type contextOfItsOwn struct {
	context.Context
	asked func()
}

func (c contextOfItsOwn) Value(key any) any {
	c.asked()
	return c.Context.Value(key)
}

// Nothing is locked when a push that has waited asks its context why that has ended.
func TestQueueAsksAContextWithNothingLocked(t *testing.T) {
	var q Queue[int]
	q.SetLimit(1)
	q.Push(t.Context(), 1, 0, 0, false)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	pushed := make(chan error, 1)
	go func() {
		pushed <- q.Push(contextOfItsOwn{ctx, func() { q.Push(ctx, 2, 0, 0, false) }}, 3, 0, 0, true)
	}()
	select {
	case err := <-pushed:
		if err != context.Canceled {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits for itself")
	}
}
