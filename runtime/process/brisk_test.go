//go:build unix

package process_test

import (
	"log/slog"
	"math/rand/v2"
	goruntime "runtime"
	"syscall"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// Calls that take long find all workers, although those that came before were so short
// that some of the workers did them all.
func TestG7_LongCallsAfterBriskOnes(t *testing.T) {
	n := goruntime.NumCPU() + 3
	p := newPool(t, process.Config{Workers: n})
	for range 10 {
		hurry(t, p)
		g := newGates(t)
		var long []*runtime.Future[[]byte]
		for range n {
			long = append(long, g.submit(p, "long"))
		}
		eventually(t, "all run", func() bool { return p.Stats().Running == n })
		g.open("long")
		for _, f := range long {
			if _, err := f.Result(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// So it is if the short calls go on beside them.
func TestG7_LongCallBesideBriskOnes(t *testing.T) {
	n := goruntime.NumCPU()
	p := newPool(t, process.Config{Workers: n + 1})
	for range 10 {
		hurry(t, p)
		g := newGates(t)
		long := make([]*runtime.Future[[]byte], n)
		for i := range long {
			long[i] = g.submit(p, "long")
		}
		hurry(t, p) // there is a worker for these
		g.open("long")
		for _, f := range long {
			if _, err := f.Result(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Whatever becomes of workers, as many count as brisk as are, and none once the pool is
// closed.
func TestBriskWorkersAreCounted(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		p, err := process.NewPool(process.Config{Workers: 4, MaxTasks: []int{0, 300}[r.IntN(2)], Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		var calls []*runtime.Future[int]
		for i := range 3000 {
			f := square
			if r.IntN(200) == 0 {
				f = nap
			}
			calls = append(calls, submit(t.Context(), p, f, i))
			switch live := p.Workers(); {
			case i%300 == 0 && len(live) > 0:
				syscall.Kill(live[r.IntN(len(live))].PID, syscall.SIGKILL)
			case i%500 == 0:
				p.Resize(1 + r.IntN(6))
			case i%50 == 0:
				calls[r.IntN(len(calls))].Cancel()
			}
		}
		if seed%2 == 0 {
			for _, f := range calls {
				<-f.Done()
			}
			eventually(t, "none is brisk", func() bool {
				count, are := process.BriskWorkers(p)
				return count == 0 && are == 0
			})
		}
		p.Close()
		if count, are := process.BriskWorkers(p); count != 0 || are != 0 {
			t.Errorf("seed %d: %d of %d after Close", seed, count, are)
		}
	}
}
