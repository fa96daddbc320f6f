package pool

import (
	"sync"

	"github.com/alitto/pond/v2"
	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
	concpool "github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// batchWork is many calls that are known at once. Peers have groups for it,
// whose results come together at the end.
func batchWork() report.Work {
	return report.Work{
		Name: "batch of 1000", Per: outstanding, Open: openBatches,
		Targets: []report.Target{
			{Figure: report.Ratio, Against: "conc", AtMost: 0.25},
			{Figure: report.Ratio, Against: "pond", AtMost: 0.25},
			{Figure: report.Ratio, Against: "errgroup", AtMost: 0.25},
			{Figure: report.Allocs, AtMost: 0.01},
		},
	}
}

func openBatches() []report.Contender {
	ns := make([]int, outstanding)
	for i := range ns {
		ns[i] = i
	}
	return []report.Contender{
		offingBatch(ns), concBatch(ns), pondBatch(ns), errgroupBatch(ns), goBatch(ns),
	}
}

// batch is a case that has ns done, and gets results in order. Of many results
// only some are looked at, or looking would be what is measured.
func batch(name string, ns []int, do func() []int, end func()) report.Contender {
	step := max(1, len(ns)/outstanding)
	return report.Contender{Case: rounds.Case{Name: name, Close: end, Run: func(n int) {
		for range n {
			results := do()
			if len(results) != len(ns) {
				panic("results are missing")
			}
			for i := 0; i < len(ns); i += step {
				check(ns[i], results[i], nil)
			}
		}
	}}}
}

func offingBatch(ns []int) report.Contender {
	p := newPool(workers)
	results := make([]int, len(ns))
	return batch("offing", ns, func() []int {
		for i, f := range SubmitAllSquare(background, p, ns) {
			v, err := f.Result(background)
			must(err)
			results[i] = v
		}
		return results
	}, func() { p.Close() })
}

// concBatch makes a pool for each batch: that is how conc has it, a pool that was
// waited for is over. Its results come in any order; putting them in order would
// be more work than the others do, so only their sum is checked.
func concBatch(ns []int) report.Contender {
	want := 0
	for _, n := range ns {
		want += n * n
	}
	return report.Contender{Case: rounds.Case{Name: "conc", Run: func(n int) {
		for range n {
			sum := 0
			for _, v := range concSquares(ns) {
				sum += v
			}
			if sum != want {
				panic("wrong result")
			}
		}
	}}}
}

func concSquares(ns []int) []int {
	p := concpool.NewWithResults[int]().WithErrors().WithMaxGoroutines(workers)
	for _, n := range ns {
		p.Go(func() (int, error) { return Square(background, n) })
	}
	results, err := p.Wait()
	must(err)
	return results
}

func pondBatch(ns []int) report.Contender {
	p := pond.NewResultPool[int](workers)
	return batch("pond", ns, func() []int {
		g := p.NewGroup()
		for _, n := range ns {
			g.SubmitErr(func() (int, error) { return Square(background, n) })
		}
		results, err := g.Wait()
		must(err)
		return results
	}, p.StopAndWait)
}

func errgroupBatch(ns []int) report.Contender {
	return batch("errgroup", ns, func() []int {
		var g errgroup.Group
		g.SetLimit(workers)
		results := make([]int, len(ns))
		for i, n := range ns {
			g.Go(func() (err error) {
				results[i], err = Square(background, n)
				return err
			})
		}
		must(g.Wait())
		return results
	}, nothing)
}

func goBatch(ns []int) report.Contender {
	return batch("go+WaitGroup", ns, func() []int {
		results, errs := make([]int, len(ns)), make([]error, len(ns))
		var wg sync.WaitGroup
		for i, n := range ns {
			wg.Go(func() { results[i], errs[i] = Square(background, n) })
		}
		wg.Wait()
		for _, err := range errs {
			must(err)
		}
		return results
	}, nothing)
}
