// The command pipe is the floor of what the others can do: two pipes, and messages
// whose length both sides know.
package main

import (
	"encoding/binary"
	"io"
	"os"
	"strconv"

	"github.com/offing-go/offing/bench/process/contender"
	"github.com/offing-go/offing/bench/process/plain"
)

// square is the server that squares numbers, of which each has 8 bytes. Others are the
// length of what they echo.
const square = "square"

func main() {
	contender.Main(map[string]contender.Kind{"raw pipe": {Open: open}}, serve)
}

func open(payload int) contender.Peer {
	if payload == 0 {
		return openSquares()
	}
	p := openPipe(strconv.Itoa(payload), payload)
	return contender.Peer{Echo: p.exchange, PID: p.PID, Close: p.end}
}

func openSquares() contender.Peer {
	p := openPipe(square, 8)
	var message [8]byte
	return contender.Peer{
		Square: func(n int) (int, error) {
			binary.LittleEndian.PutUint64(message[:], uint64(n))
			squared, err := p.exchange(message[:])
			return int(binary.LittleEndian.Uint64(squared)), err
		},
		PID: p.PID, Close: p.end,
	}
}

func serve(what string) {
	if what == square {
		servePipe(8, squareInPlace)
		return
	}
	n, err := strconv.Atoi(what)
	contender.Must(err)
	servePipe(n, func([]byte) {})
}

func squareInPlace(message []byte) {
	squared, err := plain.Square(int(binary.LittleEndian.Uint64(message)))
	contender.Must(err)
	binary.LittleEndian.PutUint64(message, uint64(squared))
}

// servePipe answers messages of one size, when all of it has come, as one must that
// works on it, until the parent closes its end. The lifeline is not looked at: it
// would cost a goroutine, where there is only one, in a read that blocks.
func servePipe(size int, do func(message []byte)) {
	in, out := block(os.NewFile(contender.FirstFD, "in")), block(os.NewFile(contender.SecondFD, "out"))
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
