package process

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/runtime/process"
)

func TestMain(m *testing.M) {
	process.Main()
	Serve()
	os.Exit(m.Run())
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

// The works look at a few bytes of a payload only. One of 5 MiB is beyond what
// gRPC takes by itself.
func TestPayloadsComeBackWhole(t *testing.T) {
	payload := make([]byte, 5*mib)
	for i := range payload {
		payload[i] = byte(i * i >> 8)
	}
	pipe := kind{"raw pipe", func() peer { return openPipeEchoes(len(payload)) }}
	for _, k := range append([]kind{offing, pipe}, sockets...) {
		p := k.open()
		got, err := p.echo(payload)
		if err != nil || !bytes.Equal(got, payload) {
			t.Errorf("%s: %d bytes, %v", k.name, len(got), err)
		}
		p.close()
	}
}

// Whoever is closed has no process left, or the works after it would be measured
// beside it.
func TestClosedPeersAreGone(t *testing.T) {
	for _, k := range everyone {
		p := openAndCall(k)
		pid := p.pid()
		p.close()
		if alive(pid) {
			t.Errorf("%s: process %d is still there", k.name, pid)
		}
	}
}

// A start is that of the program which starts again, so whatever else the starter
// links would be measured with it.
func TestStarterIsOffingOnly(t *testing.T) {
	s := openStarter()
	defer s.end()
	built, err := buildinfo.ReadFile(s.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range built.Deps {
		if m.Path != "github.com/offing-go/offing" {
			t.Errorf("it links %s", m.Path)
		}
	}
}

func TestEndedStarterLeavesNoFile(t *testing.T) {
	s := openStarter()
	s.ask(2, "start")
	s.end()
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s: %v", s.dir, err)
	}
}

// The bench may be a program that somebody built and took elsewhere.
func TestStarterThatCannotBeBuilt(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Chdir(t.TempDir())
	dir, err := buildStarter()
	if err == nil {
		t.Fatalf("built in %s", dir)
	}
	if !strings.Contains(err.Error(), "in the directory of its go.mod") {
		t.Errorf("%v: what is one to do?", err)
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "offing-bench-*")); left != nil {
		t.Errorf("left: %v", left)
	}
}
