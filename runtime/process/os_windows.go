package process

import (
	"os"
	"os/exec"
	"syscall"

	"github.com/offing-go/offing/runtime/internal/child"
)

// inherit hands the child's ends of the pipes down as handles. exec.Cmd knows
// nothing of ExtraFiles here.
func inherit(cmd *exec.Cmd, ends *pipeEnds, m *child.Marker) {
	files := []*os.File{ends.tasks.child, ends.results.child, ends.control.child, ends.life.child, ends.directChild}
	places := []*uintptr{&m.Tasks, &m.Results, &m.Control, &m.Lifeline, &m.Direct}
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
	for i, f := range files {
		h := syscall.Handle(f.Fd())
		syscall.SetHandleInformation(h, syscall.HANDLE_FLAG_INHERIT, syscall.HANDLE_FLAG_INHERIT)
		*places[i] = uintptr(h)
		cmd.SysProcAttr.AdditionalInheritedHandles = append(cmd.SysProcAttr.AdditionalInheritedHandles, h)
	}
}

// signalOf is empty: there are no signals.
func signalOf(*os.ProcessState) string { return "" }

// readOnce reads nothing: pipes have no deadlines here.
func readOnce(uintptr, []byte) int { return 0 }

// writeOnce writes what certainly fits into a pipe that the worker keeps
// empty, and nothing of what is longer: no write is free of blocking here.
func writeOnce(fd uintptr, b []byte) (int, error) {
	if len(b) > 1<<10 {
		return 0, nil
	}
	return syscall.Write(syscall.Handle(fd), b)
}
