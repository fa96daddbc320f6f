//go:build unix

package process_test

import (
	goruntime "runtime"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// Calls that take long find all workers, although those that came before were so short
// that some of the workers did them all.
func TestG7_LongCallsAfterBriskOnes(t *testing.T) {
	n := goruntime.GOMAXPROCS(0) + 3
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
	n := goruntime.GOMAXPROCS(0)
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
