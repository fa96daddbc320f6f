package generator

import (
	"fmt"
	"slices"
	"time"

	"github.com/offing-go/offing/bench/internal/report"
)

// facts are how much longer than half again the time of a hello world a run takes that
// has nothing to do: there is a target for that, and it is no ratio.
func facts(quick bool) (list []report.Fact) {
	rounds, sizes := 41, sizes
	if quick {
		rounds, sizes = 3, sizes[:1]
	}
	for _, n := range sizes {
		ours, least := unchanged(n), greeting()
		var beyond []float64
		for range rounds {
			beyond = append(beyond, (clock(ours)-1.5*clock(least))*1e6)
		}
		ours.Close()
		slices.Sort(beyond)
		list = append(list, report.Fact{
			Work: fmt.Sprintf("none of %d edited, beyond 1.5 times hello world", n), Contender: report.Offing,
			Value: beyond[len(beyond)/2], Unit: "µs", Bound: true, AtMost: 3000,
		})
	}
	return list
}

// clock returns how many seconds one run takes.
func clock(c report.Contender) float64 {
	began := time.Now()
	c.Run(1)
	return time.Since(began).Seconds()
}
