package pool

import (
	"fmt"
	"sync"
	"time"

	"github.com/alitto/pond/v2"
	"github.com/gammazero/workerpool"
	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
	"github.com/panjf2000/ants/v2"
	concpool "github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// sleepers is how many calls wait at once.
const sleepers = 1000

// sleepWork is what pools of goroutines advertise: many calls that wait.
func sleepWork(calls int) report.Work {
	return report.Work{
		Name: fmt.Sprintf("%dk x 1 ms sleep, %d workers", calls/1000, sleepers), Per: calls,
		Open:    func() []report.Contender { return openSleeps(calls) },
		Targets: []report.Target{{Figure: report.Ratio, Against: "ants", AtMost: 0.9}},
	}
}

func openSleeps(calls int) []report.Contender {
	p := newPool(sleepers)
	a, err := ants.NewPool(sleepers)
	must(err)
	w, d := workerpool.New(sleepers), pond.NewResultPool[int](sleepers)
	return []report.Contender{
		slept("offing", func() { offingSleeps(calls, func(i int) *FutureOfInt { return SubmitSleep(background, p, i) }) }, func() { p.Close() }),
		slept("go+WaitGroup", func() { sleepAll(calls, func(f func()) { go f() }) }, nothing),
		slept("ants", func() { sleepAll(calls, func(f func()) { must(a.Submit(f)) }) }, func() { a.ReleaseTimeout(time.Second) }),
		slept("pond", func() { pondSleeps(d, calls) }, d.StopAndWait),
		slept("workerpool", func() { sleepAll(calls, w.Submit) }, w.StopWait),
		slept("conc", func() { concSleeps(calls) }, nothing),
		slept("errgroup", func() { errgroupSleeps(calls) }, nothing),
	}
}

func slept(name string, do, end func()) report.Contender {
	return report.Contender{Case: rounds.Case{Name: name, Close: end, Run: func(n int) {
		for range n {
			do()
		}
	}}}
}

func offingSleeps(calls int, submit func(int) *FutureOfInt) {
	futures := make([]*FutureOfInt, calls)
	for i := range futures {
		futures[i] = submit(i)
	}
	for _, f := range futures {
		_, err := f.Result(background)
		must(err)
	}
}

// sleepAll collects results of a contender that has none of its own.
func sleepAll(calls int, submit func(func())) {
	results := make([]result, calls)
	var wg sync.WaitGroup
	wg.Add(calls)
	for i := range results {
		submit(func() {
			defer wg.Done()
			results[i].v, results[i].err = Sleep(background, i)
		})
	}
	wg.Wait()
}

func pondSleeps(p pond.ResultPool[int], calls int) {
	g := p.NewGroup()
	for i := range calls {
		g.SubmitErr(func() (int, error) { return Sleep(background, i) })
	}
	_, err := g.Wait()
	must(err)
}

func concSleeps(calls int) {
	p := concpool.NewWithResults[int]().WithErrors().WithMaxGoroutines(sleepers)
	for i := range calls {
		p.Go(func() (int, error) { return Sleep(background, i) })
	}
	_, err := p.Wait()
	must(err)
}

func errgroupSleeps(calls int) {
	var g errgroup.Group
	g.SetLimit(sleepers)
	results := make([]int, calls)
	for i := range results {
		g.Go(func() (err error) {
			results[i], err = Sleep(background, i)
			return err
		})
	}
	must(g.Wait())
}
