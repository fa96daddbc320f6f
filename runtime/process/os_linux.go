package process

import (
	"os"
	"syscall"
)

// self is the program that runs, even if its file was replaced or removed.
func self() (string, error) { return "/proc/self/exe", nil }

const (
	fSetPipeSize = 1031 // F_SETPIPE_SZ, which package syscall lacks
	pipeSize     = 1 << 20
)

// widen gives a pipe more room, as far as the system allows: long frames then
// take fewer switches between the processes.
func widen(f *os.File) {
	if raw, err := f.SyscallConn(); err == nil {
		raw.Control(setPipeSize)
	}
}

func setPipeSize(fd uintptr) { syscall.Syscall(syscall.SYS_FCNTL, fd, fSetPipeSize, pipeSize) }
