//go:build unix

package process

import (
	"os"
	"syscall"
)

// A group is a worker process and what it started.
type group struct{ leader int }

// newGroup returns the group that p, just started, leads.
func newGroup(p *os.Process) group { return group{p.Pid} }

// kill kills all of it, and the leader even if a task made it leave the group. It
// must not have been reaped: its number may be another's from then on.
func (g group) kill() {
	syscall.Kill(-g.leader, syscall.SIGKILL)
	syscall.Kill(g.leader, syscall.SIGKILL)
}

// close lets go of what the group holds, which is nothing.
func (g group) close() {}
