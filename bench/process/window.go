package process

import (
	"fmt"
	"slices"

	"github.com/offing-go/offing/bench/internal/report"
)

// windowWork is calls that go on and on, of one submitter who has so many outstanding.
func windowWork(size, calls int, targets ...report.Target) report.Work {
	w := manyCalls(fmt.Sprintf("window of %d", size), size, calls)
	w.Targets, w.Turns, w.Rounds = targets, windowTurns, windowRounds
	return w
}

// burstWork is a window that is filled once: it also has what it costs to get going, and
// to come to an end.
func burstWork(size int) report.Work {
	return manyCalls(fmt.Sprintf("burst of %d", size), size, size)
}

func manyCalls(name string, size, calls int) report.Work {
	return report.Work{
		Name: name, Per: calls,
		Open: func() []report.Contender {
			all := append([]goContender{offing}, sockets...)
			return append(allDo(all, "window", size, calls), inPython(procs(), allPython, "window", size, calls)...)
		},
	}
}

// windowTurns is how many turns one is as long as where calls go on and on: processes that
// have just been woken share a processor for some milliseconds, until the kernel has moved
// one of them, and in a short turn there is little else. The bursts show that.
const windowTurns = 10

// windowRounds bounds how many rounds there are, as ten thousand calls take the slowest of
// all two seconds.
const windowRounds = 15

// manyTargets are those of a thousand calls outstanding.
func manyTargets() []report.Target {
	return slices.Concat([]report.Target{
		ratio("net/rpc", 1.0/20),
		ratio("gRPC", 1.0/100),
	}, ifPython(ratio(executor, 1.0/250)))
}
