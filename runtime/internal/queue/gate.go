package queue

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// A gate is a lock that counts, in one word, what goes through it:
//
//	|  elements, ever   | locked |
//	 63               1   0
//
// A mutex and a counter beside it would be three locked instructions for each element,
// and that is most of what a queue costs; this is two. What is done under it takes a
// few nanoseconds as a rule, so the one who finds it locked spins, and lets others run
// if that takes longer. Only one does: the rest wait for him to get in.
type gate struct {
	word atomic.Uint64
	turn sync.Mutex // held by the one who spins
}

func (g *gate) lock() {
	if w := g.word.Load(); w&1 != 0 || !g.word.CompareAndSwap(w, w|1) {
		g.spin()
	}
}

// spins is how often the lock is looked at before others may run: whoever has it may
// have lost his processor.
const spins = 64

func (g *gate) spin() {
	g.turn.Lock()
	defer g.turn.Unlock()
	for i := 1; ; i++ {
		if w := g.word.Load(); w&1 == 0 && g.word.CompareAndSwap(w, w|1) {
			return
		}
		if i%spins == 0 {
			runtime.Gosched()
		}
	}
}

// unlock lets n elements through.
func (g *gate) unlock(n int) { g.word.Add(uint64(n)<<1 - 1) }

// add lets n elements through, whoever has the lock.
func (g *gate) add(n int) { g.word.Add(uint64(n) << 1) }

// count is how many elements went through, ever.
func (g *gate) count() int64 { return int64(g.word.Load() >> 1) }
