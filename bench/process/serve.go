package process

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
)

// serverEnv says which server this program is to be, and may say more to it. The
// peers' processes are this same program, as offing's workers are: what package
// initialisation takes is the same for all. How fast offing starts in a program
// that has little of it, a [starter] says.
const serverEnv = "OFFING_BENCH_SERVER"

// servers are what the program can be instead of the bench. Each returns when
// there is nobody left to serve.
var servers = map[string]func(more string){
	"pipe-square": func(string) { servePipe(8, squareInPlace) },
	"pipe-echo":   serveEchoes,
	"net/rpc":     func(string) { serveNetRPC(inherited()) },
	"gRPC":        func(string) { serveGRPC(inherited()) },
	"go-plugin":   func(string) { servePlugin() },
}

// Serve is one of the peers' servers and exits, if the bench started this process
// to be one. Otherwise it returns at once.
func Serve() {
	name, more, _ := strings.Cut(os.Getenv(serverEnv), " ")
	if name == "" {
		return
	}
	serve := servers[name]
	if serve == nil {
		fmt.Fprintf(os.Stderr, "bench: there is no server %q\n", name)
		os.Exit(2)
	}
	if !strings.HasPrefix(name, "pipe") {
		go untilParentEnds()
	}
	serve(more)
	os.Exit(0)
}

// Where a server finds what it inherits, and what besides it.
const (
	lifelineFD = 3 + iota
	firstFD
	secondFD
)

// untilParentEnds exits when the other end of the lifeline is closed, which the
// kernel does if nobody else could. Pipes need no such goroutine, and it would
// cost them: their server has its only goroutine in a blocking read.
func untilParentEnds() {
	io.Copy(io.Discard, os.NewFile(lifelineFD, "lifeline"))
	os.Exit(0)
}

// inherited is the socket on which the parent has connected already.
func inherited() net.Listener {
	l, err := net.FileListener(os.NewFile(firstFD, "listener"))
	must(err)
	return l
}

// A child is a server process. It lives no longer than its parent.
type child struct {
	*exec.Cmd
	lifeline *os.File
}

// newChild prepares a process that serves; with files it shares them from firstFD
// on.
func newChild(server string, files ...*os.File) *child {
	self, err := os.Executable()
	must(err)
	theirs, ours, err := os.Pipe()
	must(err)
	c := &child{exec.Command(self), ours}
	c.Env = append(os.Environ(), serverEnv+"="+server)
	c.ExtraFiles = append([]*os.File{theirs}, files...)
	return c
}

// started closes what only the child needs, once it has it.
func (c *child) started() *child {
	for _, f := range c.ExtraFiles {
		f.Close()
	}
	return c
}

func (c *child) start() *child {
	c.Stderr = os.Stderr
	must(c.Start())
	return c.started()
}

// end kills the child and waits until it is gone.
func (c *child) end() {
	c.Process.Kill()
	c.Wait()
	c.lifeline.Close()
}

func (c *child) pid() int { return c.Process.Pid }
