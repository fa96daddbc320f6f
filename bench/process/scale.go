package process

import "github.com/offing-go/offing/bench/internal/report"

// scaleWork is what more workers than processors cost: the same calls, which are
// too short for more processes to be of use.
func scaleWork() report.Work {
	burst := window{1000, 1000}
	return report.Work{
		Name: "burst of 1000, 8 workers", Per: burst.calls,
		Open: func() []report.Contender {
			return []report.Contender{
				offingWindow(report.Offing, 8, burst), offingWindow("2 workers", 2, burst), offingWindow("1 worker", 1, burst),
			}
		},
		Targets: []report.Target{ratio("2 workers", 1.25)},
	}
}
