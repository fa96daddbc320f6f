package pool

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
)

//go:embed threadpool.py
var threadpool string

// pythonWorks compares with Python's ThreadPoolExecutor, where there is a Python.
// It takes turns like everybody else.
func pythonWorks() []report.Work {
	python, err := exec.LookPath("python3")
	if err != nil {
		return nil
	}
	targets := []report.Target{{Figure: report.Ratio, Against: "ThreadPoolExecutor", AtMost: 1.0 / 40}}
	return []report.Work{
		{Name: "Python: submit, result", Per: 1, Targets: targets, Open: func() []report.Contender {
			f := withOffing()
			return []report.Contender{f.contender(f.latency()), inPython(python, "latency")}
		}},
		{Name: "Python: 1000 outstanding", Per: outstanding, Targets: targets, Open: func() []report.Contender {
			f := withOffing()
			return []report.Contender{f.contender(f.burst(1)), inPython(python, "burst")}
		}},
	}
}

// inPython starts the script. To send it a line and read one costs a few
// microseconds in each round.
func inPython(python, work string) report.Contender {
	child := exec.Command(python, "-c", threadpool)
	child.Stderr = os.Stderr
	commands, err := child.StdinPipe()
	must(err)
	answers, err := child.StdoutPipe()
	must(err)
	must(child.Start())
	lines := bufio.NewReader(answers)
	return report.Contender{Case: rounds.Case{
		Name: "ThreadPoolExecutor", Alien: true,
		Run: func(n int) {
			_, err := io.WriteString(commands, fmt.Sprintln(work, n))
			must(err)
			_, err = lines.ReadString('\n')
			must(err)
		},
		Close: func() {
			commands.Close()
			must(child.Wait())
		},
	}}
}
