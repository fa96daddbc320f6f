package pool

import (
	"runtime"
	"sync"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/sourcegraph/conc/iter"
)

// items are what Map and Stream are given: a million numbers.
func items(quick bool) []int {
	ns := make([]int, 1_000_000)
	if quick {
		ns = ns[:10_000]
	}
	for i := range ns {
		ns[i] = i
	}
	return ns
}

// mapWork is a trivial function for each of many items: all that is seen is what
// handing out costs.
func mapWork(ns []int) report.Work {
	return report.Work{
		Name: "map, trivial item", Per: len(ns),
		Open: func() []report.Contender {
			p := newPool(workers)
			return []report.Contender{
				mapped("offing", ns, func() ([]int, error) { return MapSquare(background, p, ns) }, func() { p.Close() }),
				mapped("hand-chunked", ns, func() ([]int, error) { return mapByHand(ns) }, nothing),
				mapped("direct", ns, func() ([]int, error) { return mapInLoop(ns) }, nothing),
				mapped("conc", ns, func() ([]int, error) {
					return iter.MapErr(ns, func(n *int) (int, error) { return Square(background, *n) })
				}, nothing),
			}
		},
		Targets: []report.Target{
			{Figure: report.Ratio, Against: "hand-chunked", AtMost: 1.1},
			{Figure: report.Ratio, Against: "conc", AtMost: 0.1},
		},
	}
}

func mapped(name string, ns []int, do func() ([]int, error), end func()) report.Contender {
	return batch(name, ns, func() []int {
		results, err := do()
		must(err)
		return results
	}, end)
}

// mapByHand gives each processor an equal share.
func mapByHand(ns []int) ([]int, error) {
	procs := runtime.GOMAXPROCS(0)
	results, errs := make([]int, len(ns)), make([]error, procs)
	var wg sync.WaitGroup
	for p := range procs {
		wg.Go(func() {
			from, to := p*len(ns)/procs, (p+1)*len(ns)/procs
			for i := from; i < to; i++ {
				v, err := Square(background, ns[i])
				if err != nil {
					errs[p] = err
					return
				}
				results[i] = v
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

func mapInLoop(ns []int) ([]int, error) {
	results := make([]int, len(ns))
	for i, n := range ns {
		v, err := Square(background, n)
		if err != nil {
			return nil, err
		}
		results[i] = v
	}
	return results, nil
}
