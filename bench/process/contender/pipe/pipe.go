package main

import (
	"io"
	"os"

	"github.com/offing-go/offing/bench/process/contender"
)

// A pipe is a parent's two ends of two pipes with a server process at the others.
// It is the floor: a read and a write on each side, of messages whose length both
// sides know. All descriptors block, so that there is no poller and no second
// goroutine between the kernel and the caller, which is also why it can have no
// more than one call outstanding.
type pipe struct {
	*contender.Child
	in, out *descriptor
	message []byte // what came last
}

func openPipe(server string, size int) *pipe {
	theirIn, out, err := os.Pipe()
	contender.Must(err)
	in, theirOut, err := os.Pipe()
	contender.Must(err)
	widen(in)
	widen(out)
	return &pipe{contender.NewChild(server, theirIn, theirOut).Start(), block(in), block(out), make([]byte, size)}
}

// exchange sends a message and returns the answer, which is good until the next.
func (p *pipe) exchange(message []byte) ([]byte, error) {
	if _, err := p.out.Write(message); err != nil {
		return nil, err
	}
	_, err := io.ReadFull(p.in, p.message)
	return p.message, err
}

func (p *pipe) end() {
	p.in.Close()
	p.out.Close()
	p.End()
}
