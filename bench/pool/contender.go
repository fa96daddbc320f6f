package pool

import (
	"sync"
	"time"

	"github.com/alitto/pond/v2"
	"github.com/gammazero/workerpool"
	"github.com/offing-go/offing/runtime"
	"github.com/panjf2000/ants/v2"
	concpool "github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// A future is a call that was submitted; of what type depends on the contender.
type future[F any] struct {
	name   string
	submit func(n int) F
	get    func(F) (int, error)
	close  func()
}

// await gets the result of a call that was given a channel for it.
func await(c chan result) (int, error) {
	r := <-c
	return r.v, r.err
}

// channeled is a contender that has no results of its own, so that its user makes
// a channel for each.
func channeled(name string, submit func(func()), end func()) future[chan result] {
	return future[chan result]{name, func(n int) chan result {
		c := make(chan result, 1)
		submit(func() { c <- square(n) })
		return c
	}, await, end}
}

func nothing() {}

func goChan() future[chan result] {
	return channeled("go+chan", func(f func()) { go f() }, nothing)
}

// A waited is what goroutines without channels take: the result beside a
// WaitGroup.
type waited struct {
	wg sync.WaitGroup
	r  result
}

func goWaitGroup() future[*waited] {
	return future[*waited]{"go+WaitGroup", func(n int) *waited {
		w := new(waited)
		w.wg.Go(func() { w.r = square(n) })
		return w
	}, func(w *waited) (int, error) {
		w.wg.Wait()
		return w.r.v, w.r.err
	}, nothing}
}

// A job is what goes through the channel of the naive pool.
type job struct {
	n    int
	done chan result
}

// naive is the pool that everybody has written once: workers that read from one
// channel, with room for all that is outstanding here.
func naive() future[chan result] {
	jobs := make(chan job, 8192)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range jobs {
				j.done <- square(j.n)
			}
		})
	}
	return future[chan result]{"naive pool", func(n int) chan result {
		c := make(chan result, 1)
		jobs <- job{n, c}
		return c
	}, await, func() { close(jobs); wg.Wait() }}
}

// withErrgroup is one group with a limit, for as long as it is needed.
func withErrgroup() future[chan result] {
	var g errgroup.Group
	g.SetLimit(workers)
	return future[chan result]{"errgroup", func(n int) chan result {
		c := make(chan result, 1)
		g.Go(func() error {
			r := square(n)
			c <- r
			return r.err
		})
		return c
	}, await, func() { g.Wait() }}
}

// withAnts is ants as its README shows it: default options, no PreAlloc.
func withAnts() future[chan result] {
	p, err := ants.NewPool(workers)
	must(err)
	return channeled("ants", func(f func()) { must(p.Submit(f)) }, func() { p.ReleaseTimeout(time.Second) })
}

// withAntsFunc is ants' pool for one function, which saves the closure.
func withAntsFunc() future[chan result] {
	p, err := ants.NewPoolWithFuncGeneric(workers, func(j job) { j.done <- square(j.n) })
	must(err)
	return future[chan result]{"ants, func", func(n int) chan result {
		c := make(chan result, 1)
		must(p.Invoke(job{n, c}))
		return c
	}, await, func() { p.ReleaseTimeout(time.Second) }}
}

// withPond is pond's pool with results, whose queue is unbounded by default.
func withPond() future[pond.ResultTask[int]] {
	p := pond.NewResultPool[int](workers)
	return future[pond.ResultTask[int]]{"pond", func(n int) pond.ResultTask[int] {
		return p.SubmitErr(func() (int, error) { return Square(background, n) })
	}, func(t pond.ResultTask[int]) (int, error) { return t.Wait() }, p.StopAndWait}
}

func withConc() future[chan result] {
	p := concpool.New().WithMaxGoroutines(workers)
	return channeled("conc", p.Go, p.Wait)
}

func withWorkerpool() future[chan result] {
	p := workerpool.New(workers)
	return channeled("workerpool", p.Submit, p.StopWait)
}

func withOffing() future[*FutureOfInt] {
	p := newPool(workers)
	return future[*FutureOfInt]{"offing", func(n int) *FutureOfInt {
		return SubmitSquare(background, p, n)
	}, func(f *FutureOfInt) (int, error) { return f.Result(background) }, func() { p.Close() }}
}

// newPool is offing's pool with default options besides the size.
func newPool(n int) *runtime.Pool {
	p, err := runtime.NewPool(runtime.PoolConfig{Workers: n})
	must(err)
	return p
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
