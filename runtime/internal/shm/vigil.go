package shm

import (
	"sync/atomic"
	"time"
)

// A Vigil waits for a word that another process is about to write, awake. Who sleeps in
// the kernel instead has to be woken, and a processor that has nothing else to run has to
// be started again for it: some 5 to 10 microseconds each time on a virtual machine, as
// much as all the rest of a short call.
//
//	asleep   A  write . sleep ............ woken . read       2 x wake-up
//	         B  ....... woken . read, run, write . sleep
//	awake    A  write . looks .... read
//	         B  looks . read, run, write . looks
//
// Spinning for about as long as sleeping costs is never much worse than the better of the
// two (Karlin, Li, Manasse and Owicki, Empirical Studies of Competitive Spinning for a
// Shared-Memory Multiprocessor, SOSP 1991). Three things keep it from being a burden:
//
//   - Between looks it gives way to any thread that wants its processor. That is also what
//     makes it work if the other process is waiting for that very processor, which the
//     kernel does to two that wake each other: without it both spin in vain.
//   - It ends after vigilTime, and after it was in vain it rests, for 1, 3, 7 and then 15
//     times, so that calls which take longer cost a sixteenth of that.
//   - Who gives way to a thread that computes may be without a processor for milliseconds,
//     where one who sleeps is woken at once. After that it rests, for four milliseconds
//     2,000 times, which is a tenth of what so many calls of 20 microseconds take.
//
// It is of one thread: other goroutines of this process that want its place in the Go
// scheduler may have to wait until it ends.
//
// The zero value is ready. One goroutine at a time may use it.
type Vigil struct {
	missed uint8  // in vain in a row, at most vigilDoublings
	rest   uint16 // so many times without
}

const (
	// vigilTime is how long to look for. With 20, 50 and 100 microseconds calls of 64 KiB
	// took 1.24, 1.21 and 1.14 of the time of a raw pipe (medians of 3, 8 and 8 runs, which
	// differ by as much), and short ones no less. A worker wastes it once after its last call.
	vigilTime = 50 * time.Microsecond

	vigilDoublings = 4

	// lateTime is less than what a kernel gives a thread that computes, and more than what
	// one of our own takes that collects garbage.
	lateTime  = time.Millisecond
	lateShare = 2 * time.Microsecond // so much of it is made up for by one time without
	maxRest   = 4095

	looksAtOnce = 64  // a tenth of a microsecond
	maxLooks    = 500 // where the clock stands still, as in testing/synctest
)

// Await waits until word is at least want, and reports false if it was not within
// vigilTime, or if it did not wait. Who wrote it may be anybody, and mean anything by it:
// true says that it is worth to look, and no more.
func (v *Vigil) Await(word *atomic.Uint64, want uint64) bool {
	if v.rest > 0 {
		v.rest--
		return false
	}
	seen, took := watch(word, want)
	v.took(seen, took)
	return seen
}

// took decides how long to rest after a vigil.
func (v *Vigil) took(seen bool, took time.Duration) {
	v.rest = 0
	switch {
	case took > lateTime:
		v.rest = uint16(min(took/lateShare, maxRest))
	case seen:
		v.missed = 0
	default:
		v.missed = min(v.missed+1, vigilDoublings)
		v.rest = 1<<v.missed - 1
	}
}

// watch is Await without rests. It also returns how long it took, as of when the processor
// was its own again the last time.
func watch(word *atomic.Uint64, want uint64) (seen bool, took time.Duration) {
	if look(word, want) {
		return true, 0
	}
	begin := time.Now()
	for range maxLooks {
		giveWay()
		took = time.Since(begin)
		if look(word, want) {
			return true, took
		}
		if took > vigilTime {
			break
		}
	}
	return false, took
}

// look looks for a moment that is less than it takes to give way.
func look(word *atomic.Uint64, want uint64) (seen bool) {
	for range looksAtOnce {
		if word.Load() >= want {
			return true
		}
	}
	return false
}
