package pool

import (
	"testing"

	"github.com/offing-go/offing/bench/internal/report"
)

// The cases check their results themselves, so to run them is to test them.
func TestEveryoneDoesTheSameWork(t *testing.T) {
	for _, w := range Group.Works(true) {
		names := map[string]bool{}
		for _, c := range w.Open() {
			names[c.Name] = true
			c.Run(3)
			if c.Close != nil {
				c.Close()
			}
		}
		for _, target := range w.Targets {
			if target.Figure == report.Ratio && !names[target.Against] {
				t.Errorf("%s: a target against %s, who is no contender", w.Name, target.Against)
			}
		}
		if !names[report.Offing] {
			t.Errorf("%s: without offing", w.Name)
		}
	}
}

func TestStreamByHandCanBeBrokenOff(t *testing.T) {
	next := 0
	for v, err := range streamByHand(func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	}) {
		check(next, v, err)
		if next++; next == 5000 {
			break
		}
	}
}
