//go:build unix

package process

import (
	"strconv"
	"syscall"
	"testing"
)

// alive reports whether there is such a process, be it a zombie.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// Whoever is closed has no process left, or the works after it would be measured
// beside it.
func TestClosedPeersAreGone(t *testing.T) {
	for _, c := range everyone {
		p := c.start("start")
		p.ask("run", 1)
		worker, err := strconv.Atoi(p.ask("pid"))
		if err != nil {
			t.Fatal(err)
		}
		if !alive(worker) {
			t.Errorf("%s: no process %d while it should run", c.name, worker)
		}
		p.ask("after")
		if alive(worker) {
			t.Errorf("%s: process %d is still there", c.name, worker)
		}
		p.end()
	}
}
