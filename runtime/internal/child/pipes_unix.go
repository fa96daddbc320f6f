//go:build unix

package child

import (
	"fmt"
	"os"
	"syscall"
)

// open takes over the descriptors that the pool handed down. They and all that
// this process inherited otherwise are closed on exec, so that no process which
// a task starts holds them open.
func open(m Marker) (pipes, error) {
	for _, fd := range []uintptr{m.Tasks, m.Results, m.Control, m.Lifeline, m.Direct} {
		if err := checkPipe(int(fd)); err != nil {
			return pipes{}, fmt.Errorf("descriptor %d of %s: %w", fd, Env, err)
		}
	}
	closeAllOnExec()
	ArmLifeline(int(m.Lifeline), syscall.Getpgrp())
	// Tasks and results block; cancels, which must cost nothing while there
	// are none, go through the poller, and tasks too if several goroutines take
	// turns at them: one that blocks in a read keeps a processor from the others.
	for fd, nonblocking := range map[uintptr]bool{m.Tasks: m.Lanes > 1, m.Results: false, m.Control: true, m.Direct: false} {
		if err := syscall.SetNonblock(int(fd), nonblocking); err != nil {
			return pipes{}, err
		}
	}
	return pipes{
		tasks:   os.NewFile(m.Tasks, "tasks"),
		results: os.NewFile(m.Results, "results"),
		control: os.NewFile(m.Control, "control"),
		direct:  os.NewFile(m.Direct, "direct"),
	}, nil
}

// closeAllOnExec marks every descriptor but the standard ones. There are few so
// early in a process's life.
func closeAllOnExec() {
	if closeRangeOnExec(3) {
		return
	}
	for fd := 3; fd < 1024; fd++ {
		syscall.CloseOnExec(fd)
	}
}

func checkPipe(fd int) error {
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil {
		return err
	}
	if stat.Mode&syscall.S_IFMT != syscall.S_IFIFO {
		return fmt.Errorf("not a pipe")
	}
	return nil
}

// killGroup ends this process and all that its tasks started: the pool made it
// the leader of a process group.
func killGroup() {
	syscall.Kill(0, syscall.SIGKILL)
	os.Exit(1)
}
