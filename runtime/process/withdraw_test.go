//go:build unix

package process_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A call that waits inside a worker, or is in the queue, never runs once it is ended, and
// its error says so.
func TestG3_CancelWhileWaitingInside(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 20 {
		hurry(t, p)
		book, g := newLedger(t), newGates(t)
		blocked := g.submit(p, "blocked")
		ctx, cancel := context.WithCancel(t.Context())
		timed, stop := context.WithTimeout(t.Context(), time.Millisecond)
		var calls []markedCall
		for i := range 90 {
			calls = append(calls, book.submit([]context.Context{t.Context(), ctx, timed}[i%3], p, quickly))
		}
		eventually(t, "it runs", func() bool { return g.begun() == 1 })
		for i, c := range calls {
			if i%3 == 0 && !c.Cancel() {
				t.Error("Cancel of a call that waits reports false")
			}
		}
		cancel()
		<-timed.Done()
		for i, c := range calls {
			err := c.outcome(t)
			if want := []error{runtime.ErrCanceled, runtime.ErrCanceled, runtime.ErrTimeout}[i%3]; !errors.Is(err, want) || started(t, err) {
				t.Errorf("call %d: %v", i, err)
			}
		}
		stop()
		g.open("blocked")
		blocked.Result(t.Context())
		must(t, p, square, 3)
		if n := len(book.order()); n > 0 {
			t.Errorf("%d calls ran that had not begun", n)
		}
	}
}

// A call that does not end within the grace costs its worker; those that wait behind it
// run elsewhere, once.
func TestG5_KillAfterGraceSparesThoseThatWait(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 2 * time.Millisecond})
	for range 5 {
		hurry(t, p)
		book := newLedger(t)
		stuck := book.submit(t.Context(), p, stubborn)
		var calls []markedCall
		for range 50 {
			calls = append(calls, book.submit(t.Context(), p, quickly))
		}
		eventually(t, "it runs", func() bool { return stuck.State() == runtime.Running && len(book.order()) > 0 })
		stuck.Cancel()
		for range 50 {
			calls = append(calls, book.submit(t.Context(), p, quickly))
		}
		if err := stuck.outcome(t); !errors.Is(err, runtime.ErrCanceled) || !started(t, err) {
			t.Errorf("got %v", err)
		}
		for _, c := range calls {
			if err := c.outcome(t); err != nil {
				t.Error(err)
			}
		}
		wantRanOnce(t, book)
	}
}

// One that obeys costs nothing, and its worker goes on with those that wait.
func TestG5_CancelOfARunningCallThatObeys(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	first := must(t, p, pid, 0)
	for range 10 {
		hurry(t, p)
		book := newLedger(t)
		running := book.submit(t.Context(), p, obedient)
		var calls []markedCall
		for range 50 {
			calls = append(calls, book.submit(t.Context(), p, quickly))
		}
		eventually(t, "it runs", func() bool { return len(book.order()) > 0 })
		running.Cancel()
		if err := running.outcome(t); !errors.Is(err, runtime.ErrCanceled) || !started(t, err) {
			t.Errorf("got %v", err)
		}
		for _, c := range calls {
			if err := c.outcome(t); err != nil {
				t.Error(err)
			}
		}
		wantRanOnce(t, book)
	}
	if must(t, p, pid, 0) != first {
		t.Error("the worker was replaced")
	}
}

// Whenever calls are canceled, each either is done and ran once, or is canceled; and one
// that is said not to have started never ran.
func TestF04_CancelsAtRandom(t *testing.T) {
	const n = 10_000
	for _, c := range []process.Config{{Workers: 2}, {Workers: 1, TasksPerWorker: 4}} {
		p := newPool(t, c)
		book := newLedger(t)
		calls := make([]markedCall, n)
		for i := range calls {
			d := quickly
			if rand.IntN(50) == 0 {
				d = nap1ms
			}
			calls[i] = book.submit(t.Context(), p, d)
			if rand.IntN(10) == 0 {
				calls[max(0, i-rand.IntN(100))].Cancel()
			}
			if rand.IntN(10) == 0 {
				go calls[i].Cancel()
			}
		}
		wantConsistent(t, book, calls)
		eventually(t, "rest", func() bool { s := p.Stats(); return s.Running == 0 && s.Queued == 0 })
	}
}

func wantConsistent(t *testing.T, book *ledger, calls []markedCall) {
	t.Helper()
	errs := make([]error, len(calls))
	canceled := 0
	for i, c := range calls {
		errs[i] = c.outcome(t)
		switch {
		case errs[i] == nil:
		case errors.Is(errs[i], runtime.ErrCanceled):
			canceled++
		default:
			t.Errorf("call %d: %v", i, errs[i])
		}
	}
	for i, ran := range book.ran() {
		switch err := errs[i]; {
		case err == nil && ran != 1, ran > 1:
			t.Errorf("call %d ran %d times: %v", i, ran, err)
		case err != nil && ran > 0 && !started(t, err):
			t.Errorf("call %d ran, but %v says that it did not start", i, err)
		}
	}
	t.Logf("%d of %d canceled", canceled, len(calls))
}

// Calls of one context that wait inside a worker, behind one that runs, do not begin when
// the context ends and with it that call.
func TestG3_CallsBehindOneOfTheSameContext(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for round := range 50 {
		hurry(t, p)
		book := newLedger(t)
		ctx, cancel := context.WithCancel(t.Context())
		for range 50 {
			submit(t.Context(), p, square, 1) // what comes behind these is sent ahead
		}
		calls := []markedCall{book.submit(ctx, p, obedient)}
		for range 20 {
			calls = append(calls, book.submit(ctx, p, quickly))
		}
		eventually(t, "it runs", func() bool { return len(book.order()) > 0 })
		cancel()
		for _, c := range calls {
			if err := c.outcome(t); !errors.Is(err, runtime.ErrCanceled) {
				t.Errorf("round %d: %v", round, err)
			}
		}
		must(t, p, square, 1)
		if ran := book.order(); len(ran) != 1 {
			t.Fatalf("round %d: %d calls ran", round, len(ran))
		}
	}
}
