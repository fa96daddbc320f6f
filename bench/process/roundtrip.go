package process

import (
	"slices"

	"github.com/offing-go/offing/bench/internal/report"
)

// roundTripWork is one call at a time, where nothing can be shared between calls:
// each pays for waking the other process up, and for being woken.
func roundTripWork() report.Work {
	return report.Work{
		Name: "round trip", Per: 1,
		Open: func() []report.Contender {
			return append(allDo(everyone, "call"), inPython(1, allPython, "call")...)
		},
		Targets: slices.Concat([]report.Target{
			{Figure: report.Allocs, AtMost: 1},
			ratio("raw pipe", 2),
			ratio("gRPC", 1.0/9),
		}, ifPython(ratio(executor, 1.0/20))),
	}
}

func ratio(against string, atMost float64) report.Target {
	return report.Target{Figure: report.Ratio, Against: against, AtMost: atMost}
}
