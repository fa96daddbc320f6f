//go:build unix

package process_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// killers is a plan of n calls, most of them quick, some slow, and one in every so many
// one that kills its worker, by each of the ways in turn.
func killers(n, every int) []deed {
	plan := make([]deed, n)
	ways := []deed{killSelf, exitSelf, overflowSelf}
	for i := range plan {
		switch {
		case i%every == every/2:
			plan[i] = ways[i/every%len(ways)]
		case i%17 == 3:
			plan[i] = nap1ms
		}
	}
	return plan
}

// Whatever waits inside a worker when that dies of another call runs elsewhere, once;
// and only the call that killed it fails.
func TestG5_KillersAmongCallsThatWaitInside(t *testing.T) {
	for _, workers := range []int{1, 2} {
		p := newPool(t, process.Config{Workers: workers})
		hurry(t, p)
		book := newLedger(t)
		var calls []markedCall
		for _, d := range killers(500, 50) {
			calls = append(calls, book.submit(t.Context(), p, d))
		}
		exits := map[*process.ExitError]bool{}
		for _, c := range calls {
			wantOwnCrash(t, c, exits)
		}
		for i, n := range book.ran() {
			if n != 1 {
				t.Errorf("%d workers: call %d of %v ran %d times", workers, i, calls[i].does, n)
			}
		}
	}
}

// wantOwnCrash checks that a call failed exactly if it is a killer, and by an error that
// no other call has.
func wantOwnCrash(t *testing.T, c markedCall, exits map[*process.ExitError]bool) {
	t.Helper()
	err := c.outcome(t)
	var exit *process.ExitError
	switch {
	case !c.does.kills():
		if err != nil {
			t.Errorf("call %d, which is innocent: %v", c.number, err)
		}
	case !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &exit) || !started(t, err):
		t.Errorf("call %d, which kills: %v", c.number, err)
	case exits[exit]:
		t.Errorf("call %d has the error of another", c.number)
	default:
		exits[exit] = true
	}
}

// A task with retries runs once more for each, the others beside it once.
func TestG5_KillersWithRetriesAmongCallsThatWaitInside(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	hurry(t, p)
	book := newLedger(t)
	var calls []markedCall
	for _, d := range killers(200, 50) {
		arg, number := book.arg(d)
		calls = append(calls, markedCall{submit(t.Context(), p, markingAgain, arg), number, d})
	}
	for _, c := range calls {
		if err := c.outcome(t); c.does.kills() != errors.Is(err, runtime.ErrCrashed) {
			t.Errorf("call %d of %v: %v", c.number, c.does, err)
		}
	}
	for i, n := range book.ran() {
		want := 1
		if calls[i].does.kills() {
			want += markingAgain.Retries
		}
		if n != want {
			t.Errorf("call %d of %v ran %d times, want %d", i, calls[i].does, n, want)
		}
	}
}

// With several calls at once in a worker those beside a killer fail too; those that
// wait there do not, and run once.
func TestG5_KillersBesideOthersInAWorker(t *testing.T) {
	const lanes = 4
	p := newPool(t, process.Config{Workers: 1, TasksPerWorker: lanes})
	hurry(t, p)
	book := newLedger(t)
	var calls []markedCall
	for _, d := range killers(300, 50) {
		calls = append(calls, book.submit(t.Context(), p, d))
	}
	died := map[int][]markedCall{} // by the process that they died with
	for _, c := range calls {
		err := c.outcome(t)
		var exit *process.ExitError
		switch {
		case err == nil && !c.does.kills():
		case errors.Is(err, runtime.ErrCrashed) && errors.As(err, &exit) && started(t, err):
			died[exit.PID] = append(died[exit.PID], c)
		default:
			t.Errorf("call %d of %v: %v", c.number, c.does, err)
		}
	}
	ran := book.ran()
	for pid, dead := range died {
		wantDiedTogether(t, pid, dead, ran, lanes)
	}
	for i, n := range ran {
		if failed := calls[i].State() == runtime.Failed; n != 1 && !(failed && n == 0) {
			t.Errorf("call %d of %v ran %d times; it is %v", i, calls[i].does, n, calls[i].State())
		}
	}
}

// wantDiedTogether checks that calls that died with a process were no more than it ran
// at once, and that one of them did kill it. Others may have been at their very first
// step, a second killer among them: a stack that overflows takes its time to be
// printed, in which the other lanes go on.
func wantDiedTogether(t *testing.T, pid int, dead []markedCall, ran []int, lanes int) {
	t.Helper()
	if len(dead) > lanes {
		t.Errorf("%d calls died with process %d, which ran at most %d", len(dead), pid, lanes)
	}
	if !slices.ContainsFunc(dead, func(c markedCall) bool { return c.does.kills() && ran[c.number] == 1 }) {
		t.Errorf("%d calls died with process %d, and none of them killed it", len(dead), pid)
	}
}

// Of a Map and a Stream that go on after errors the items that kill are lost, and the
// others run once.
func TestG5_KillersInAMap(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	hurry(t, p)
	plan := killers(400, 100)
	for _, options := range [][]runtime.MapOption{nil, {runtime.Chunk(1)}, {runtime.Chunk(30)}} {
		book := newLedger(t)
		items := book.args(plan)
		_, err := runtime.Map(t.Context(), p, marking, items, append(options, runtime.ContinueOnError())...)
		wantLostItems(t, err, plan)
		wantRanOnce(t, book)

		book = newLedger(t)
		items = book.args(plan)
		i := 0
		for _, err := range runtime.Stream(t.Context(), p, marking, slices.Values(items), options...) {
			if plan[i].kills() != errors.Is(err, runtime.ErrCrashed) {
				t.Errorf("item %d of %v: %v", i, plan[i], err)
			}
			i++
		}
		wantRanOnce(t, book)
	}
}

// args returns the arguments of calls that do what is planned.
func (l *ledger) args(plan []deed) (args [][]byte) {
	for _, d := range plan {
		arg, _ := l.arg(d)
		args = append(args, arg)
	}
	return args
}

func wantLostItems(t *testing.T, err error, plan []deed) {
	t.Helper()
	joined, _ := err.(interface{ Unwrap() []error })
	if joined == nil {
		t.Fatalf("got %v", err)
	}
	lost := map[int]bool{}
	for _, err := range joined.Unwrap() {
		var item *runtime.ItemError
		if !errors.As(err, &item) || !errors.Is(err, runtime.ErrCrashed) {
			t.Fatalf("got %v", err)
		}
		lost[item.Index] = true
	}
	for i, d := range plan {
		if d.kills() != lost[i] {
			t.Errorf("item %d of %v: lost %t", i, d, lost[i])
		}
	}
}

func wantRanOnce(t *testing.T, book *ledger) {
	t.Helper()
	for i, n := range book.ran() {
		if n != 1 {
			t.Errorf("call %d ran %d times", i, n)
		}
	}
}
