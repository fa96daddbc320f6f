package process

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/offing-go/offing/bench/internal/report"
)

// TestMain also sees that nothing is left of programs, scripts and sockets.
func TestMain(m *testing.M) {
	temp, err := os.MkdirTemp("", "offing-bench-test-")
	must(err)
	must(os.Setenv("TMPDIR", temp))
	code := m.Run()
	removeAll()
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		fmt.Println("left in the directory for temporary files:", left, err)
		code = 1
	}
	os.RemoveAll(temp)
	os.Exit(code)
}

// The cases check their results themselves, so to run them is to test them.
func TestEveryoneDoesTheSameWork(t *testing.T) {
	for _, w := range Group.Works(true) {
		names := map[string]bool{}
		for _, c := range w.Open() {
			names[c.Name] = true
			c.Turn(3)
			if c.Close != nil {
				c.Close()
			}
		}
		for _, target := range w.Targets {
			if target.Figure == report.Ratio && !names[target.Against] {
				t.Errorf("%s: a target against %s, who is no contender", w.Name, target.Against)
			}
		}
		if !names[report.Offing] {
			t.Errorf("%s: without offing", w.Name)
		}
	}
}

// A payload of 5 MiB, of which all is looked at the first time, is beyond what gRPC
// takes by itself.
func TestPayloadsComeBackWhole(t *testing.T) {
	for _, c := range openEchoes(5 * mib) {
		c.Turn(1)
		c.Close()
	}
}

// What is measured of a turn is what the program has used, and not this one.
func TestProgramsSayWhatTheyUse(t *testing.T) {
	for _, c := range allDo(everyone, "echo", mib) {
		c.Turn(1)
		before := c.Used()
		c.Turn(100)
		after := c.Used()
		if c.Name != rawPipe.name && after.Bytes-before.Bytes < 100*mib {
			t.Errorf("%s: %d bytes for 100 results of a MiB", c.Name, after.Bytes-before.Bytes)
		}
		if after.Processor <= before.Processor && runtime.GOOS != "windows" { // where nobody tells
			t.Errorf("%s: %v of the processors, and then %v", c.Name, before.Processor, after.Processor)
		}
		c.Close()
	}
}

// A program that knows no such job says so, and does not wait for ever to be told
// what to do.
func TestProgramsRefuseWhatTheyCannotDo(t *testing.T) {
	for _, job := range [][]any{{"map", 3}, {"echo", "much"}, {"dance"}, {"window", 1, 2, 3, 4}} {
		p := rawPipe.start(job...)
		p.in.Close()
		if p.Wait() == nil {
			t.Errorf("%v: done", job)
		}
	}
}

// What the program of one contender links besides, its starts and its garbage
// collections would be measured with.
func TestProgramsAreOfOneContenderOnly(t *testing.T) {
	paths, err := buildAll()
	if err != nil {
		t.Fatal(err)
	}
	const us = "github.com/offing-go/offing"
	for program, foreign := range map[string]bool{"offing": false, "pipe": false, "netrpc": false, "grpc": true, "goplugin": true} {
		i := indexOf(paths, program)
		built, err := buildinfo.ReadFile(paths[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range built.Deps {
			if m.Path == us && program != "offing" || m.Path != us && !foreign {
				t.Errorf("%s links %s", program, m.Path)
			}
		}
	}
}

func indexOf(paths []string, program string) int {
	for i, path := range paths {
		if strings.TrimSuffix(filepath.Base(path), ".exe") == program {
			return i
		}
	}
	panic("no program " + program)
}

// What a program imports is initialised in its workers, too. Offing's has what offing
// needs; package net would have it need a dynamic linker where there is a C compiler,
// which takes a millisecond.
func TestOffingImportsNothingBesides(t *testing.T) {
	const us = "github.com/offing-go/offing/"
	allowed := deps(t, us+"runtime/process")
	for _, path := range deps(t, contenders+offing.program) {
		if !slices.Contains(allowed, path) && !strings.HasPrefix(path, us+"bench/") {
			t.Errorf("it imports %s", path)
		}
	}
	if slices.Contains(deps(t, contenders+rawPipe.program), "net") {
		t.Error("the floor imports net")
	}
}

func deps(t *testing.T, path string) []string {
	out, err := exec.Command("go", "list", "-deps", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// The bench may be a program that somebody built and took elsewhere.
func TestProgramsThatCannotBeBuilt(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(t.TempDir())
	err := build(dir)
	if err == nil {
		t.Fatal("built")
	}
	if !strings.Contains(err.Error(), "in the directory of its go.mod") {
		t.Errorf("%v: what is one to do?", err)
	}
}
