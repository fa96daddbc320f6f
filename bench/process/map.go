package process

import (
	"fmt"
	"runtime"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/process/work"
)

// procs is the default size of offing's pool; Python's are made as large.
func procs() int { return runtime.GOMAXPROCS(0) }

// mapWork is a trivial function for each of many items. How many are sent at once,
// offing finds out; Python is told what suits it.
func mapWork(items int) report.Work {
	return report.Work{
		Name: fmt.Sprintf("map of %dk", items/1000), Per: items, Turns: memoryTurns, // of results 0.8 MB
		Open: func() []report.Contender {
			return append([]report.Contender{mapped(items)}, inPython(procs(), allPython, "map", items)...)
		},
		Targets: ifPython(ratio(executor, 1.0/40), ratio(multiprocessing, 1.0/20)),
	}
}

func mapped(items int) report.Contender {
	p, ns := newPool(0), make([]int, items)
	for i := range ns {
		ns[i] = i
	}
	return repeated(report.Offing, func() {
		squares, err := work.MapSquare(background, p, ns)
		must(err)
		for i, v := range squares {
			check(i, v, nil)
		}
	}, func() { p.Close() })
}
