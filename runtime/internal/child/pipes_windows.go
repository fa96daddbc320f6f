package child

import (
	"os"
	"syscall"
)

// openResults takes over the handle for the results, unless it or another one is none.
func openResults(m Marker) (*os.File, error) {
	for _, h := range []uintptr{m.Tasks, m.Results, m.Control, m.Lifeline, m.Direct} {
		if err := syscall.SetHandleInformation(syscall.Handle(h), syscall.HANDLE_FLAG_INHERIT, 0); err != nil {
			return nil, os.NewSyscallError("SetHandleInformation", err)
		}
	}
	return os.NewFile(m.Results, "results"), nil
}

// open takes over the other handles that the pool handed down.
func open(m Marker) (pipes, error) {
	return pipes{
		tasks:   os.NewFile(m.Tasks, "tasks"),
		control: os.NewFile(m.Control, "control"),
		direct:  os.NewFile(m.Direct, "direct"),
	}, nil
}

// killGroup ends this process. What its tasks started ends with the job object
// that the pool put it into.
func killGroup() { os.Exit(1) }
