package process

import (
	"os"
	"syscall"
	"unsafe"
)

// A deathwatch tells the owner of a worker that its process is dead. Mostly the
// end of the results says so before, but that does not come while something else
// has the pipe: a process that C code forked without exec, or one that an init
// function started before Main could mark the descriptors.
//
// It waits on a descriptor of the process in the runtime's poller, so that it
// takes no thread.
type deathwatch struct {
	process *os.File      // pidfd; nil if the kernel has none
	done    chan struct{} // closed when the watch has ended
}

// watchDeath begins the watch; end must be called.
func (p *proc) watchDeath() {
	p.death.process = openProcess(p.pid)
	if p.death.process == nil {
		return
	}
	p.death.done = make(chan struct{})
	go func() {
		defer close(p.death.done)
		if p.death.await() {
			p.endResults()
		}
	}()
}

// openProcess returns a descriptor of a child that was not reaped, or nil. It is
// not the one that os.Process has: to be polled it must not block, and then a
// wait on it would not either.
func openProcess(pid int) *os.File {
	fd, _, errno := syscall.Syscall(sysPidfdOpen, uintptr(pid), 0, 0) // closed on exec
	if errno != 0 {
		return nil
	}
	if syscall.SetNonblock(int(fd), true) != nil {
		syscall.Close(int(fd))
		return nil
	}
	return os.NewFile(fd, "process")
}

// await waits until the process is dead, and reports false if the watch was
// ended before. The process stays to be reaped.
func (d *deathwatch) await() bool {
	raw, err := d.process.SyscallConn()
	if err != nil {
		return false
	}
	return raw.Read(hasDied) == nil
}

// What package syscall lacks of pidfd_open(2), whose number is the same on all
// architectures, and of waitid(2).
const (
	sysPidfdOpen = 434
	pPidfd       = 3
	infoSize     = 128
)

// hasDied reports whether the process behind a pidfd is dead. The structure that
// it fills begins with the signal, SIGCHLD. A kernel that cannot say, as 5.3,
// leaves us without a watch: to take that for a death would end a live worker.
func hasDied(pidfd uintptr) bool {
	var info [infoSize / 8]uint64
	_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, pPidfd, pidfd, uintptr(unsafe.Pointer(&info)),
		syscall.WEXITED|syscall.WNOWAIT|syscall.WNOHANG, 0, 0)
	return errno == 0 && info[0] != 0 || errno == syscall.ECHILD
}

// end ends the watch and returns when it has ended.
func (d *deathwatch) end() {
	if d.process == nil {
		return
	}
	d.process.Close()
	<-d.done
}
