package pool

import (
	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
)

// callWork is a call that nobody else competes with: a limit on how much runs at
// once, and otherwise as near to a function call as it gets.
func callWork() report.Work {
	return report.Work{
		Name: "call, slot free", Per: 1, Open: openCalls,
		Targets: []report.Target{{Figure: report.Ns, AtMost: 60}, {Figure: report.Allocs, AtMost: 0}},
	}
}

func openCalls() []report.Contender {
	p, slots, goroutines := newPool(workers), make(chan struct{}, workers), goChan()
	return []report.Contender{
		called("offing", func(n int) (int, error) { return CallSquare(background, p, n) }, func() { p.Close() }),
		called("semaphore", func(n int) (int, error) {
			slots <- struct{}{}
			defer func() { <-slots }()
			return Square(background, n)
		}, nothing),
		called("direct", func(n int) (int, error) { return Square(background, n) }, nothing),
		goroutines.contender(goroutines.latency()),
	}
}

func called(name string, call func(n int) (int, error), end func()) report.Contender {
	return report.Contender{Case: rounds.Case{Name: name, Close: end, Run: func(n int) {
		for i := range n {
			v, err := call(i)
			check(i, v, err)
		}
	}}}
}
