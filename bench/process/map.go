package process

import (
	"fmt"
	"runtime"

	"github.com/offing-go/offing/bench/internal/report"
)

// procs is the default size of offing's pool; Python's are made as large.
func procs() int { return runtime.GOMAXPROCS(0) }

// mapWork is a trivial function for each of many items. How many are sent at once,
// offing finds out; Python is told what suits it.
func mapWork(items int) report.Work {
	return report.Work{
		Name: fmt.Sprintf("map of %dk", items/1000), Per: items, Turns: memoryTurns, // of results 0.8 MB
		Open: func() []report.Contender {
			return append(allDo([]goContender{offing}, "map", items), inPython(procs(), allPython, "map", items)...)
		},
		Targets: ifPython(ratio(executor, 1.0/40), ratio(multiprocessing, 1.0/20)),
	}
}
