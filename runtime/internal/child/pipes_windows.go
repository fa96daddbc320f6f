package child

import (
	"os"
	"syscall"
)

// open takes over the handles that the pool handed down.
func open(m Marker) (pipes, error) {
	for _, h := range []uintptr{m.Tasks, m.Results, m.Control, m.Lifeline, m.Direct} {
		if err := syscall.SetHandleInformation(syscall.Handle(h), syscall.HANDLE_FLAG_INHERIT, 0); err != nil {
			return pipes{}, os.NewSyscallError("SetHandleInformation", err)
		}
	}
	return pipes{
		tasks:   os.NewFile(m.Tasks, "tasks"),
		results: os.NewFile(m.Results, "results"),
		control: os.NewFile(m.Control, "control"),
		direct:  os.NewFile(m.Direct, "direct"),
	}, nil
}

// killGroup ends this process. What its tasks started ends with the job object
// that the pool put it into.
func killGroup() { os.Exit(1) }
