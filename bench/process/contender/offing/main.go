// The command offing is offing's contender: what a program that uses it would be.
package main

import (
	"context"

	"github.com/offing-go/offing/bench/process/contender"
	"github.com/offing-go/offing/bench/process/work"
	"github.com/offing-go/offing/runtime/process"
)

var background = context.Background()

func main() {
	process.Main()
	contender.Main(map[string]contender.Kind{
		contender.Offing: {Open: open, Window: window, Map: mapped},
	}, nil)
}

// newPool has default options besides the size, which is GOMAXPROCS for 0.
func newPool(n int) *process.Pool {
	p, err := process.NewPool(process.Config{Workers: n})
	contender.Must(err)
	return p
}

func open(int) contender.Peer {
	p := newPool(1)
	return contender.Peer{
		Square: func(n int) (int, error) { return work.CallSquare(background, p, n) },
		Echo:   func(payload []byte) ([]byte, error) { return work.CallEcho(background, p, payload) },
		PID:    func() int { return p.Workers()[0].PID },
		Close:  func() { p.Close() },
	}
}

func window(w contender.Window) contender.Job {
	p, futures := newPool(w.Workers), make([]*work.FutureOfInt, w.Size)
	return w.Job(
		func(i int) { futures[i%w.Size] = work.SubmitSquare(background, p, i) },
		func(i int) (int, error) { return futures[i%w.Size].Result(background) },
		func() { p.Close() })
}

func mapped(items int) contender.Job {
	p, ns := newPool(0), make([]int, items)
	for i := range ns {
		ns[i] = i
	}
	return contender.Repeated(func() {
		squares, err := work.MapSquare(background, p, ns)
		contender.Must(err)
		for i, v := range squares {
			contender.Check(i, v, nil)
		}
	}, func() { p.Close() })
}
