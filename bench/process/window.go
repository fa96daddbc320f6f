package process

import (
	"fmt"
	"net/rpc"
	"slices"
	"sync"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/process/work"
)

// A window is what one submitter has outstanding: at most size calls, of so many in all.
// Before he submits one more he gets the result of the oldest.
type window struct{ size, calls int }

// windowWork is calls that go on and on.
func windowWork(size, calls int, targets ...report.Target) report.Work {
	w := window{size, calls}.work(fmt.Sprintf("window of %d", size))
	w.Targets, w.Turns, w.Rounds = targets, windowTurns, windowRounds
	return w
}

// burstWork is a window that is filled once: it also has what it costs to get going, and
// to come to an end.
func burstWork(size int) report.Work {
	return window{size, size}.work(fmt.Sprintf("burst of %d", size))
}

func (w window) work(name string) report.Work {
	return report.Work{
		Name: name, Per: w.calls,
		Open: func() []report.Contender {
			all := []report.Contender{offingWindow(report.Offing, 0, w), netRPCWindow(w)}
			for _, k := range blocking {
				all = append(all, crowd(k, w))
			}
			return append(all, inPython(procs(), allPython, "window", w.size, w.calls)...)
		},
	}
}

// windowTurns is how many turns one is as long as where calls go on and on: processes that
// have just been woken share a processor for some milliseconds, until the kernel has moved
// one of them, and in a short turn there is little else. The bursts show that.
const windowTurns = 10

// windowRounds bounds how many rounds there are, as ten thousand calls take the slowest of
// all two seconds.
const windowRounds = 15

// manyTargets are those of a thousand calls outstanding.
func manyTargets() []report.Target {
	return slices.Concat([]report.Target{
		ratio("net/rpc", 1.0/20),
		ratio("gRPC", 1.0/100),
	}, ifPython(ratio(executor, 1.0/250)))
}

// contender is one that submits calls, and gets the result of each.
func (w window) contender(name string, submit func(i int), result func(i int) (int, error), end func()) report.Contender {
	get := func(i int) {
		v, err := result(i)
		check(i, v, err)
	}
	return repeated(name, func() {
		for i := range w.calls {
			if i >= w.size {
				get(i - w.size)
			}
			submit(i)
		}
		for i := w.calls - w.size; i < w.calls; i++ {
			get(i)
		}
	}, end)
}

func offingWindow(name string, workers int, w window) report.Contender {
	p, futures := newPool(workers), make([]*work.FutureOfInt, w.size)
	return w.contender(name,
		func(i int) { futures[i%w.size] = work.SubmitSquare(background, p, i) },
		func(i int) (int, error) { return futures[i%w.size].Result(background) },
		func() { p.Close() })
}

func netRPCWindow(w window) report.Contender {
	conn, server := connected("net/rpc")
	client := rpc.NewClient(conn)
	calls, squares := make([]*rpc.Call, w.size), make([]int, w.size)
	return w.contender(netRPC.name,
		func(i int) {
			at := i % w.size
			calls[at] = client.Go("Service.Square", i, &squares[at], make(chan *rpc.Call, 1))
		},
		func(i int) (int, error) {
			at := i % w.size
			<-calls[at].Done
			return squares[at], calls[at].Error
		},
		func() { conn.Close(); server.end() })
}

// crowd is a peer that has nothing but calls that block: one goroutine for each
// that is outstanding. They are there before its turn, with a channel for each result, so
// the peer pays for its calls only; and gone after it, or all others, whose garbage
// collections look at each stack, would pay for them.
func crowd(k kind, w window) report.Contender {
	type result struct {
		v   int
		err error
	}
	p, results := k.open(), make([]chan result, w.size)
	for i := range results {
		results[i] = make(chan result, 1)
	}
	var jobs chan int
	var goroutines sync.WaitGroup
	c := w.contender(k.name,
		func(i int) { jobs <- i },
		func(i int) (int, error) { r := <-results[i%w.size]; return r.v, r.err },
		p.close)
	c.Before = func() {
		jobs = make(chan int, w.size)
		for range w.size {
			goroutines.Go(func() {
				for n := range jobs {
					v, err := p.square(n)
					results[n%w.size] <- result{v, err}
				}
			})
		}
		for i := range w.size { // their stacks grow
			jobs <- i
		}
		for i := range w.size {
			r := <-results[i]
			check(i, r.v, r.err)
		}
	}
	c.After = func() {
		close(jobs)
		goroutines.Wait()
	}
	return c
}
