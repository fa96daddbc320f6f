package process

import (
	"fmt"
	"os"
	"syscall"

	"github.com/offing-go/offing/runtime/internal/child"
)

// A lifeline has the kernel kill a worker's process group when this process ends, however it
// does: who reads a pipe whose writer goes away is sent a signal if he has asked for that
// (O_ASYNC), and said for which (F_SETSIG) and whom it is for (F_SETOWN). Nothing has to run
// anywhere for it.
//
//	this process    write end       nothing is ever written
//	                low, high       readers, armed
//	the worker      read end        the file that low is, too
//
// It is armed from here, as soon as there is a process: the worker may come to hang while
// packages are initialised, or be a wrapper that never runs the program. And it is kept open
// here, as what a task has started has none of our descriptors: when this process and the
// worker are killed at one go, as pkill does, the worker's may be closed first.
//
// It takes two files, one with a lower number than the write end and one with a higher: a
// process that ends closes the lower numbers first, but may be done with them in the opposite
// order, and a reader that is gone before the writer hears nothing. Measured, a single file
// left something behind in 2 to 11 of 16 times.
//
// The worker's owner must close it before the write end, and once nothing of the group is
// left: its number may be another's then.
type lifeline struct {
	low  *os.File
	high int // 0 if there is none
}

// armLifeline arms the lifeline of worker pid, and takes over read, the reading end whose file
// is the worker's as well; write is the number of the other one. If the kernel refuses
// something the worker sees to it itself, as far as it can.
func armLifeline(read *os.File, write, pid int) (l lifeline) {
	l.low = read
	child.ArmLifeline(int(read.Fd()), pid)
	if reader, ok := reopen(int(read.Fd()), pid); ok {
		high, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(reader), syscall.F_DUPFD_CLOEXEC, uintptr(write+1))
		if errno == 0 {
			l.high = int(high)
		}
		syscall.Close(reader)
	}
	return l
}

// close disarms what is this process's of it.
func (l *lifeline) close() {
	l.low.Close()
	if l.high > 0 {
		syscall.Close(l.high)
	}
}

// reopen opens the pipe of fd once more, armed.
func reopen(fd, pid int) (reader int, ok bool) {
	reader, err := syscall.Open(fmt.Sprintf("/proc/self/fd/%d", fd), syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return 0, false
	}
	child.ArmLifeline(reader, pid)
	return reader, true
}
