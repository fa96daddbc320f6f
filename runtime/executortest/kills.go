package executortest

import (
	"context"
	"os"
	"strconv"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var killCases = []trial{
	{name: "A21_CancelKillsBusyTask", size: 1, needs: process, run: cancelKillsBusyTask},
	{name: "F04_KillsAmongMany", size: 2, needs: process, run: killsAmongMany},
	{name: "F03_DeadlineKillsBusyTask", size: 1, needs: process, run: deadlineKillsBusyTask},
	{name: "A64_CloseKillsBusyTask", size: 1, needs: process | closing, run: closeKillsBusyTask},
	{name: "A56_WorkerKilledFromOutside", size: 2, needs: children, run: workerKilledFromOutside},
	{name: "F01_KilledAmongMany", size: 2, needs: children, run: killedAmongMany},
	{name: "F09_GrandchildrenDie", size: 1, needs: children, run: grandchildrenDie},
}

// spinning submits a task that nothing but a kill ends, and waits until it runs.
func (r *rig) spinning(ctx context.Context, name string) *runtime.Future[struct{}] {
	r.Helper()
	f := chores.SubmitSpin(ctx, r.ex, r.dir, name)
	r.await(name + chores.Began)
	r.eventually("running", func() bool { return f.State() != runtime.Pending })
	return f
}

func cancelKillsBusyTask(r *rig) {
	before := r.pid()
	f := r.spinning(r.ctx, "spin")
	if !f.Cancel() {
		r.Error("Cancel reports false")
	}
	wantState(r, f, runtime.Canceled)
	wantStarted(r, wantError(r, f, runtime.ErrCanceled), true)
	if after := r.pid(); after == before {
		r.Errorf("process %d runs on", before)
	}
}

// killsAmongMany cancels tasks that must be killed while others run and wait.
func killsAmongMany(r *rig) {
	calls := make(futures, 60)
	var busy []*runtime.Future[struct{}]
	for i := range calls {
		if i%20 == 10 {
			busy = append(busy, chores.SubmitSpin(r.ctx, r.ex, r.dir, "spin"+strconv.Itoa(i)))
		}
		calls[i] = chores.SubmitSquare(r.ctx, r.ex, i)
	}
	for _, f := range busy {
		r.eventually("start", func() bool { return f.State() != runtime.Pending })
		f.Cancel()
	}
	for i, f := range calls {
		want(r, f, i*i)
	}
	for _, f := range busy {
		wantError(r, f, runtime.ErrCanceled)
	}
}

func deadlineKillsBusyTask(r *rig) {
	before := r.pid()
	ctx, cancel := context.WithTimeout(r.ctx, 100*time.Millisecond)
	defer cancel()
	f := chores.SubmitSpin(ctx, r.ex, r.dir, "spin")
	wantError(r, f, runtime.ErrTimeout)
	after := r.pid() // the only worker must be there again
	if r.marked("spin"+chores.Began) && after == before {
		r.Errorf("process %d runs on", before)
	}
}

func closeKillsBusyTask(r *rig) {
	busy, queued := r.spinning(r.ctx, "spin"), r.gate("queued")
	r.close()
	wantError(r, busy, runtime.ErrCanceled)
	wantError(r, queued, runtime.ErrCanceled)
	r.wantClosed()
}

// kill kills a worker process, which must be a child of this process.
func (r *rig) kill(pid int) {
	r.Helper()
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		r.Fatalf("kill %d: %v", pid, err)
	}
}

// twoPids holds both workers at once with gates named for the occasion, returns
// their processes and leaves them idle.
func (r *rig) twoPids(occasion string) (a, b int) {
	r.Helper()
	f, g := r.running(occasion+"-a"), r.running(occasion+"-b")
	r.open(occasion + "-a")
	r.open(occasion + "-b")
	return must(r, f), must(r, g)
}

func workerKilledFromOutside(r *rig) {
	victim, survivor := r.twoPids("before")
	a, b := r.running("a"), r.running("b")
	r.open("b")
	if must(r, b) == victim {
		victim, survivor = survivor, victim
	}
	r.kill(victim)
	wantCrash(r, a, victim, "chores.Gate", "killed")
	r.works()
	if c, d := r.twoPids("after"); c == d || c == victim || d == victim || c != survivor && d != survivor {
		r.Errorf("processes %d and %d after the kill of %d beside %d", c, d, victim, survivor)
	}
}

func killedAmongMany(r *rig) {
	pid, _ := r.twoPids("before")
	calls := make(futures, 20)
	for i := range calls {
		calls[i] = chores.SubmitSleep(r.ctx, r.ex, 20)
	}
	r.eventually("a call done", func() bool { return calls[0].State().Settled() })
	r.kill(pid)
	lost := 0
	for _, f := range calls {
		if _, err := outcome(r, f); err != nil {
			wantCrash(r, f, pid, "chores.Sleep", "killed")
			lost++
		}
	}
	if lost > 1 {
		r.Errorf("one kill cost %d calls", lost)
	}
	r.works()
}

func grandchildrenDie(r *rig) {
	f := chores.SubmitBrood(r.ctx, r.ex, r.dir, "brood")
	r.eventually("grandchild or failure", func() bool { return r.marked("brood") || f.State().Settled() })
	text, err := os.ReadFile(r.dir + "/brood")
	if err != nil {
		_, failed := outcome(r, f)
		r.Skipf("no grandchild: %v", failed)
	}
	pid, err := strconv.Atoi(string(text))
	if err != nil {
		r.Fatal(err)
	}
	if gone(pid) {
		r.Fatalf("grandchild %d died by itself", pid)
	}
	f.Cancel()
	wantError(r, f, runtime.ErrCanceled)
	r.eventually("end of the grandchild", func() bool { return gone(pid) })
	r.works()
}
