package child

import "syscall"

// fSetsig is F_SETSIG, which package syscall lacks.
const fSetsig = 10

// ArmLifeline asks the kernel to kill a process group when the other end of the pipe that fd
// reads goes away. The pool's process holds the only one, so its death, by whatever means, is
// enough, and no code of the group has to run: it works while a task spins, while the process
// is stopped, and while the Go runtime is wedged. A kernel that refuses leaves us with the end
// of the control pipe. It does nothing for a group without a number here, as that of who is
// in a process namespace of its own: for 0 the kernel would disarm what others have armed.
func ArmLifeline(fd, group int) {
	flags, errno := fcntl(fd, syscall.F_GETFL, 0)
	if errno != 0 || group <= 0 {
		return
	}
	if _, errno := fcntl(fd, syscall.F_SETOWN, -group); errno != 0 {
		return
	}
	if _, errno := fcntl(fd, fSetsig, int(syscall.SIGKILL)); errno != 0 {
		return
	}
	_, _ = fcntl(fd, syscall.F_SETFL, flags|syscall.O_ASYNC)
}

func fcntl(fd, cmd, arg int) (int, syscall.Errno) {
	r, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), uintptr(cmd), uintptr(arg))
	return int(r), errno
}

// What package syscall lacks of close_range(2). The number is the same on all
// architectures.
const (
	sysCloseRange     = 436
	closeRangeCloexec = 4
)

// closeRangeOnExec marks first and all descriptors above. It reports false on
// kernels before 5.11.
func closeRangeOnExec(first uintptr) bool {
	_, _, errno := syscall.Syscall(sysCloseRange, first, 1<<31-1, closeRangeCloexec)
	return errno == 0
}
