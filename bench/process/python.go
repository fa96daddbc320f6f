package process

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
)

//go:embed processpool.py
var processpool string

// Python's contenders.
const (
	executor        = "ProcessPoolExecutor"
	multiprocessing = "multiprocessing.Pool"
)

var allPython = []string{executor, multiprocessing}

// interpreter is empty if there is none.
var interpreter, _ = exec.LookPath("python3")

// ifPython leaves out targets that nobody is there for.
func ifPython(targets ...report.Target) []report.Target {
	if interpreter == "" {
		return nil
	}
	return targets
}

// startPython starts the script, with one kind of pool, from a file: with the
// start method "spawn" Python imports it again in each worker. The script removes
// it.
func startPython(pool string, workers int) *program {
	script, err := os.CreateTemp("", "offing-bench-*.py")
	must(err)
	_, err = script.WriteString(processpool)
	must(err)
	must(script.Close())
	return startProgram(interpreter, script.Name(), pool, fmt.Sprint(workers))
}

// inPython returns contenders, one for each of the pools, that do what the command
// says; none where there is no Python. What a turn leaves open is closed when it is
// over.
func inPython(workers int, pools []string, command ...any) (all []report.Contender) {
	if interpreter == "" {
		return nil
	}
	for _, pool := range pools {
		p := startPython(pool, workers)
		all = append(all, report.Contender{Case: rounds.Case{
			Name: pool, Alien: true,
			Run:   func(n int) { p.ask(append([]any{n}, command...)...) },
			After: func() { p.ask(1, "close") },
			Close: p.end,
		}})
	}
	return all
}
