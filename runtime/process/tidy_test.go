//go:build linux

package process_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

// sharedMemory returns how many bytes of shared memory a process has mapped and in use.
func sharedMemory(t *testing.T, pid int) int {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(status), "RssShmem:")
	if !ok {
		t.Skip("the kernel does not say")
	}
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n << 10
}

// What long calls took is given back by an idle worker, and can be taken again.
func TestSharedMemoryIsGivenBack(t *testing.T) {
	t.Parallel() // it is idle for seconds
	p := newPool(t, process.Config{Workers: 1})
	id := must(t, p, pid, 0)
	before := sharedMemory(t, id)
	take := func() {
		must(t, p, echo, make([]byte, 16<<20))
		must(t, p, echo, make([]byte, 16<<20)) // the first may have gone through the pipe
		if n := sharedMemory(t, id); n < before+(16<<20) {
			t.Fatalf("%d bytes of shared memory in use: a long call took another way", n)
		}
	}
	take()
	eventually(t, "memory is given back", func() bool { return sharedMemory(t, id) < before+(2<<20) })
	take()
	if must(t, p, pid, 0) != id {
		t.Error("the worker was replaced")
	}
}
