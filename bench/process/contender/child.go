package contender

import (
	"io"
	"os"
	"os/exec"
)

// serverEnv says that this program is to be a server, and which.
const serverEnv = "OFFING_BENCH_SERVER"

// Where a server finds what it inherits.
const (
	lifelineFD = 3 + iota
	FirstFD
	SecondFD
)

// ServeUntilParentEnds is for servers that block elsewhere. It exits when the other end
// of the lifeline is closed, which the kernel does if nobody else could.
func ServeUntilParentEnds() {
	go func() {
		io.Copy(io.Discard, os.NewFile(lifelineFD, "lifeline"))
		os.Exit(0)
	}()
}

// A Child is a server process: this program, started again, as offing's workers are.
// It lives no longer than its parent.
type Child struct {
	*exec.Cmd
	lifeline *os.File
}

// NewChild prepares a process that serves; with files it shares them from FirstFD
// on.
func NewChild(server string, files ...*os.File) *Child {
	self, err := os.Executable()
	Must(err)
	theirs, ours, err := os.Pipe()
	Must(err)
	c := &Child{exec.Command(self), ours}
	c.Env = append(os.Environ(), serverEnv+"="+server)
	c.ExtraFiles = append([]*os.File{theirs}, files...)
	return c
}

// Started closes what only the child needs, once it has it.
func (c *Child) Started() *Child {
	for _, f := range c.ExtraFiles {
		f.Close()
	}
	return c
}

// Start is for those whose library does not.
func (c *Child) Start() *Child {
	c.Stderr = os.Stderr
	Must(c.Cmd.Start())
	return c.Started()
}

// Release lets go of a child that somebody else has ended.
func (c *Child) Release() { c.lifeline.Close() }

// End kills the child and waits until it is gone.
func (c *Child) End() {
	c.Process.Kill()
	c.Wait()
	c.Release()
}

// PID is the system's number of the process.
func (c *Child) PID() int { return c.Process.Pid }
