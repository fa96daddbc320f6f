//go:build unix

package process

import (
	"os"
	"syscall"
	"time"
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

// close reaps what is left of the group, which was killed and whose leader is reaped. That
// is nothing, as a rule: orphans are the children of the system's first process. But they
// are ours where this is that one, as in a container without an init, or a subreaper. Those
// that are not dead yet are, in a moment; the number is the group's until they are reaped.
func (g group) close() {
	pause, left := 50*time.Microsecond, groupGrace
	for {
		switch pid, err := syscall.Wait4(-g.leader, nil, syscall.WNOHANG, nil); {
		case err != nil && err != syscall.EINTR: // there is none
			return
		case err == nil && pid == 0 && left <= 0:
			return
		case err == nil && pid == 0:
			time.Sleep(pause)
			left -= pause
			pause = min(2*pause, 5*time.Millisecond)
		}
	}
}

// groupGrace is how long orphans that were killed may take to be dead. Only what hangs in
// the kernel takes longer than a moment.
const groupGrace = 200 * time.Millisecond
