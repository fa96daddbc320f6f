package process

import "github.com/offing-go/offing/bench/internal/report"

// startWorks is what the first result takes when there is no process yet, and
// what it takes until there is none again: peers differ in how they end. All have
// programs that run already start something, so that it is this start that counts,
// and not that of the program.
func startWorks() []report.Work {
	targets := ifPython(ratio(executor+", fork", 1.0/2), ratio(executor+", spawn", 1.0/15))
	work := func(name, job string) report.Work {
		return report.Work{Name: name, Per: 1, Targets: targets, Open: func() []report.Contender { return openStarts(job) }}
	}
	return []report.Work{work("start to first result", "start"), work("start, first result, close", "start-close")}
}

func openStarts(job string) []report.Contender {
	all := allDo(everyone, job)
	for _, method := range []string{"fork", "spawn"} {
		for _, c := range inPython(1, []string{executor}, job, method) {
			c.Name += ", " + method
			all = append(all, c)
		}
	}
	return all
}
