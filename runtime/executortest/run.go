package executortest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
)

// Run tests the executors that newExecutor makes. It is called for each case
// once, or several times, and registers with tb whatever ends the executor;
// closing one twice must be fine. An executor that can be resized gets the size
// that the case needs.
func Run(t *testing.T, newExecutor func(tb testing.TB) runtime.Executor) {
	runAll(t, newExecutor, allCases())
}

func allCases() []trial {
	return slices.Concat(
		resultCases, errorCases, callbackCases, waitCases, streamCases, mapCases, itemCases, retryCases,
		cancelCases, deadlineCases, raceCases, sizeCases, orderCases, memoryCases,
		shutdownCases, closeCases, nestedCases, crashCases, killCases, processCases, stateCases,
	)
}

// RunBounded tests executors with one worker and a queue with room for one
// call: that Submit waits for room, and no longer than it should.
func RunBounded(t *testing.T, newExecutor func(tb testing.TB) runtime.Executor) {
	runAll(t, newExecutor, boundedCases)
}

func runAll(t *testing.T, newExecutor func(testing.TB) runtime.Executor, cases []trial) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.try(t, newExecutor) })
	}
}

// A trial is one case of the suite.
type trial struct {
	name  string
	size  int // workers that it needs; 0 for any, even none
	needs need
	run   func(*rig)
}

// A need is a set of abilities.
type need uint

const (
	shutdown need = 1 << iota // the executor has Shutdown
	closing                   // the executor has Close
	stats                     // the executor has Stats
	local                     // the executor is a runtime.Local
	process                   // tasks run in another process
	children                  // that process is a child of this one, and we can tell
)

// What an executor may have beyond Submit.
type (
	resizer   interface{ Resize(n int) error }
	shutter   interface{ Shutdown(context.Context) error }
	closer    interface{ Close() error }
	statistic interface{ Stats() runtime.Stats }
)

// try runs the case, or skips it.
func (c trial) try(t *testing.T, newExecutor func(testing.TB) runtime.Executor) {
	// Cleanups run in reverse order: open the gates, close the executor, look
	// for what is left, remove the marks of tasks that have ended by then.
	r := &rig{T: t, ctx: context.Background(), dir: t.TempDir()}
	watchLeaks(t)
	r.another = func() runtime.Executor {
		ex := newExecutor(t)
		if c.size > 0 {
			r.resize(ex, c.size)
		}
		return ex
	}
	r.ex = r.another()
	t.Cleanup(r.openAll)
	if reason := c.missing(r); reason != "" {
		t.Skip(reason)
	}
	hang := time.AfterFunc(hangLimit, func() { panic("executortest: " + c.name + " hangs") })
	defer hang.Stop()
	c.run(r)
}

// missing says what the executor lacks for the case.
func (c trial) missing(r *rig) string {
	needs := func(n need) bool { return c.needs&n != 0 }
	if _, ok := r.ex.(shutter); needs(shutdown) && !ok {
		return "the executor has no Shutdown"
	}
	if _, ok := r.ex.(closer); needs(closing) && !ok {
		return "the executor has no Close"
	}
	if _, ok := r.ex.(statistic); needs(stats) && !ok {
		return "the executor has no Stats"
	}
	_, isLocal := r.ex.(runtime.Local)
	switch {
	case needs(local) && !isLocal:
		return "the executor is not a runtime.Local"
	case needs(process|children) && (isLocal || r.inThisProcess()):
		return "tasks run in this process"
	case needs(children) && !r.inChild():
		return "worker processes cannot be told from others"
	}
	return ""
}
