//go:build unix

package process

import (
	"os"
	"os/exec"
	"syscall"

	"github.com/offing-go/offing/runtime/internal/child"
)

// inherit hands the child's ends of the pipes down, and makes the process the
// leader of a group of its own: Ctrl-C reaches this process alone, and one
// kill reaches all that the worker started.
func inherit(cmd *exec.Cmd, ends *pipeEnds, m *child.Marker) {
	cmd.ExtraFiles = []*os.File{ends.tasks.child, ends.results.child, ends.control.child, ends.life.child, ends.directChild}
	m.Tasks, m.Results, m.Control, m.Lifeline, m.Direct = 3, 4, 5, 6, 7
	if f := ends.board.File(); f != nil {
		cmd.ExtraFiles = append(cmd.ExtraFiles, f)
		m.Board = 8
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// signalOf names the signal that ended a process, or is empty.
func signalOf(s *os.ProcessState) string {
	if status, ok := s.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal().String()
	}
	return ""
}

// readOnce reads what is there on a non-blocking descriptor.
func readOnce(fd uintptr, b []byte) int {
	for {
		n, err := syscall.Read(int(fd), b)
		if err != syscall.EINTR {
			return max(n, 0)
		}
	}
}

// writeOnce writes what a non-blocking descriptor takes.
func writeOnce(fd uintptr, b []byte) (int, error) {
	for {
		n, err := syscall.Write(int(fd), b)
		switch err {
		case nil:
			return n, nil
		case syscall.EINTR:
		case syscall.EAGAIN:
			return 0, nil
		default:
			return 0, err
		}
	}
}
