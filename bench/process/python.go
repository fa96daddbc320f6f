package process

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

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

// A python is an interpreter that does on command what the Go contenders do, with
// one kind of pool.
type python struct {
	child *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
}

// startPython starts the script from a file: with the start method "spawn" Python
// imports it again in each worker. The script removes it.
func startPython(pool string, workers int) *python {
	script, err := os.CreateTemp("", "offing-bench-*.py")
	must(err)
	_, err = script.WriteString(processpool)
	must(err)
	must(script.Close())
	p := &python{child: exec.Command(interpreter, script.Name(), pool, fmt.Sprint(workers))}
	p.child.Stderr = os.Stderr
	p.in, err = p.child.StdinPipe()
	must(err)
	out, err := p.child.StdoutPipe()
	must(err)
	p.out = bufio.NewReader(out)
	must(p.child.Start())
	return p
}

// ask sends a command and returns the answer. That costs a few microseconds, once
// in each round.
func (p *python) ask(words ...any) string {
	_, err := fmt.Fprintln(p.in, words...)
	must(err)
	answer, err := p.out.ReadString('\n')
	must(err)
	return strings.TrimSpace(answer)
}

// end lets the script end its pool, and itself.
func (p *python) end() {
	p.in.Close()
	must(p.child.Wait())
}

// inPython returns contenders, one for each of the pools, that do what the command
// says; none where there is no Python.
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
