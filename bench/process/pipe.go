package process

import (
	"encoding/binary"
	"io"
	"os"
	"strconv"

	"github.com/offing-go/offing/bench/process/work"
)

// A pipe is a parent's two ends of two pipes with a server process at the others.
// It is the floor: a read and a write on each side, of messages whose length both
// sides know. All descriptors block, so that there is no poller and no second
// goroutine between the kernel and the caller, which is also why it can have no
// more than one call outstanding.
type pipe struct {
	*child
	in, out *descriptor
	message []byte // what came last
}

func openPipe(server string, size int) *pipe {
	theirIn, out, err := os.Pipe()
	must(err)
	in, theirOut, err := os.Pipe()
	must(err)
	widen(in)
	widen(out)
	return &pipe{newChild(server, theirIn, theirOut).start(), block(in), block(out), make([]byte, size)}
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
	p.child.end()
}

// openPipeSquares is a pipe whose server squares numbers.
func openPipeSquares() peer {
	p := openPipe("pipe-square", 8)
	var message [8]byte
	return peer{
		square: func(n int) (int, error) {
			binary.LittleEndian.PutUint64(message[:], uint64(n))
			squared, err := p.exchange(message[:])
			return int(binary.LittleEndian.Uint64(squared)), err
		},
		pid: p.pid, close: p.end,
	}
}

// openPipeEchoes is a pipe whose server knows the payload's size and returns it
// when all of it has come, as one must that works on it.
func openPipeEchoes(size int) peer {
	p := openPipe("pipe-echo "+strconv.Itoa(size), size)
	return peer{echo: p.exchange, pid: p.pid, close: p.end}
}

func serveEchoes(size string) {
	n, err := strconv.Atoi(size)
	must(err)
	servePipe(n, func([]byte) {})
}

func squareInPlace(message []byte) {
	squared, err := work.Square(background, int(binary.LittleEndian.Uint64(message)))
	must(err)
	binary.LittleEndian.PutUint64(message, uint64(squared))
}

// servePipe answers messages of one size until the parent closes its end.
func servePipe(size int, do func(message []byte)) {
	in, out := block(os.NewFile(firstFD, "in")), block(os.NewFile(secondFD, "out"))
	message := make([]byte, size)
	for {
		if _, err := io.ReadFull(in, message); err != nil {
			return
		}
		do(message)
		if _, err := out.Write(message); err != nil {
			return
		}
	}
}
