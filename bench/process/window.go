package process

import (
	"fmt"
	"net/rpc"
	"slices"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/process/work"
)

// windowWork is one submitter that has so many calls outstanding before it asks
// for the first result.
func windowWork(size int, targets ...report.Target) report.Work {
	return report.Work{
		Name: fmt.Sprintf("%d outstanding", size), Per: size, Targets: targets,
		Open: func() []report.Contender {
			all := []report.Contender{offingWindow(report.Offing, 0, size), netRPCWindow(size)}
			for _, k := range blocking {
				all = append(all, crowd(k, size))
			}
			return append(all, inPython(procs(), allPython, "window", size)...)
		},
	}
}

func manyWork() report.Work {
	return windowWork(1000, slices.Concat([]report.Target{
		ratio("net/rpc", 1.0/20),
		ratio("gRPC", 1.0/100),
	}, ifPython(ratio(executor, 1.0/250)))...)
}

// window is a contender that submits calls and then gets the result of each.
func window(name string, size int, submit func(i int), result func(i int) (int, error), end func()) report.Contender {
	return repeated(name, func() {
		for i := range size {
			submit(i)
		}
		for i := range size {
			v, err := result(i)
			check(i, v, err)
		}
	}, end)
}

func offingWindow(name string, workers, size int) report.Contender {
	p, futures := newPool(workers), make([]*work.FutureOfInt, size)
	return window(name, size,
		func(i int) { futures[i] = work.SubmitSquare(background, p, i) },
		func(i int) (int, error) { return futures[i].Result(background) },
		func() { p.Close() })
}

func netRPCWindow(size int) report.Contender {
	conn, server := connected("net/rpc")
	client := rpc.NewClient(conn)
	calls, squares := make([]*rpc.Call, size), make([]int, size)
	return window(netRPC.name, size,
		func(i int) { calls[i] = client.Go("Service.Square", i, &squares[i], make(chan *rpc.Call, 1)) },
		func(i int) (int, error) { <-calls[i].Done; return squares[i], calls[i].Error },
		func() { conn.Close(); server.end() })
}

// crowd is a peer that has nothing but calls that block: one goroutine for each
// that is outstanding. They are there before, with a channel for each result, so
// the peer pays for its calls only.
func crowd(k kind, size int) report.Contender {
	type result struct {
		v   int
		err error
	}
	p, jobs := k.open(), make(chan int, size)
	results := make([]chan result, size)
	for i := range results {
		results[i] = make(chan result, 1)
		go func() {
			for n := range jobs {
				v, err := p.square(n)
				results[n] <- result{v, err}
			}
		}()
	}
	return window(k.name, size,
		func(i int) { jobs <- i },
		func(i int) (int, error) { r := <-results[i]; return r.v, r.err },
		func() { close(jobs); p.close() })
}
