package process_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// delegated returns a cgroup for a test, or skips it where there is none.
func delegated(t *testing.T) string {
	t.Helper()
	mounts, _ := os.ReadFile("/proc/self/mounts")
	for line := range strings.Lines(string(mounts)) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[2] == "cgroup2" {
			dir, err := os.MkdirTemp(fields[1], "offing-test")
			if err != nil {
				t.Skip(err)
			}
			t.Cleanup(func() {
				if left, _ := filepath.Glob(dir + "/offing-*"); len(left) > 0 {
					t.Errorf("groups are left: %v", left)
				}
				if err := os.Remove(dir); err != nil {
					t.Error(err)
				}
			})
			return dir
		}
	}
	t.Skip("no cgroup v2")
	return ""
}

// Of what left the process group nothing is left either.
func TestG6_CgroupReachesWhatLeftTheProcessGroup(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 20 * time.Millisecond, Cgroup: delegated(t)})
	for _, end := range []func(){
		func() { do(t, p, exit, 1) },
		func() { endSpin(t, p) },
		func() { p.Close() },
	} {
		id := must(t, p, grandchild, 1) // in a session of its own
		end()
		eventually(t, "the grandchild ends", func() bool { return !alive(id) })
	}
}

func TestCgroupIsTheWorkersOwn(t *testing.T) {
	dir := delegated(t)
	p := newPool(t, process.Config{Workers: 2, Cgroup: dir})
	submit(t.Context(), p, obey, 0)
	id := must(t, p, pid, 0)
	groups, _ := filepath.Glob(dir + "/offing-*")
	if len(groups) != 2 {
		t.Fatalf("groups of 2 workers: %v", groups)
	}
	var members [][]byte
	for _, g := range groups {
		b, err := os.ReadFile(g + "/cgroup.procs")
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, bytes.TrimSpace(b))
	}
	if own := itoa(id); string(members[0]) != own && string(members[1]) != own {
		t.Fatalf("worker %d is in none of %q", id, members)
	}
	if string(must(t, p, echo, []byte("x"))) != "x" {
		t.Fatal("wrong")
	}
}

// A pool that was killed leaves empty groups, which the next one removes.
func TestCgroupOfADeadPoolIsRemoved(t *testing.T) {
	dir := delegated(t)
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Skip(err)
	}
	left := dir + "/offing-" + itoa(dead.Process.Pid) + "-1"
	if err := os.Mkdir(left, 0o755); err != nil {
		t.Fatal(err)
	}
	newPool(t, process.Config{Cgroup: dir})
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Fatal("it is still there: ", err)
	}
}

// What a task starts counts too: no process of its tree is over the limit alone.
func TestCgroupBoundsTheTree(t *testing.T) {
	dir := delegated(t)
	if controllers, _ := os.ReadFile(dir + "/cgroup.controllers"); !strings.Contains(string(controllers), "memory") {
		t.Skip("the memory controller is not delegated here")
	}
	p := newPool(t, process.Config{Workers: 1, Cgroup: dir, Memory: 256 << 20})
	_, err := do(t, p, hogs, 4)
	if !errors.Is(err, runtime.ErrMemory) {
		t.Fatalf("got %v", err)
	}
}

// hogs has n processes use 100 MiB each.
var hogs = onInts(named("Hogs"), func(_ context.Context, n int) (int, error) {
	for range n {
		// The shell's own memory: a variable of that length.
		hog := exec.Command("sh", "-c", "x=$(head -c 50000000 /dev/zero | tr '\\0' x); sleep 1000")
		if err := hog.Start(); err != nil {
			return 0, err
		}
	}
	select {}
})

func TestCgroupMustBeOne(t *testing.T) {
	for _, dir := range []string{t.TempDir(), "/no/such/directory"} {
		if p, err := process.NewPool(process.Config{Cgroup: dir}); err == nil || !strings.Contains(err.Error(), "Cgroup: ") {
			p.Close()
			t.Errorf("%s is accepted: %v", dir, err)
		}
	}
}
