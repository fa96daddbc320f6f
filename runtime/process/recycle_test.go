//go:build unix

package process_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// hog allocates n MiB and uses them; below 0 without end.
var hog = onInts(named("Hog"), func(_ context.Context, n int) (int, error) {
	for i := 0; i != n; i++ {
		chunk := make([]byte, 1<<20)
		for at := 0; at < len(chunk); at += 4096 {
			chunk[at] = 1
		}
		hoard = append(hoard, chunk)
	}
	return n, nil
})

// hoard is what tasks do not let go of.
var hoard [][]byte

// spareOf returns the process that waits for a place, or 0.
func spareOf(p *process.Pool) int {
	for _, w := range p.Workers() {
		if w.Spare {
			return w.PID
		}
	}
	return 0
}

func awaitSpare(t *testing.T, p *process.Pool) (pid int) {
	t.Helper()
	eventually(t, "a spare is ready", func() bool { pid = spareOf(p); return pid != 0 && idleWorkers(p) == len(p.Workers()) })
	return pid
}

func idleWorkers(p *process.Pool) (n int) {
	for _, w := range p.Workers() {
		if w.Task == "" {
			n++
		}
	}
	return n
}

// A51: the process of the first three calls makes room for that of the fourth,
// and is gone then.
func TestA51_MaxTasksReplacesWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, MaxTasks: 3})
	var pids []int
	for range 4 {
		pids = append(pids, must(t, p, pid, 0))
	}
	a, b := pids[0], pids[3]
	if a == b || !slices.Equal(pids, []int{a, a, a, b}) {
		t.Fatal(pids)
	}
	eventually(t, "the first is reaped and one lives", func() bool {
		workers := p.Workers()
		return !alive(a) && len(workers) == 1 && workers[0].PID == b && !workers[0].Spare
	})
}

// The successor is there while the last call of the old process still runs.
func TestMaxTasksStartsSuccessorBeforeOldOneLeaves(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, MaxTasks: 2})
	old := must(t, p, pid, 0)
	if spareOf(p) != 0 {
		t.Fatal("a successor too early")
	}
	last := submit(t.Context(), p, obey, 0)
	next := 0
	eventually(t, "a successor beside the old one", func() bool { next = spareOf(p); return next != 0 })
	if !alive(old) || last.State() != runtime.Running {
		t.Fatal("the old one has left")
	}
	last.Cancel()
	if got := must(t, p, pid, 0); got != next {
		t.Fatalf("process %d serves, not the successor %d", got, next)
	}
}

// The process after the first is there before that one leaves, so the second
// call may still be served.
func TestA55_ReplacementCannotStart(t *testing.T) {
	works := t.TempDir() + "/works"
	c := otherProgram(t, "PROCESS_TEST_CHILD=start", "PROCESS_TEST_START=until:"+works)
	c.MaxTasks = 1
	p := newPool(t, c)
	for range 2 {
		os.WriteFile(works, nil, 0o600)
		must(t, p, square, 1)
		os.Remove(works)
		broken := 0
		for range 3 {
			if v, err := do(t, p, square, 3); errors.Is(err, runtime.ErrBroken) && strings.Contains(err.Error(), "boom") {
				broken++
			} else if err != nil || v != 9 {
				t.Fatalf("got %d, %v", v, err)
			}
		}
		if broken < 2 {
			t.Fatalf("%d of 3 calls were served by nobody knows whom", 3-broken)
		}
	}
}

func TestMaxTasksUnderLoadLosesNothing(t *testing.T) {
	const n, most = 400, 7
	p := newPool(t, process.Config{Workers: 3, MaxTasks: most})
	var futures []*runtime.Future[int]
	for range n {
		futures = append(futures, submit(t.Context(), p, pid, 0))
	}
	served := map[int]int{}
	for _, f := range futures {
		id, err := f.Result(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		served[id]++
	}
	for id, calls := range served {
		if calls > most {
			t.Errorf("process %d ran %d calls", id, calls)
		}
	}
	eventually(t, "three are left, and a successor for each at most", func() bool {
		serving, spares := 0, 0
		for _, w := range p.Workers() {
			if w.Spare {
				spares++
			} else {
				serving++
			}
		}
		return serving <= 3 && spares <= 3
	})
	for _, w := range p.Workers() {
		if w.Number > 12 {
			t.Errorf("numbers grow: %+v", w)
		}
	}
}

func TestSpareIsThereBeforeTheFirstCall(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Spare: true})
	first := awaitSpare(t, p)
	if got := must(t, p, pid, 0); got != first {
		t.Fatalf("process %d serves, not the spare %d", got, first)
	}
	if second := awaitSpare(t, p); second == first {
		t.Fatal("no other spare")
	}
}

// Whatever ends a process, the next call runs in the spare that was there
// before.
func TestSpareServesAtOnce(t *testing.T) {
	for name, end := range map[string]func(p *process.Pool, id int){
		"crash":            func(p *process.Pool, id int) { do(t, p, exit, 1) },
		"killed":           func(p *process.Pool, id int) { syscall.Kill(id, syscall.SIGKILL) },
		"Discard":          func(p *process.Pool, id int) { do(t, p, spoil, 1) },
		"canceled forever": func(p *process.Pool, id int) { endSpin(t, p) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, process.Config{Workers: 1, Spare: true, Grace: 20 * time.Millisecond})
			for range 5 {
				old := must(t, p, pid, 0)
				spare := awaitSpare(t, p)
				end(p, old)
				if got := must(t, p, pid, 0); got != spare {
					t.Fatalf("process %d serves after %d, not the spare %d", got, old, spare)
				}
			}
		})
	}
}

func endSpin(t *testing.T, p *process.Pool) {
	f := submit(t.Context(), p, spin, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
}

func TestSpareIsReplacedWhenItDies(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Spare: true})
	serves := must(t, p, pid, 0)
	for range 5 {
		spare := awaitSpare(t, p)
		syscall.Kill(spare, syscall.SIGKILL)
		must(t, p, square, 1) // while nobody submits, a few are enough
		eventually(t, "another spare", func() bool { next := spareOf(p); return next != 0 && next != spare })
	}
	if must(t, p, pid, 0) != serves {
		t.Fatal("the worker that serves was replaced")
	}
}

// A spare is beside the limit but never serves beyond it.
func TestSpareDoesNotServeBeyondTheLimit(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2, Spare: true})
	var futures []*runtime.Future[int]
	for range 4 {
		futures = append(futures, submit(t.Context(), p, obey, 0))
	}
	eventually(t, "two run and a spare waits", func() bool { return p.Stats().Running == 2 && spareOf(p) != 0 })
	if s := p.Stats(); s.Running != 2 || s.Queued != 2 {
		t.Fatalf("%+v", s)
	}
	p.Resize(3)
	eventually(t, "three run and a spare waits", func() bool { return p.Stats().Running == 3 && spareOf(p) != 0 })
	for _, f := range futures {
		f.Cancel()
	}
	p.Resize(1)
	eventually(t, "one and a spare are left", func() bool { return len(p.Workers()) == 2 && spareOf(p) != 0 })
}

func TestSpareEndsWithThePool(t *testing.T) {
	for range 20 {
		p := newPool(t, process.Config{Workers: 1, Spare: true})
		must(t, p, square, 1)
		if err := p.Shutdown(t.Context()); err != nil || len(p.Workers()) != 0 {
			t.Fatal(err, p.Workers())
		}
		newPool(t, process.Config{Workers: 1, Spare: true}).Close() // while it starts
	}
	if got := countChildren(); got != 0 {
		t.Fatalf("%d children", got)
	}
}

func TestSpareTooOldIsReplaced(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Spare: true, MaxAge: 50 * time.Millisecond})
	first := awaitSpare(t, p)
	eventually(t, "it ends", func() bool { return !alive(first) })
	if must(t, p, pid, 0) == first {
		t.Fatal("it serves")
	}
	eventually(t, "another spare", func() bool { return spareOf(p) != 0 })
}

// Nobody takes the place of a worker that ends because there is nothing to do.
func TestSpareOutlastsIdleWorkers(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Spare: true, IdleTimeout: 100 * time.Millisecond})
	must(t, p, pid, 0)
	spare := awaitSpare(t, p)
	eventually(t, "the spare alone is left", func() bool {
		workers := p.Workers()
		return len(workers) == 1 && workers[0].Spare && workers[0].PID == spare
	})
	if got := must(t, p, pid, 0); got != spare {
		t.Fatalf("process %d serves, not the spare %d", got, spare)
	}
}

func TestSpareThatCannotStart(t *testing.T) {
	c := otherProgram(t, "PROCESS_TEST_CHILD=start", "PROCESS_TEST_START=exit")
	c.Spare = true
	p := newPool(t, c)
	if _, err := do(t, p, square, 1); err == nil {
		t.Fatal("no error")
	}
}
