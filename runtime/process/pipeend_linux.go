package process

import (
	"os"
	"syscall"
)

// An earlyEnd is the descriptor of an end of a pipe that the poller does not have yet. The
// zero earlyEnd is none.
type earlyEnd struct {
	fd   int
	open bool
}

func (e *earlyEnd) close() {
	if e.open {
		syscall.Close(e.fd)
		*e = earlyEnd{}
	}
}

// number is that of the descriptor.
func (e *earlyEnd) number() int { return e.fd }

// open opens the pipe, of which ours is the end that reads or writes.
func (e *pipeEnd) open(ours int) (err error) {
	e.early.fd, e.child, err = halfPipe(ours)
	e.early.open = err == nil
	return err
}

// adopt makes the early end a file.
func (e *pipeEnd) adopt() {
	e.parent = os.NewFile(uintptr(e.early.fd), "pipe") // never nil: the descriptor is one
	e.early = earlyEnd{}
}

// halfPipe opens a pipe. Our end does not block, and the child's does, as that of a process
// that may be anything's must. os.Pipe has the poller watch both ends first, and os/exec
// then has the child's block again: 9 system calls a pipe, where 3 will do, and 2 more
// for what is adopted. F_SETFL does not look at how a file was opened, and nothing else was
// asked of this one.
func halfPipe(ours int) (fd int, child *os.File, err error) {
	var fds [2]int
	if err := syscall.Pipe2(fds[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
		return 0, nil, os.NewSyscallError("pipe2", err)
	}
	theirs := uintptr(fds[1-ours])
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, theirs, syscall.F_SETFL, 0); errno != 0 {
		syscall.Close(fds[0])
		syscall.Close(fds[1])
		return 0, nil, os.NewSyscallError("fcntl", errno)
	}
	return fds[ours], os.NewFile(theirs, "pipe"), nil
}
