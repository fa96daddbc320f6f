package executortest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A census is what is alive: goroutines, file descriptors, child processes, each
// by a name that tells it from its successors.
type census map[string]string

// watchLeaks fails the test if at its end there is something alive that was not
// there at the beginning.
func watchLeaks(t *testing.T) {
	before := takeCensus()
	t.Cleanup(func() { wantCensus(t, before) })
}

// wantCensus checks that nothing is alive but what was there before.
func wantCensus(t *testing.T, before census) {
	t.Helper()
	limit := time.Now().Add(hardLimit)
	for {
		left := takeCensus().without(before)
		if len(left) == 0 {
			return
		}
		if time.Now().After(limit) {
			t.Errorf("left behind:\n%s", strings.Join(left, "\n"))
			return
		}
		time.Sleep(pollEvery)
	}
}

func takeCensus() census {
	c := census{}
	c.addGoroutines()
	c.addDescriptors()
	for pid, what := range childProcesses() {
		c["process "+strconv.Itoa(pid)] = what
	}
	return c
}

// without lists what is not in before.
func (c census) without(before census) (left []string) {
	for name, what := range c {
		if _, ok := before[name]; !ok {
			left = append(left, name+": "+what)
		}
	}
	slices.Sort(left)
	return left
}

// addGoroutines adds all goroutines but this one and those that come and go
// with the process.
func (c census) addGoroutines() {
	stacks := make([]byte, 1<<16)
	for {
		n := goruntime.Stack(stacks, true)
		if n < len(stacks) {
			stacks = stacks[:n]
			break
		}
		stacks = make([]byte, 2*len(stacks))
	}
	for i, stack := range bytes.Split(stacks, []byte("\n\n")) {
		name, what, _ := strings.Cut(string(stack), " [")
		if i > 0 && !strings.Contains(what, "os/signal.loop") {
			c[name] = "[" + what
		}
	}
}

// addDescriptors adds the file descriptors, where the system shows them. Those
// of the poller of the Go runtime come once and stay.
func (c census) addDescriptors() {
	const dir = "/proc/self/fd"
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		target, err := os.Readlink(filepath.Join(dir, e.Name()))
		if err != nil || strings.HasSuffix(target, "/fd") || strings.Contains(target, "[event") {
			continue // closed meanwhile: the one that reads the directory
		}
		c["descriptor "+e.Name()+" "+target] = "open"
	}
}

// childProcesses returns the children of this process, dead ones that nobody
// waited for included, each with its state; none where the system does not
// show them.
func childProcesses() map[int]string {
	found := map[int]string{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return found
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if s, ok := statusOf(pid); ok && s.parent == os.Getpid() {
			found[pid] = fmt.Sprintf("%s, state %s", s.command, s.state)
		}
	}
	return found
}

// A status is what Linux tells about a process.
type status struct {
	command, state string
	parent         int
}

func statusOf(pid int) (s status, ok bool) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return s, false
	}
	open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return s, false
	}
	s.command = string(text[open+1 : end])
	fields := strings.Fields(string(text[end+1:]))
	if len(fields) < 2 {
		return s, false
	}
	s.state = fields[0]
	s.parent, err = strconv.Atoi(fields[1])
	return s, err == nil
}

// gone reports whether a process is dead, waited for or not.
func gone(pid int) bool {
	s, ok := statusOf(pid)
	return !ok || s.state == "Z" || s.state == "X"
}
