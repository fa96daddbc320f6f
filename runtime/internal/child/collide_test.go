package child

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// collide runs a and b n times at the same moment, as far as two goroutines can be made
// to: they await each other before each time, spinning, and one of them then lags by a
// few instructions, by another number each time.
func collide(n int, a, b func(i int)) {
	var both sync.WaitGroup
	var there [2]atomic.Int64
	run := func(me int, f func(int), lag int) {
		for i := range n {
			there[me].Add(1)
			for there[1-me].Load() <= int64(i) {
				runtime.Gosched()
			}
			for range i % 64 * (1 + i/64%8) * lag {
				there[me].Load()
			}
			f(i)
		}
	}
	both.Go(func() { run(0, a, 0) })
	both.Go(func() { run(1, b, 1) })
	both.Wait()
}
