package process

import (
	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
	"github.com/offing-go/offing/bench/process/work"
	"github.com/offing-go/offing/runtime/process"
)

// A peer is one worker process, and how its client calls it. What is nil cannot
// be asked of it.
type peer struct {
	square func(n int) (int, error)
	echo   func(payload []byte) ([]byte, error)
	pid    func() int // known after the first call
	close  func()
}

// A kind is a way to have such a process.
type kind struct {
	name string
	open func() peer
}

var (
	offing = kind{report.Offing, openOffing}
	netRPC = kind{"net/rpc", openNetRPC}

	// blocking are what has no calls but those that block.
	blocking = []kind{
		{"gRPC", openGRPC},
		{"go-plugin, net/rpc", openPluginNetRPC},
		{"go-plugin, gRPC", openPluginGRPC},
	}

	// sockets are what has a server in the other process, which runs calls of any
	// number of clients at once.
	sockets = append([]kind{netRPC}, blocking...)

	// everyone is who can square a number.
	everyone = append([]kind{offing, {"raw pipe", openPipeSquares}}, sockets...)
)

func openOffing() peer {
	p := newPool(1)
	return peer{
		square: func(n int) (int, error) { return work.CallSquare(background, p, n) },
		echo:   func(payload []byte) ([]byte, error) { return work.CallEcho(background, p, payload) },
		pid:    func() int { return p.Workers()[0].PID },
		close:  func() { p.Close() },
	}
}

// newPool is offing's pool with default options besides the size, which is
// GOMAXPROCS for 0.
func newPool(n int) *process.Pool {
	p, err := process.NewPool(process.Config{Workers: n})
	must(err)
	return p
}

// repeated is a contender that does the same thing each time.
func repeated(name string, do, end func()) report.Contender {
	return report.Contender{Case: rounds.Case{Name: name, Close: end, Run: func(n int) {
		for range n {
			do()
		}
	}}}
}
