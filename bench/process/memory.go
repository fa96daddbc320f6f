package process

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/offing-go/offing/bench/internal/report"
)

// idleMemory is what a worker takes that has done one call.
func idleMemory(bool) (all []report.Fact) {
	for _, c := range everyone {
		p := c.start("call")
		p.ask("run", 1)
		all = append(all, memoryOfWorker(c.name, p, "pid")...)
	}
	if interpreter == "" {
		return all
	}
	for _, pool := range allPython {
		all = append(all, memoryOfWorker(pool, startPython(pool, 1), 1, "pid")...)
	}
	return all
}

// memoryOfWorker asks the program for its worker, and ends both.
func memoryOfWorker(name string, p *program, command ...any) []report.Fact {
	defer p.end()
	pid, err := strconv.Atoi(p.ask(command...))
	must(err)
	return memoryOf(name, pid)
}

// memoryOf has two figures: pages that the process has, and those that nobody
// shares with it. It has none where the system does not tell.
func memoryOf(name string, pid int) []report.Fact {
	time.Sleep(100 * time.Millisecond) // until what the call started has ended
	f, err := os.Open(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return nil
	}
	defer f.Close()
	var resident, private float64
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch fields[0] {
		case "Rss:":
			resident = kilobytes(fields[1])
		case "Private_Clean:", "Private_Dirty:":
			private += kilobytes(fields[1])
		}
	}
	return []report.Fact{
		{Work: "idle worker, resident and private memory", Contender: name, Value: resident, Unit: "B"},
		{Work: "idle worker, resident and private memory", Contender: name, Value: private, Unit: "B private"},
	}
}

func kilobytes(digits string) float64 {
	n, err := strconv.Atoi(digits)
	must(err)
	return float64(n) * kib
}
