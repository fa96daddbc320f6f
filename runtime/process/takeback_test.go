//go:build unix

package process_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// What waits inside a worker behind a call that takes long, although calls were short
// before, is taken back: also if that call waits for one of them.
func TestG7_CallBehindABlockedOne(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	for round := range 20 {
		hurry(t, p)
		book, g := newLedger(t), newGates(t)
		blocked := g.submit(p, "blocked")
		var others []markedCall
		for range 300 {
			others = append(others, book.submit(t.Context(), p, quickly))
		}
		for _, c := range others {
			if err := c.outcome(t); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
		if blocked.State().Settled() {
			t.Fatal("the blocked call has ended")
		}
		wantRanOnce(t, book)
		g.open("blocked")
		if _, err := blocked.Result(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// A callback that waits for a call of the same pool does not keep it waiting, although
// that waits inside the very worker whose reply the callback was run for.
func TestG7_CallbackThatWaitsForACallBehind(t *testing.T) {
	for _, workers := range []int{1, 2} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			p := newPool(t, process.Config{Workers: workers})
			for range 20 {
				hurry(t, p)
				waitInCallback(t, p)
			}
		})
	}
}

// However long the call before took: the pool has to look after its callback too.
func TestG7_CallbackOfALongCallThatWaits(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	g := newGates(t)
	done := make(chan error, 1)
	long := g.submit(p, "long")
	eventually(t, "it runs", func() bool { return g.begun() == 1 })
	behind := submit(t.Context(), p, square, 3)
	long.OnDone(func([]byte, error) {
		_, err := behind.Result(t.Context())
		done <- err
	})
	if _, err := submit(t.Context(), runtime.NonBlocking(p), nap, 1).Result(shortly(t)); err == nil {
		t.Fatal("a call overtakes one that blocks")
	}
	g.open("long")
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the callback waits for ever")
	}
}

// shortly returns a context that ends long after the pool's lookout has seen that there
// is nothing to see.
func shortly(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

func waitInCallback(t *testing.T, p *process.Pool) {
	t.Helper()
	calls := make([]*runtime.Future[int], 200)
	submitted, done := make(chan struct{}), make(chan error, 1)
	first := submit(t.Context(), p, nap, 50)
	go first.OnDone(func(int, error) { // which runs it here if the call is over
		<-submitted
		_, err := calls[len(calls)-1].Result(t.Context())
		done <- err
	})
	for i := range calls {
		calls[i] = submit(t.Context(), p, square, i)
	}
	close(submitted)
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the callback waits for ever")
	}
}

// What is taken back is begun in the order in which it was submitted. One worker is
// blocked, so the other one runs its own share first and then what the first one had: its
// order steps back once.
//
// That is so if what blocks has begun. Where one of the two short calls takes the patience
// of the lookout, as on a machine that has no processor for it, what blocks may be taken
// back with the others and block the other worker, with them behind it again: another round
// is played instead.
func TestG10_OrderOfCallsTakenBack(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	for round := 0; round < 40; {
		hurry(t, p)
		book, g := newLedger(t), newGates(t)
		var slow atomic.Bool
		var short sync.WaitGroup
		short.Add(2)
		for range 2 { // so that what follows is queued
			began := time.Now()
			submit(t.Context(), p, toil, 50).OnDone(func(int, error) {
				if time.Since(began) > time.Millisecond { // see patience
					slow.Store(true)
				}
				short.Done()
			})
		}
		blocked := g.submit(p, "blocked")
		var calls []markedCall
		for range 12 {
			calls = append(calls, book.submit(t.Context(), p, quickly))
		}
		for _, c := range calls {
			if err := c.outcome(t); err != nil {
				t.Fatal(err)
			}
		}
		if short.Wait(); !slow.Load() {
			round++
			if order := book.order(); stepsBack(order) > 1 {
				t.Errorf("started in the order %v", order)
			}
		}
		g.openAll()
		blocked.Result(t.Context())
	}
}

// What waited inside a worker that died is begun in its order, before all others.
func TestG10_OrderOfCallsOfADeadWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 10 {
		hurry(t, p)
		book := newLedger(t)
		calls := []markedCall{}
		for i := range 60 {
			calls = append(calls, book.submit(t.Context(), p, map[bool]deed{true: exitSelf}[i%30 == 9]))
		}
		for _, c := range calls {
			c.outcome(t)
		}
		if order := book.order(); stepsBack(order) > 0 {
			t.Errorf("started in the order %v", order)
		}
	}
}

func stepsBack(order []uint32) (n int) {
	for i := range order[1:] {
		if order[i+1] < order[i] {
			n++
		}
	}
	return n
}
