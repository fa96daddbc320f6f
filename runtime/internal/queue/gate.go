package queue

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// A gate is a lock that counts, in one word, what goes through it:
//
//	|  elements, ever  | awaited | locked |
//	 63               2     1        0
//
// A mutex and a counter beside it would be three locked instructions for each element,
// and that is most of what a queue costs; this is two. What is done under it takes a
// few nanoseconds as a rule, so the one who finds it locked spins. Only one does: the rest
// wait for him to get in. If it takes longer, whoever has the lock may have lost his
// processor, to one who spins perhaps: then the one who spins sleeps, and has himself
// woken by the end of the lock.
//
//	waiter   sleep.Lock    awaited = 1, while locked    sleep.Lock .......... again
//	holder                                  locked = 0; awaited = 0, sleep.Unlock
type gate struct {
	word  atomic.Uint64
	turn  sync.Mutex // held by the one who spins
	sleep sync.Mutex // held while he sleeps, or is about to; unlocked by the one who wakes him
}

const (
	locked  = 1 << 0
	awaited = 1 << 1
	element = 1 << 2
)

func (g *gate) lock() {
	if !g.tryLock() {
		g.wait()
	}
}

func (g *gate) tryLock() bool {
	w := g.word.Load()
	return w&locked == 0 && g.word.CompareAndSwap(w, w|locked)
}

const (
	spins  = 64 // how often the lock is looked at before others may run
	rounds = 8  // of those, before the one who waits sleeps
)

func (g *gate) wait() {
	g.turn.Lock()
	defer g.turn.Unlock()
	for !g.spin() && !g.rest() {
	}
}

// spin reports whether it got the lock.
func (g *gate) spin() bool {
	for range rounds {
		for range spins {
			if g.tryLock() {
				return true
			}
		}
		runtime.Gosched()
	}
	return false
}

// rest sleeps until somebody unlocks, and reports whether it got the lock instead.
func (g *gate) rest() bool {
	g.sleep.Lock()
	defer g.sleep.Unlock()
	for {
		w := g.word.Load()
		switch {
		case w&locked == 0 && g.word.CompareAndSwap(w, w|locked):
			return true
		case w&locked != 0 && g.word.CompareAndSwap(w, w|awaited):
			g.sleep.Lock() // until wake unlocks it
			return false
		}
	}
}

// unlock lets n elements through.
func (g *gate) unlock(n int) {
	if g.word.Add(uint64(n)*element-locked)&awaited != 0 {
		g.wake()
	}
}

// wake wakes the one who sleeps. Somebody may have had the lock since, and see to it, too.
func (g *gate) wake() {
	for {
		w := g.word.Load()
		if w&awaited == 0 {
			return
		}
		if g.word.CompareAndSwap(w, w&^awaited) {
			g.sleep.Unlock()
			return
		}
	}
}

// add lets n elements through, whoever has the lock.
func (g *gate) add(n int) { g.word.Add(uint64(n) * element) }

// count is how many elements went through, ever.
func (g *gate) count() int64 { return int64(g.word.Load() / element) }
