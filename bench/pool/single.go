package pool

import (
	"sync"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
)

// outstanding is how many calls are submitted before the first result is asked
// for.
const outstanding = 1000

// A toContender is a future[F] with F out of sight.
type toContender interface {
	latency() func(n int)
	burst(submitters int) func(n int)
	contender(run func(n int)) report.Contender
}

func (f future[F]) contender(run func(n int)) report.Contender {
	return report.Contender{Case: rounds.Case{Name: f.name, Run: run, Close: f.close}}
}

// latency submits one call and waits for it.
func (f future[F]) latency() func(n int) {
	return func(n int) {
		for i := range n {
			v, err := f.get(f.submit(i))
			check(i, v, err)
		}
	}
}

// burst has all calls outstanding at once, from each of so many submitters an
// equal part.
func (f future[F]) burst(submitters int) func(n int) {
	share := outstanding / submitters
	futures := make([][]F, submitters)
	for i := range futures {
		futures[i] = make([]F, share)
	}
	if submitters == 1 {
		return func(n int) { f.bursts(futures[0], n) }
	}
	return func(n int) {
		var wg sync.WaitGroup
		for _, own := range futures {
			wg.Go(func() { f.bursts(own, n) })
		}
		wg.Wait()
	}
}

func (f future[F]) bursts(futures []F, n int) {
	for range n {
		for i := range futures {
			futures[i] = f.submit(i)
		}
		for i, c := range futures {
			v, err := f.get(c)
			check(i, v, err)
		}
		clear(futures)
	}
}

// everyone returns all contenders that have a handle for each call.
func everyone() []toContender {
	return []toContender{
		withOffing(), goChan(), goWaitGroup(), naive(), withErrgroup(), withAnts(), withAntsFunc(),
		withPond(), withConc(), withWorkerpool(),
	}
}

func openAll(run func(toContender) func(n int)) func() []report.Contender {
	return func() (all []report.Contender) {
		for _, f := range everyone() {
			all = append(all, f.contender(run(f)))
		}
		return all
	}
}

func latencyWork() report.Work {
	return report.Work{
		Name: "submit, result", Per: 1,
		Open: openAll(toContender.latency),
		Targets: []report.Target{
			{Figure: report.Ratio, Against: "go+chan", AtMost: 1},
			{Figure: report.Ratio, Against: "ants", AtMost: 0.95},
			{Figure: report.Ratio, Against: "pond", AtMost: 0.2},
			{Figure: report.Allocs, AtMost: 1},
			{Figure: report.Bytes, AtMost: 64},
		},
	}
}

func burstWork() report.Work {
	return report.Work{
		Name: "1000 outstanding", Per: outstanding,
		Open: openAll(func(f toContender) func(int) { return f.burst(1) }),
		Targets: []report.Target{
			{Figure: report.Ratio, Against: "go+chan", AtMost: 0.27},
			{Figure: report.Ratio, Against: "ants", AtMost: 0.18},
			{Figure: report.Ratio, Against: "pond", AtMost: 0.17},
			{Figure: report.Ratio, Against: "naive pool", AtMost: 0.7},
		},
	}
}

func crowdWork() report.Work {
	return report.Work{
		Name: "1000 outstanding, 8 submitters", Per: outstanding,
		Open: openAll(func(f toContender) func(int) { return f.burst(8) }),
		Targets: []report.Target{
			{Figure: report.Ratio, Against: "go+chan", AtMost: 0.2},
			{Figure: report.Ratio, Against: "ants", AtMost: 0.16},
			{Figure: report.Ratio, Against: "pond", AtMost: 0.2},
		},
	}
}
