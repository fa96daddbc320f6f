package process

import (
	"fmt"

	"github.com/offing-go/offing/bench/internal/report"
)

// scaleWork is what more workers than processors cost: the same calls, which are
// too short for more processes to be of use.
func scaleWork() report.Work {
	const size = 1000
	with := func(workers int, name string) report.Contender {
		c := offing.does("window", size, size, workers)
		c.Name = name
		return c
	}
	return report.Work{
		Name: fmt.Sprintf("burst of %d, 8 workers", size), Per: size,
		Open: func() []report.Contender {
			return []report.Contender{with(8, report.Offing), with(2, "2 workers"), with(1, "1 worker")}
		},
		Targets: []report.Target{ratio("2 workers", 1.25)},
	}
}
