//go:build unix

package process_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	goruntime "runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
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

// A halt is where a codec waits.
type halt struct{ inside, release chan struct{} }

// halts is where the codec of halting waits next.
var halts atomic.Pointer[halt]

var halting = define(&runtime.Func[int, int]{
	Task: runtime.Task{Name: "process_test.Halting", Shape: "func(int) int"},
	Call: func(_ context.Context, n int) (int, error) { return n, nil },
	AppendArg: func(b []byte, n int) ([]byte, error) {
		s := halts.Load()
		close(s.inside)
		<-s.release
		return wire.AppendInt(b, n), nil
	},
	ReadArg: wire.Into((*wire.Reader).Int), AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
})

// Who was to look at the queue, as his worker is brisk, may be inside a codec that blocks:
// what is queued goes to others.
func TestG7_CodecThatBlocksBehindBriskCalls(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	process.SetProcessors(p, 1)
	for range 10 {
		hurry(t, p)
		s := &halt{make(chan struct{}), make(chan struct{})}
		halts.Store(s)
		held := make(chan *runtime.Future[int], 1)
		var left atomic.Int32
		left.Store(50)
		go func() { // the codec blocks who submits, if all of them are over by then
			for i := range 50 {
				submit(t.Context(), p, square, i).OnDone(func(int, error) {
					if left.Add(-1) == 0 { // the worker has no other, and looks at the queue next, or this goroutine sends it to another
						held <- submit(t.Context(), p, halting, 7)
					}
				})
			}
		}()
		<-s.inside
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		for range 3 {
			if n, err := submit(t.Context(), p, square, 3).Result(ctx); n != 9 || err != nil {
				t.Errorf("a call beside a codec that blocks: %d, %v", n, err)
			}
		}
		cancel()
		close(s.release)
		if n, err := (<-held).Result(t.Context()); n != 7 || err != nil || t.Failed() {
			t.Fatal(n, err)
		}
	}
}

// Whatever becomes of workers, as many count as brisk as are, and none once the pool is
// closed.
func TestBriskWorkersAreCounted(t *testing.T) {
	most := 0
	defer func() {
		if most == 0 && !underRace { // which makes no call a quick one
			t.Error("none was ever brisk")
		}
	}()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		p, err := process.NewPool(process.Config{Workers: 4, MaxTasks: []int{0, 300}[r.IntN(2)], Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		hurry(t, p)
		var calls []*runtime.Future[int]
		for i := range 3000 {
			if i%300 == 150 { // or all is submitted before anything has run
				<-calls[i-100].Done()
			}
			count, _ := process.BriskWorkers(p)
			most = max(most, count)
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
