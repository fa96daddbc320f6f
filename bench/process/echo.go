package process

import (
	"fmt"
	"slices"

	"github.com/offing-go/offing/bench/internal/report"
)

const (
	kib = 1 << 10
	mib = 1 << 20
)

// memoryTurns is how many turns one is as long as where each time takes much memory that
// is new. In a short turn there are five echoes of 1 MiB and no garbage collection: their
// memory was given back to the system in the turns of the others, and to touch each page
// of it for the first time took more than half of offing's time. That is what starting again
// costs; what goes on for longer has collections in it, in both processes, and memory
// that was in use before.
const memoryTurns = 10

// echoWorks is payloads of all sizes, there and back.
func echoWorks(quick bool) []report.Work {
	small, medium := echoWork(64*kib, againstSockets(1.0/5)...), echoWork(mib, againstSockets(1.0/3)...)
	if quick {
		return []report.Work{small, medium}
	}
	huge := echoWork(64*mib, slices.Concat(againstSockets(1.0/3), ifPython(ratio(executor, 1.0/8)))...)
	return []report.Work{
		echoWork(kib), echoWork(4 * kib), small, echoWork(256 * kib), medium, echoWork(8 * mib), huge,
	}
}

// againstSockets is a target against each, so against the best of them.
func againstSockets(atMost float64) (targets []report.Target) {
	for _, k := range sockets {
		targets = append(targets, ratio(k.name, atMost))
	}
	return targets
}

// echoWork has fewer rounds where one takes seconds, and long turns where payloads are
// what it takes: see memoryTurns.
func echoWork(size int, targets ...report.Target) report.Work {
	w := report.Work{Name: "echo of " + byteSize(size), Per: 1, Targets: targets, Open: func() []report.Contender {
		return openEchoes(size)
	}}
	if size >= 64*kib {
		w.Turns = memoryTurns
	}
	switch {
	case size > 8*mib:
		w.Rounds = 9
	case size > mib:
		w.Rounds = 15
	}
	return w
}

func openEchoes(size int) []report.Contender {
	return append(allDo(everyone, "echo", size), inPython(1, allPython, "echo", size)...)
}

func byteSize(n int) string {
	if n < mib {
		return fmt.Sprintf("%d KiB", n/kib)
	}
	return fmt.Sprintf("%d MiB", n/mib)
}
