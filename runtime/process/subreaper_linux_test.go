package process_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

func init() { parents["subreaper"] = parentThatAdopts }

// family starts a process that has two others of its own, and waits for them.
var family = onInts(named("Family"), func(_ context.Context, n int) (int, error) {
	return n, exec.Command("/bin/sh", "-c", "sleep 1000 & sleep 1000 & wait").Start()
})

const prSetChildSubreaper = 36

// parentThatAdopts is the parent of all orphans of its workers, and prints which children
// it has left when these have died.
func parentThatAdopts() {
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); errno != 0 {
		fmt.Println(errno)
	}
	var log records
	for range 10 {
		p := poolOf(process.Config{MaxTasks: 4}, &log)
		for range 3 {
			resultOf(p, family, 0)
		}
		resultOf(p, exit, 3)
		resultOf(p, family, 0)
		p.Close()
		for _, stat := range ownChildren() {
			fmt.Println("left:", stat)
		}
	}
	os.Exit(0)
}

// ownChildren returns what /proc says of each child of this process.
func ownChildren() (stats []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		stat, _ := os.ReadFile(file)
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == itoa(os.Getpid()) {
			stats = append(stats, string(stat))
		}
	}
	return stats
}

// Where the orphans of workers are children of this program, as in a container without an
// init, they are reaped with their worker.
func TestG6_OrphansAreReaped(t *testing.T) { runParent(t, "subreaper") }
