//go:build unix

package process_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// Shutdown closes the one state of each process.
func TestStateIsClosedByShutdown(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	b := newBench(t, p, calm)
	for n := range 50 {
		if got := b.must(n); got != n*n {
			t.Fatal(n, got)
		}
	}
	var calls []*runtime.Future[int]
	for n := range 50 {
		calls = append(calls, b.submit(t.Context(), n))
	}
	for n, f := range calls {
		if got, err := f.Result(t.Context()); got != n*n || err != nil {
			t.Fatal(n, got, err)
		}
	}
	if b.closed() != 0 {
		t.Error("closed before the end")
	}
	shutdown(t, p)
	if n := b.wantClosed(); n < 1 || n > 2 {
		t.Errorf("%d states in two processes", n)
	}
}

// A worker that Resize made one too many closes its state.
func TestStateIsClosedByResize(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	b := newBench(t, p, calm)
	both := []*runtime.Future[int]{b.submit(t.Context(), askHang), b.submit(t.Context(), askHang)}
	eventually(t, "two run", func() bool { return len(b.lives()) == 2 && b.ran() == 2 })
	for _, f := range both {
		f.Cancel()
	}
	p.Resize(1)
	eventually(t, "one is closed", func() bool { return b.closed() == 1 })
	b.must(1)
	shutdown(t, p)
	if n := b.wantClosed(); n != 2 {
		t.Errorf("%d states", n)
	}
}

// Each process that MaxTasks ends has one state for its calls, and closes it.
func TestStateIsClosedByRecycling(t *testing.T) {
	const calls, most = 20, 3
	p := newPool(t, process.Config{Workers: 1, MaxTasks: most})
	b := newBench(t, p, calm)
	for n := range calls {
		b.must(n)
	}
	shutdown(t, p)
	if n := b.wantClosed(); n != (calls+most-1)/most {
		t.Errorf("%d states", n)
	}
	for at, l := range b.lives() {
		if len(l.calls) > most {
			t.Errorf("%v had %d calls", at, len(l.calls))
		}
	}
	if s := p.Stats().States; s.Open != 0 || s.Opened != (calls+most-1)/most || s.Calls != calls || !s.Oldest.IsZero() {
		t.Errorf("%+v", s)
	}
}

// A worker that has nothing to do for long closes its state.
func TestStateIsClosedByIdleTimeout(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, IdleTimeout: time.Millisecond})
	b := newBench(t, p, calm)
	b.must(1)
	eventually(t, "closed", func() bool { return b.closed() == 1 })
}

// What a constructor returns in place of a state fails its call, as what it is, and the
// next call tries again, in the same process.
func TestConstructorFails(t *testing.T) {
	for m, want := range map[mood]error{refuses: errKept, misses: fs.ErrNotExist} {
		p := newPool(t, process.Config{Workers: 1})
		b := newBench(t, p, m)
		before := must(t, p, pid, 0)
		if _, err := b.call(1); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		if got := b.must(2); got != 4+int(m) {
			t.Error(got)
		}
		if after := must(t, p, pid, 0); after != before {
			t.Error("the process was replaced")
		}
		eventually(t, "one call", func() bool { return p.Stats().States.Calls == 1 })
		shutdown(t, p)
		if n := b.wantClosed(); n != 1 {
			t.Errorf("%d states", n)
		}
	}
}

// A constructor that is the end of its process costs that call, and no other.
func TestG5_ConstructorCrashes(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	b := newBench(t, p, crashes)
	var calls []*runtime.Future[int]
	for n := range 20 {
		calls = append(calls, b.submit(t.Context(), n))
	}
	for n, f := range calls {
		got, err := f.Result(t.Context())
		switch {
		case n == 0:
			var exit *process.ExitError
			if !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &exit) || exit.Code != 3 {
				t.Errorf("got %v", err)
			}
		case got != n*n+int(crashes) || err != nil:
			t.Error(n, got, err)
		}
	}
	shutdown(t, p)
	if n := b.wantClosed(); n != 1 {
		t.Errorf("%d states", n)
	}
}

func TestG8_ConstructorPanics(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	b := newBench(t, p, panicky)
	var lost *runtime.PanicError
	if _, err := b.call(1); !errors.Is(err, runtime.ErrPanic) || !errors.As(err, &lost) || lost.Value != "no tally" {
		t.Errorf("got %v", err)
	}
	b.must(2)
}

// States of other constructors, and of the same with other arguments, are others.
func TestStatesAreApart(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	a, c := newBench(t, p, calm), newBench(t, p, calm)
	other := &bench{runtime.NewWorkers(p, otherState, tallyArgs{a.path + ".other", calm}), t, otherDo, a.path + ".other"}
	all := []*bench{a, c, other}
	for n := range 10 {
		for _, b := range all {
			b.must(n)
		}
	}
	eventually(t, "three are open", func() bool {
		s := p.Stats().States
		return s.Open == 3 && s.Opened == 3 && s.Calls == 30
	})
	shutdown(t, p)
	for _, b := range all {
		if n, ran := b.wantClosed(), b.ran(); n != 1 || ran != 10 {
			t.Errorf("%d states with %d calls", n, ran)
		}
	}
}

// A state that a task discards goes, with its process.
func TestDiscardClosesTheState(t *testing.T) {
	for _, lanes := range []int{1, 4} {
		p := newPool(t, process.Config{Workers: 1, TasksPerWorker: lanes})
		b := newBench(t, p, calm)
		for n := range 5 {
			before := must(t, p, pid, 0)
			if _, err := b.call(askDiscard); !errors.Is(err, errKept) {
				t.Errorf("got %v", err)
			}
			if after := must(t, p, pid, 0); after == before {
				t.Error("the process is the same")
			}
			eventually(t, "closed", func() bool { return b.closed() == n+1 })
		}
		shutdown(t, p)
		if n := b.wantClosed(); n != 5 {
			t.Errorf("%d states", n)
		}
	}
}

// So does one whose task panics, but the process stays, as it does without states.
func TestG8_PanicClosesTheState(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	b := newBench(t, p, calm)
	before := must(t, p, pid, 0)
	for n := range 5 {
		first := b.must(askID)
		if _, err := b.call(askPanic); !errors.Is(err, runtime.ErrPanic) {
			t.Errorf("got %v", err)
		}
		eventually(t, "closed", func() bool { return b.closed() == n+1 })
		if next := b.must(askID); next == first {
			t.Error("the state is the same")
		}
	}
	if must(t, p, pid, 0) != before {
		t.Error("the process was replaced")
	}
	shutdown(t, p)
	if n := b.wantClosed(); n != 6 {
		t.Errorf("%d states", n)
	}
}

// A state that does not close is killed with its process after the grace. Nobody waits
// for it before: not its last call, nor those that others run.
func TestStateThatDoesNotClose(t *testing.T) {
	const grace = 300 * time.Millisecond
	most := map[string]int{"MaxTasks": 2}
	for name, end := range map[string]func(b *bench, p *process.Pool){
		"MaxTasks": func(b *bench, p *process.Pool) { b.must(2) },
		"Discard": func(b *bench, p *process.Pool) {
			if _, err := b.call(askDiscard); !errors.Is(err, errKept) {
				b.t.Errorf("got %v", err)
			}
		},
		"Discard in a batch": func(b *bench, p *process.Pool) {
			for n, err := range runtime.Stream(b.t.Context(), b, b.m.For(b.Workers), slices.Values([]int{askDiscard})) {
				if !errors.Is(err, errKept) {
					b.t.Errorf("got %v, %v", n, err)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, process.Config{Workers: 1, MaxTasks: most[name], Spare: true, Grace: grace})
			b := newBench(t, p, lingers)
			old := newBench(t, p, calm)
			b.must(1)
			end(b, p)
			eventually(t, "it is closing", func() bool { return b.closed() == 1 })
			start := time.Now()
			if old.must(askNap) == 0 || len(old.lives()) != 1 {
				t.Error("no successor")
			}
			for at := range b.lives() {
				if !alive(at.pid) && time.Since(start) < grace/2 {
					t.Error("it was not given the grace")
				}
				eventually(t, "it is killed", func() bool { return !alive(at.pid) })
			}
			shutdown(t, p)
		})
	}
}

// What waits inside a worker behind the call that discards it runs elsewhere, however long
// the worker takes to end.
func TestG7_CallsBehindADiscard(t *testing.T) {
	for range 5 {
		p := newPool(t, process.Config{Workers: 1, Grace: time.Minute})
		b := newBench(t, p, lingers)
		hurry(t, p)
		var calls []*runtime.Future[int]
		var discards *runtime.Future[int]
		for n := range 500 {
			if n == 250 { // in the middle of a row
				discards = b.submit(t.Context(), askDiscard)
			}
			calls = append(calls, submit(t.Context(), p, square, n))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		if _, err := discards.Result(ctx); !errors.Is(err, errKept) {
			t.Errorf("got %v", err)
		}
		for n, f := range calls {
			if got, err := f.Result(ctx); got != n*n || err != nil {
				t.Fatal(n, got, err)
			}
		}
		cancel()
		p.Close()
	}
}

func TestShutdownOfAStateThatDoesNotClose(t *testing.T) {
	const grace = 50 * time.Millisecond
	p := newPool(t, process.Config{Workers: 1, Grace: grace})
	b := newBench(t, p, lingers)
	b.must(1)
	start := time.Now()
	shutdown(t, p)
	if took := time.Since(start); took < grace {
		t.Errorf("it had %v", took)
	}
	if n := b.wantClosed(); n != 1 {
		t.Errorf("%d states", n)
	}
}

// What Close returns, however it does, is in the log of the pool, and keeps no other
// state from being closed.
func TestCloseOfAStateFails(t *testing.T) {
	for m, want := range map[mood]string{complains: "a tally complains", leavesAway: "runtime.Goexit called"} {
		var log lines
		p := newPool(t, process.Config{Workers: 1, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		b, c := newBench(t, p, m), newBench(t, p, calm)
		c.must(1)
		b.must(1)
		shutdown(t, p)
		if text := log.String(); !strings.Contains(text, "offing: closing a state of process_test.OpenTally: ") || !strings.Contains(text, want) {
			t.Errorf("the log is %q", text)
		}
		if b.wantClosed() != 1 || c.wantClosed() != 1 {
			t.Error("not all were closed")
		}
	}
}

// Close of the pool does not ask the states.
func TestCloseKillsStates(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	b := newBench(t, p, calm)
	b.must(1)
	p.Close()
	if n := b.closed(); n != 0 {
		t.Errorf("%d were closed", n)
	}
}

// What is told of states is seen for each worker, and for all.
func TestStatesAreTold(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	b := newBench(t, p, calm)
	before := time.Now()
	must(t, p, pid, 0)
	if s := p.Stats().States; s != (runtime.StateStats{}) {
		t.Errorf("%+v without a state", s)
	}
	for range 3 {
		b.must(1)
	}
	eventually(t, "the worker has told", func() bool { return p.Workers()[0].States.Calls == 3 })
	s := p.Workers()[0].States
	if s.Open != 1 || s.Opened != 1 || s.Oldest.Before(before) || s.Oldest.After(time.Now()) || s != p.Stats().States {
		t.Errorf("%+v", s)
	}
	shutdown(t, p)
	if s := p.Stats().States; s != (runtime.StateStats{Opened: 1, Calls: 3}) {
		t.Errorf("%+v", s)
	}
}

// A worker with lanes has a state for each call that runs at once, and no more.
func TestStatesOfSeveralCallsAtOnce(t *testing.T) {
	const lanes = 4
	p := newPool(t, process.Config{Workers: 1, TasksPerWorker: lanes})
	b := newBench(t, p, calm)
	var calls []*runtime.Future[int]
	for range lanes {
		calls = append(calls, b.submit(t.Context(), askHang))
	}
	eventually(t, "all run", func() bool { return b.ran() == lanes })
	if n := len(b.lives()); n != lanes {
		t.Errorf("%d states for %d calls at once", n, lanes)
	}
	for _, f := range calls {
		f.Cancel()
	}
	calls = nil
	for n := range 300 {
		calls = append(calls, b.submit(t.Context(), n))
	}
	for n, f := range calls {
		if got, err := f.Result(t.Context()); got != n*n || err != nil {
			t.Fatal(n, got, err)
		}
	}
	shutdown(t, p)
	if n := b.wantClosed(); n != lanes {
		t.Errorf("%d states", n)
	}
}

// In this process the states live as long as the pool.
func TestInProcessStates(t *testing.T) {
	for name, end := range map[string]func(p *process.Pool) error{
		"Shutdown": func(p *process.Pool) error { return p.Shutdown(context.Background()) },
		"Close":    (*process.Pool).Close,
	} {
		t.Run(name, func(t *testing.T) {
			var log lines
			p := inProcessPool(t, process.Config{Workers: 2, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			b := newBench(t, p, complains)
			before := p.Stats().States
			if got := b.must(3); got != 9+int(complains) {
				t.Fatal(got)
			}
			if s := p.Stats().States; s.Open != 1 || s.Opened != before.Opened+1 || s.Calls != before.Calls+1 {
				t.Errorf("%+v", s)
			}
			if err := end(p); err != nil {
				t.Fatal(err)
			}
			if n := b.wantClosed(); n != 1 || p.Stats().States.Open != 0 {
				t.Errorf("%d states", n)
			}
			if !strings.Contains(log.String(), "a tally complains") {
				t.Errorf("the log is %q", log.String())
			}
		})
	}
}

// Shutdown in this process waits for Close methods as long as its context says, Close for
// the grace.
func TestInProcessStateThatDoesNotClose(t *testing.T) {
	p := inProcessPool(t, process.Config{Workers: 1, Grace: time.Millisecond})
	b := newBench(t, p, lingers)
	b.must(1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Shutdown(ctx) }()
	eventually(t, "it is closing", func() bool { return b.closed() == 1 })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	p.Close()
}

// A worker with lanes that a task has discarded is not chosen for calls while others run
// in it to their end.
func TestDiscardedWorkerIsNotChosen(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2, TasksPerWorker: 3})
	for range 5 {
		long := submit(t.Context(), p, obey, 0)
		eventually(t, "it runs", func() bool { return long.State() == runtime.Running })
		do(t, p, spoil, 0)
		for range 3 {
			must(t, p, square, 3)
		}
		long.Cancel()
	}
}

func TestWaitingOfAZeroPool(t *testing.T) {
	var p process.Pool
	if _, err := do(t, runtime.Waiting(t.Context(), &p), square, 1); err == nil {
		t.Error("a call succeeds")
	}
}
