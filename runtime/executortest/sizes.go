package executortest

import (
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"

	goruntime "runtime"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var sizeCases = []trial{
	{name: "A17_AsManyAtOnceAsWorkers", size: 4, run: asManyAtOnce},
	{name: "A17_StatsCount", size: 2, needs: stats, run: statsCount},
	{name: "A17_ResizeUpAndDown", size: 1, run: resizeUpAndDown},
	{name: "A18_IdleWorkerIsUsedAgain", size: 4, needs: process, run: idleWorkerUsedAgain},
	{name: "F21_ShortLivedExecutors", needs: closing, run: shortLived},
}

var orderCases = []trial{
	{name: "G10_FirstInFirstStarted", size: 1, run: firstInFirstStarted},
	{name: "G10_PriorityStartsFirst", size: 1, run: priorityFirst},
}

var memoryCases = []trial{
	{name: "A14_ArgumentsAreDropped", run: argumentsAreDropped},
}

func asManyAtOnce(r *rig) {
	gates := make(futures, 60)
	for i := range gates {
		gates[i] = r.gate(strconv.Itoa(i))
	}
	r.eventually("four begun", func() bool { return len(r.begun()) == 4 })
	r.open("0")
	r.eventually("a fifth begun", func() bool { return len(r.begun()) >= 5 })
	if n := len(r.begun()); n != 5 {
		r.Errorf("%d began, want 5", n)
	}
	r.openAll()
	pids := map[int]bool{}
	for _, f := range gates {
		pids[must(r, f)] = true
	}
	if !r.inThisProcess() && len(pids) != 4 {
		r.Errorf("%d processes ran the tasks, want 4", len(pids))
	}
}

func statsCount(r *rig) {
	calls := futures{r.running("0"), r.running("1"), r.gate("2"), r.gate("3"), r.gate("4")}
	var got runtime.Stats
	r.eventually("stats", func() bool {
		got = r.ex.(statistic).Stats()
		return got.Workers == 2 && got.Running == 2 && got.Queued == 3
	})
	r.openAll()
	for _, f := range calls {
		must(r, f)
	}
	r.eventually("idle stats", func() bool {
		got = r.ex.(statistic).Stats()
		return got.Running == 0 && got.Queued == 0
	})
}

func resizeUpAndDown(r *rig) {
	a, b, c := r.running("a"), r.gate("b"), r.gate("c")
	r.resize(r.ex, 3)
	r.await("b" + chores.Began)
	r.await("c" + chores.Began)
	r.resize(r.ex, 1)
	d, e := r.gate("d"), r.gate("e")
	r.open("b")
	r.open("c")
	must(r, b)
	must(r, c)
	r.open("a")
	must(r, a)
	r.await("d" + chores.Began)
	if r.marked("e" + chores.Began) {
		r.Error("two run at once after Resize(1)")
	}
	r.openAll()
	must(r, d)
	must(r, e)
}

func idleWorkerUsedAgain(r *rig) {
	first := r.pid()
	for range 3 {
		r.works()
		if next := r.pid(); next != first {
			r.Errorf("process %d was used although %d was idle", next, first)
		}
	}
}

func shortLived(r *rig) {
	n := 200
	if _, here := r.ex.(runtime.Local); !here {
		n = 15
	}
	before := takeCensus()
	for range n {
		ex := r.another()
		want(r, chores.SubmitSquare(r.ctx, ex, 3), 9)
		if err := ex.(closer).Close(); err != nil {
			r.Fatal(err)
		}
	}
	wantCensus(r.T, before)
}

func firstInFirstStarted(r *rig) {
	path := filepath.Join(r.dir, "lines")
	r.running("gate")
	var calls []*runtime.Future[struct{}]
	var order []string
	for i := range 100 {
		line := strconv.Itoa(i)
		order = append(order, line)
		calls = append(calls, chores.SubmitNote(r.ctx, r.ex, path, line, 0))
	}
	r.open("gate")
	for _, f := range calls {
		must(r, f)
	}
	if got := chores.Lines(path); !slices.Equal(got, order) {
		r.Errorf("started in the order %v", got)
	}
}

func priorityFirst(r *rig) {
	path := filepath.Join(r.dir, "lines")
	r.running("gate")
	var calls []*runtime.Future[struct{}]
	for round := range 3 {
		for _, p := range []int{-1, 0, 1} {
			ex := runtime.Priority(r.ex, p)
			calls = append(calls, chores.SubmitNote(r.ctx, ex, path, strconv.Itoa(p)+"/"+strconv.Itoa(round), 0))
		}
	}
	r.open("gate")
	for _, f := range calls {
		must(r, f)
	}
	order := []string{"1/0", "1/1", "1/2", "0/0", "0/1", "0/2", "-1/0", "-1/1", "-1/2"}
	if got := chores.Lines(path); !slices.Equal(got, order) {
		r.Errorf("started in the order %v, want %v", got, order)
	}
}

// argumentsAreDropped checks that neither the executor nor a future keeps the
// arguments of a call that is over.
func argumentsAreDropped(r *rig) {
	const size = 1 << 20
	var freed atomic.Int32 // not a channel: a cleanup runs outside of every synctest bubble
	submit := func() *runtime.Future[int] {
		load := &chores.Load{Bytes: make([]byte, size)}
		goruntime.AddCleanup(load, func(n *atomic.Int32) { n.Add(1) }, &freed)
		return chores.SubmitWeigh(r.ctx, r.ex, load)
	}
	kept := submit()
	want(r, kept, size)
	want(r, submit(), size)
	r.eventually("arguments freed", func() bool {
		goruntime.GC()
		return freed.Load() == 2
	})
	want(r, kept, size)
}
