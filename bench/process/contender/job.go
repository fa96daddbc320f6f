package contender

import (
	"fmt"
	"strconv"

	"github.com/offing-go/offing/bench/internal/rounds"
)

// A Job is a case, and the worker that it has once it has run.
type Job struct {
	rounds.Case
	PID func() int // nil where there is more than one
}

// Repeated is a job that does the same thing each time.
func Repeated(do, end func()) Job {
	var j Job
	j.Close = end
	j.Run = func(n int) {
		for range n {
			do()
		}
	}
	return j
}

// job opens what the bench asks for.
func (k Kind) job(name string, args []string) (Job, error) {
	var n [3]int
	if len(args) > len(n) {
		return Job{}, fmt.Errorf("%s: too many arguments: %q", name, args)
	}
	for i, arg := range args {
		var err error
		if n[i], err = strconv.Atoi(arg); err != nil {
			return Job{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	switch name {
	case "call":
		return called(k.Open(0)), nil
	case "echo":
		return echoed(k.Open(n[0]), n[0]), nil
	case "window":
		w := Window{Size: n[0], Calls: n[1], Workers: n[2]}
		if k.Window == nil {
			return crowd(k.Open(0), w), nil
		}
		return k.Window(w), nil
	case "map":
		if k.Map != nil {
			return k.Map(n[0]), nil
		}
	case "start":
		return k.opened(), nil
	case "start-close":
		return k.openedAndClosed(), nil
	}
	return Job{}, fmt.Errorf("it has no %s", name)
}
