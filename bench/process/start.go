package process

import (
	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
)

// startWorks is what the first result takes when there is no process yet, and
// what it takes until there is none again: peers differ in how they end. A program
// that is small, as those of users are, says what a start costs; this one, which
// all peers' servers are, says how they compare.
func startWorks() []report.Work {
	targets := ifPython(ratio(executor+", fork", 1.0/2), ratio(executor+", spawn", 1.0/15))
	return []report.Work{
		{Name: "start to first result", Per: 1, Targets: targets, Open: func() []report.Contender {
			return openStarts("start")
		}},
		{Name: "start, first result, close", Per: 1, Targets: targets, Open: func() []report.Contender {
			return openStarts("start-close")
		}},
		{Name: "the bench itself, start to first result", Per: 1, Open: func() []report.Contender {
			return everyoneIn(opened)
		}},
		{Name: "the bench itself, start, first result, close", Per: 1, Open: func() []report.Contender {
			return everyoneIn(openedAndClosed)
		}},
	}
}

// openStarts has programs that run already start a pool of one worker, so that it
// is the pool's start that counts.
func openStarts(command string) []report.Contender {
	s := openStarter()
	c := s.contender(report.Offing, command)
	c.Close = s.end
	all := []report.Contender{c}
	for _, method := range []string{"fork", "spawn"} {
		for _, c := range inPython(1, []string{executor}, command, method) {
			c.Name += ", " + method
			all = append(all, c)
		}
	}
	return all
}

func everyoneIn(start func(kind) report.Contender) (all []report.Contender) {
	for _, k := range everyone {
		all = append(all, start(k))
	}
	return all
}

func openAndCall(k kind) peer {
	p := k.open()
	v, err := p.square(7)
	check(7, v, err)
	return p
}

// opened closes when the turn is over.
func opened(k kind) report.Contender {
	var open []peer
	return report.Contender{Case: rounds.Case{
		Name: k.name,
		Run: func(n int) {
			for range n {
				open = append(open, openAndCall(k))
			}
		},
		After: func() {
			for _, p := range open {
				p.close()
			}
			open = nil
		},
	}}
}

func openedAndClosed(k kind) report.Contender {
	return repeated(k.name, func() { openAndCall(k).close() }, nil)
}
