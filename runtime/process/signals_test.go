//go:build unix

package process_test

import (
	"context"
	"os"
	"syscall"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

// Who tells all processes of a program to end, as a service manager does, leaves it to the
// parent how: its workers finish what they have.
func TestWorkersOutlastWhatTellsThemToEnd(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	g := newGates(t)
	a, b := g.submit(p, "a"), g.submit(p, "b")
	eventually(t, "both run", func() bool { return g.begun() == 2 })
	for _, w := range p.Workers() {
		for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
			syscall.Kill(w.PID, s)
		}
	}
	g.open("a")
	g.open("b")
	if _, err := a.Result(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := b.Result(t.Context()); err != nil {
		t.Error(err)
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// toldToEnd tells its process to end before it does anything else.
var toldToEnd = onInts(named("ToldToEnd"), func(_ context.Context, n int) (int, error) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		if err := syscall.Kill(os.Getpid(), s); err != nil {
			return 0, err
		}
	}
	return n, nil
})

// That is so from the first call on that a worker runs.
func TestWorkersOutlastItFromTheirFirstCallOn(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2, MaxTasks: 1})
	for n := range 30 {
		if got := must(t, p, toldToEnd, n); got != n {
			t.Fatalf("got %d, want %d", got, n)
		}
	}
}
