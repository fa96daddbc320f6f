//go:build unix

package process_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A lane that becomes free takes the next call at once, whatever the others do.
func TestG10_FreeLaneTakesTheNext(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 4})
	g := newGates(t)
	var calls []*runtime.Future[[]byte]
	for i := range 9 {
		calls = append(calls, g.submit(p, strconv.Itoa(i)))
	}
	eventually(t, "four begun", func() bool { return g.begun() == 4 })
	for i := range 5 {
		g.open(strconv.Itoa(i))
		eventually(t, "one more begun", func() bool { return g.begun() == 5+i })
	}
	g.openAll()
	for _, f := range calls {
		if _, err := f.Result(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// A worker that is being killed for a task that does not end takes nothing any more, and
// what is submitted meanwhile runs elsewhere.
func TestG5_NoCallForAWorkerThatIsKilled(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 4, Grace: 5 * time.Millisecond})
	for range 20 {
		stuck := submit(t.Context(), p, spin, 0)
		eventually(t, "it runs", func() bool { return stuck.State() == runtime.Running })
		first := p.Workers()[0].PID
		stuck.Cancel()
		eventually(t, "the kill", func() bool {
			submit(t.Context(), p, square, 3)
			return !alive(first)
		})
		if got := must(t, p, square, 7); got != 49 {
			t.Fatal(got)
		}
	}
}

// gates are tasks that wait for a file, and leave one when they begin.
type gates struct {
	t   *testing.T
	dir string
}

func newGates(t *testing.T) *gates {
	g := &gates{t, t.TempDir()}
	t.Cleanup(g.openAll)
	return g
}

func (g *gates) submit(ex runtime.Executor, name string) *runtime.Future[[]byte] {
	return submit(g.t.Context(), ex, gate, g.path(name))
}

// path is the argument of a gate.
func (g *gates) path(name string) []byte { return []byte(filepath.Join(g.dir, name)) }

// begun returns how many gates began, ever.
func (g *gates) begun() int {
	names, _ := filepath.Glob(filepath.Join(g.dir, "*.begun"))
	return len(names)
}

func (g *gates) open(name string) {
	os.WriteFile(filepath.Join(g.dir, name+".open"), nil, 0o600)
}

func (g *gates) openAll() { g.open("all") }
