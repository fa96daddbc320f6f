package process

import "github.com/offing-go/offing/bench/internal/report"

// scaleWork is what more workers than processors cost: the same calls, which are
// too short for more processes to be of use.
func scaleWork() report.Work {
	const size = 1000
	return report.Work{
		Name: "1000 outstanding, 8 workers", Per: size,
		Open: func() []report.Contender {
			return []report.Contender{
				offingWindow(report.Offing, 8, size), offingWindow("2 workers", 2, size), offingWindow("1 worker", 1, size),
			}
		},
		Targets: []report.Target{ratio("2 workers", 1.25)},
	}
}
