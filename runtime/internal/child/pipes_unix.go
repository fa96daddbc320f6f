//go:build unix

package child

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// openResults takes over the descriptor for the results, which blocks, unless it or
// another one is no pipe.
func openResults(m Marker) (*os.File, error) {
	for _, fd := range []uintptr{m.Tasks, m.Results, m.Control, m.Lifeline, m.Direct} {
		if err := checkPipe(fd); err != nil {
			return nil, err
		}
	}
	if err := syscall.SetNonblock(int(m.Results), false); err != nil {
		return nil, err
	}
	return os.NewFile(m.Results, "results"), nil
}

// open takes over the other descriptors that the pool handed down. They and all that
// this process inherited otherwise are closed on exec, so that no process which
// a task starts holds them open.
func open(m Marker) (pipes, error) {
	closeAllOnExec()
	armLifeline(int(m.Lifeline))
	// Tasks block; cancels, which must cost nothing while there
	// are none, go through the poller, and tasks too if several goroutines take
	// turns at them: one that blocks in a read keeps a processor from the others.
	for fd, nonblocking := range map[uintptr]bool{m.Tasks: m.Lanes > 1, m.Control: true, m.Direct: false} {
		if err := syscall.SetNonblock(int(fd), nonblocking); err != nil {
			return pipes{}, err
		}
	}
	return pipes{
		tasks:   os.NewFile(m.Tasks, "tasks"),
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

// checkPipe returns an error if fd is no pipe.
func checkPipe(fd uintptr) error {
	var stat syscall.Stat_t
	err := syscall.Fstat(int(fd), &stat)
	if err == nil && stat.Mode&syscall.S_IFMT != syscall.S_IFIFO {
		err = errors.New("not a pipe")
	}
	if err != nil {
		return fmt.Errorf("descriptor %d of %s: %w", fd, Env, err)
	}
	return nil
}

// killGroup ends this process and all that its tasks started: the pool made it
// the leader of a process group.
func killGroup() {
	syscall.Kill(0, syscall.SIGKILL)
	os.Exit(1)
}
