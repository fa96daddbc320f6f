package process

import (
	"maps"
	"os"
	"syscall"
	"testing"
)

// openFiles returns which descriptors are open.
func openFiles(t *testing.T) map[string]bool {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{}
	for _, e := range entries {
		if _, err := os.Stat("/proc/self/fd/" + e.Name()); err == nil { // it is not that of the directory
			open[e.Name()] = true
		}
	}
	return open
}

// However few descriptors there are, those that were opened are closed, and no others.
func TestPipesWithFewDescriptors(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) })
	all := func(e *pipeEnds) {
		e.closeChild()
		e.closeParent()
	}
	var first pipeEnds
	if err := first.open(0); err != nil { // also has the poller open what it needs
		t.Fatal(err)
	}
	first.adopt()
	all(&first)
	before := openFiles(t)
	failed, opened := 0, 0
	for few := range uint64(len(before) + 64) {
		syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: few, Max: limit.Max})
		var ends pipeEnds
		err := ends.open(0)
		if err == nil {
			opened++
			ends.adopt()
		} else {
			failed++
		}
		all(&ends)
		syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
		if after := openFiles(t); !maps.Equal(after, before) {
			t.Fatalf("with %d descriptors, where open returned %v, these are open: %v, not %v", few, err, after, before)
		}
	}
	if failed == 0 || opened == 0 {
		t.Errorf("%d failed, %d did not", failed, opened)
	}
}
