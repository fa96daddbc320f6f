package child

import "syscall"

// volunteer makes this process the first that the kernel ends when the machine
// has no memory left: the pool starts another one, while without its own
// process everything would be lost. What tasks start inherits it.
func volunteer() {
	fd, err := syscall.Open("/proc/self/oom_score_adj", syscall.O_WRONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	_, _ = syscall.Write(fd, []byte("1000"))
	_ = syscall.Close(fd)
}
