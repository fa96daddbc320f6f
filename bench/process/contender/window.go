package contender

import "sync"

// A Window is what one submitter has outstanding: at most Size calls, of so many in
// all. Before he submits one more he gets the result of the oldest. Workers is how
// many there are, 0 for as many as there are by default; only offing has more than one.
type Window struct{ Size, Calls, Workers int }

// Job is one that submits calls, and gets the result of each; i counts them.
func (w Window) Job(submit func(i int), result func(i int) (int, error), end func()) Job {
	get := func(i int) {
		v, err := result(i)
		Check(i, v, err)
	}
	return Repeated(func() {
		for i := range w.Calls {
			if i >= w.Size {
				get(i - w.Size)
			}
			submit(i)
		}
		for i := w.Calls - w.Size; i < w.Calls; i++ {
			get(i)
		}
	}, end)
}

// crowd is a peer that has nothing but calls that block: one goroutine for each
// that is outstanding. They are there before its turn, with a channel for each
// result, so the peer pays for its calls only.
func crowd(p Peer, w Window) Job {
	type result struct {
		v   int
		err error
	}
	results := make([]chan result, w.Size)
	for i := range results {
		results[i] = make(chan result, 1)
	}
	var jobs chan int
	var goroutines sync.WaitGroup
	j := w.Job(
		func(i int) { jobs <- i },
		func(i int) (int, error) { r := <-results[i%w.Size]; return r.v, r.err },
		p.Close)
	j.Before = func() {
		jobs = make(chan int, w.Size)
		for range w.Size {
			goroutines.Go(func() {
				for n := range jobs {
					v, err := p.Square(n)
					results[n%w.Size] <- result{v, err}
				}
			})
		}
		for i := range w.Size { // their stacks grow
			jobs <- i
		}
		for i := range w.Size {
			r := <-results[i]
			Check(i, r.v, r.err)
		}
	}
	j.After = func() {
		close(jobs)
		goroutines.Wait()
	}
	return j
}
