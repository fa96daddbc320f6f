package pool

import (
	"runtime"
	"time"

	"github.com/alitto/pond/v2"
	"github.com/gammazero/workerpool"
	"github.com/offing-go/offing/bench/internal/report"
	"github.com/panjf2000/ants/v2"
)

// A holder is a pool of one kind as memory sees it.
type holder struct {
	name   string
	submit func(func()) (keep any) // has f run; keep is what the submitter holds
	close  func()
}

// holders returns the pools, with n workers and room for queued calls.
func holders(n, queued int) []func() holder {
	return []func() holder{
		func() holder {
			p := newPool(n)
			return holder{"offing", func(f func()) any { return SubmitDo(background, p, f) }, func() { p.Close() }}
		},
		func() holder { return naiveHolder(n, queued) },
		func() holder {
			p, err := ants.NewPool(n)
			must(err)
			return holder{"ants", withChannel(func(f func()) {
				if p.Free() > 0 {
					must(p.Submit(f))
				} else {
					go p.Submit(f) // which is how it queues: whoever submits is blocked
				}
			}), func() { p.ReleaseTimeout(time.Second) }}
		},
		func() holder {
			p := pond.NewPool(n)
			return holder{"pond", func(f func()) any { return p.Submit(f) }, p.StopAndWait}
		},
		func() holder {
			p := workerpool.New(n)
			return holder{"workerpool", withChannel(p.Submit), p.StopWait}
		},
	}
}

func naiveHolder(n, queued int) holder {
	jobs := make(chan func(), queued)
	for range n {
		go func() {
			for f := range jobs {
				f()
			}
		}()
	}
	return holder{"naive pool", withChannel(func(f func()) { jobs <- f }), func() { close(jobs) }}
}

// withChannel adds the channel for a result, for a pool that has no futures.
func withChannel(submit func(func())) func(func()) any {
	return func(f func()) any {
		c := make(chan result, 1)
		submit(func() { f(); c <- result{} })
		return c
	}
}

// Do is a task that does what it is given, so that memory can be looked at while
// calls wait.
//
//offing:task local
func Do(f func()) { f() }

// facts measures what idle pools and queued calls take.
func facts(quick bool) (all []report.Fact) {
	idle, queued := 1000, 100_000
	if quick {
		idle, queued = 50, 1000
	}
	for _, open := range holders(idle, 0) {
		name, goroutines, bytes := idleCost(open, idle)
		all = append(all,
			report.Fact{Work: "idle pool that ran 1000 calls at once", Contender: name, Value: goroutines, Unit: "goroutines", Bound: name == report.Offing},
			report.Fact{Work: "idle pool that ran 1000 calls at once", Contender: name, Value: bytes, Unit: "B"})
	}
	for _, open := range holders(1, queued) {
		name, bytes := queuedCost(open, queued)
		all = append(all, report.Fact{Work: "a queued call", Contender: name, Value: bytes, Unit: "B", AtMost: 100, Bound: name == report.Offing})
	}
	return all
}

// idleCost is what is left of a pool when all its calls are done.
func idleCost(open func() holder, calls int) (name string, goroutines, bytes float64) {
	before := settledMemory()
	h, gate := open(), make(chan struct{})
	started := make(chan struct{}, calls)
	for range calls {
		h.submit(func() { started <- struct{}{}; <-gate })
	}
	for range calls {
		<-started
	}
	close(gate)
	after := settledMemory()
	h.close()
	return h.name, after.goroutines - before.goroutines, max(0, after.bytes-before.bytes)
}

// queuedCost is what one of many calls takes that wait for a worker.
func queuedCost(open func() holder, calls int) (name string, bytes float64) {
	gate, keep := make(chan struct{}), make([]any, calls)
	wait := func() { <-gate }
	before := settledMemory()
	h := open()
	for i := range keep {
		keep[i] = h.submit(wait)
	}
	after := settledMemory()
	close(gate)
	runtime.KeepAlive(keep)
	h.close()
	return h.name, (after.bytes - before.bytes) / float64(calls)
}

// A usage is what the program takes.
type usage struct{ goroutines, bytes float64 }

// settledMemory looks once goroutines that are about to end have done so.
func settledMemory() usage {
	time.Sleep(100 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{float64(runtime.NumGoroutine()), float64(m.HeapAlloc + m.StackInuse)}
}
