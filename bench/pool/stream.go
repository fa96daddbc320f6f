package pool

import (
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/offing-go/offing/bench/internal/report"
)

// streamWork is the same for a sequence whose end nobody knows: results come in
// order while items are still being taken.
func streamWork(ns []int) report.Work {
	return report.Work{
		Name: "stream, trivial item", Per: len(ns),
		Open: func() []report.Contender {
			p := newPool(workers)
			return []report.Contender{
				streamed("offing", ns, func(seq iter.Seq[int]) iter.Seq2[int, error] {
					return StreamSquare(background, p, seq)
				}, func() { p.Close() }),
				streamed("hand-chunked", ns, streamByHand, nothing),
				streamed("direct", ns, streamInLoop, nothing),
			}
		},
		Targets: []report.Target{
			{Figure: report.Ratio, Against: "hand-chunked", AtMost: 3},
			{Figure: report.Allocs, AtMost: 0.01},
		},
	}
}

func streamed(name string, ns []int, do func(iter.Seq[int]) iter.Seq2[int, error], end func()) report.Contender {
	results := make([]int, 0, len(ns))
	return batch(name, ns, func() []int {
		results = results[:0]
		for v, err := range do(slices.Values(ns)) {
			must(err)
			results = append(results, v)
		}
		return results
	}, end)
}

// handChunk is how many items a stream written by hand gives out at once.
const handChunk = 1024

// A chunk is items on their way through streamByHand.
type chunk struct {
	items   []int
	results []result
	done    chan struct{}
}

// streamByHand is what one writes without a library: a goroutine that cuts the
// sequence into chunks, one worker for each processor, and a channel that keeps
// the order and bounds how far the workers are ahead.
func streamByHand(seq iter.Seq[int]) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		procs := runtime.GOMAXPROCS(0)
		order, jobs, stop := make(chan *chunk, 4*procs), make(chan *chunk), make(chan struct{})
		var wg sync.WaitGroup
		defer wg.Wait()
		defer close(stop)
		wg.Go(func() { cut(seq, order, jobs, stop) })
		for range procs {
			wg.Go(func() { squareChunks(jobs) })
		}
		for c := range order {
			<-c.done
			for _, r := range c.results {
				if !yield(r.v, r.err) {
					return
				}
			}
		}
	}
}

func cut(seq iter.Seq[int], order, jobs chan<- *chunk, stop <-chan struct{}) {
	defer close(order)
	defer close(jobs)
	var next *chunk
	send := func() bool {
		for _, to := range []chan<- *chunk{jobs, order} {
			select {
			case to <- next:
			case <-stop:
				return false
			}
		}
		next = nil
		return true
	}
	for n := range seq {
		if next == nil {
			next = &chunk{items: make([]int, 0, handChunk), done: make(chan struct{})}
		}
		if next.items = append(next.items, n); len(next.items) == handChunk && !send() {
			return
		}
	}
	if next != nil {
		send()
	}
}

func squareChunks(jobs <-chan *chunk) {
	for c := range jobs {
		c.results = make([]result, len(c.items))
		for i, n := range c.items {
			c.results[i] = square(n)
		}
		close(c.done)
	}
}

func streamInLoop(seq iter.Seq[int]) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for n := range seq {
			if !yield(Square(background, n)) {
				return
			}
		}
	}
}
