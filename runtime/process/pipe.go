package process

import (
	"os"
	"sync"
	"syscall"

	"github.com/offing-go/offing/runtime/internal/child"
)

// pipeEnds are both ends of every pipe between the pool and one worker.
type pipeEnds struct {
	tasks, results, control, life, stdout, stderr pipeEnd

	direct      *direct      // nil before open
	directChild *os.File     // the worker's end of it
	board       *child.Board // the memory that both share; nil for none
}

// A pipeEnd is one pipe by who holds which end.
type pipeEnd struct {
	parent *os.File // nil before adopt
	child  *os.File
	early  earlyEnd // what there is of parent before that
}

// downward are the pipes whose reader is the worker, upward those whose writer
// it is.
func (e *pipeEnds) downward() []*pipeEnd { return []*pipeEnd{&e.tasks, &e.control, &e.life} }
func (e *pipeEnds) upward() []*pipeEnd {
	return []*pipeEnd{&e.results, &e.stdout, &e.stderr}
}
func (e *pipeEnds) all() []*pipeEnd { return append(e.downward(), e.upward()...) }

// open opens all pipes, or none. They are closed on exec. What only the parent needs is
// left to adopt: a process takes milliseconds to start, on another processor, and whatever
// can be done meanwhile costs nobody time.
// room is the memory to share for long calls, and as much for long replies.
func (e *pipeEnds) open(room int) (err error) {
	for _, end := range e.downward() {
		if err == nil {
			err = end.open(writes)
		}
	}
	for _, end := range e.upward() {
		if err == nil {
			err = end.open(reads)
		}
	}
	if err == nil {
		e.direct, e.directChild, err = openDirect()
	}
	if err != nil {
		e.closeParent()
		return err
	}
	if e.board = child.NewBoard(room); e.board == nil {
		e.board = child.NewBoard(0) // there was no room for so much
	}
	return nil
}

// What the parent does with its end of a pipe, and which of the two it is.
const (
	reads = iota
	writes
)

// adopt makes the parent's ends what it reads and writes. The child has started.
func (e *pipeEnds) adopt() {
	for _, end := range e.all() {
		end.adopt()
	}
	widen(e.tasks.parent)
	widen(e.results.parent)
	e.direct.widen()
}

// arm makes the lifeline of the child, which has started.
func (e *pipeEnds) arm(pid int) lifeline {
	read := e.life.child
	e.life.child = nil
	return armLifeline(read, e.life.early.number(), pid)
}

// closeChild closes the child's ends: it has copies of its own. Close of a nil
// file only returns an error.
func (e *pipeEnds) closeChild() {
	e.board.Handed()
	e.directChild.Close()
	for _, end := range e.all() {
		end.child.Close()
	}
}

func (e *pipeEnds) closeParent() {
	for _, end := range e.all() {
		end.early.close()
		end.parent.Close()
	}
	if e.direct != nil {
		e.direct.close()
	}
	e.board.Close()
}

// A pipe is the writing end of a pipe to a worker.
type pipe struct {
	file *os.File
	raw  syscall.RawConn

	mu  sync.Mutex            // held by attempt, which does not block
	try func(fd uintptr) bool // the one closure that attempt needs
	b   []byte                // guarded by mu; what try writes
	n   int                   // guarded by mu; what it wrote
	err error                 // guarded by mu
}

func newPipe(f *os.File) *pipe {
	p := &pipe{file: f}
	p.raw, _ = f.SyscallConn() // never fails for an open file
	p.try = func(fd uintptr) bool {
		p.n, p.err = writeOnce(fd, p.b)
		return true
	}
	return p
}

// write writes b and blocks while the pipe is full.
func (p *pipe) write(b []byte) error {
	_, err := p.file.Write(b)
	return err
}

// attempt writes as much of b as the pipe takes without blocking.
func (p *pipe) attempt(b []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.b, p.n, p.err = b, 0, nil
	err = p.raw.Write(p.try)
	p.b = nil
	if err == nil {
		err = p.err
	}
	return p.n, err
}

func (p *pipe) close() { p.file.Close() }
