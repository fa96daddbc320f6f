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
//   - Between looks the thread gives its processor to whoever wants it. That is also
//     what makes it work if the other process is waiting for that very processor, which
//     the kernel does to two that wake each other: without it both spin in vain.
//   - It ends after vigilTime.
//   - After it was in vain it rests, for 1, 3, 7 and then 15 times, so that calls which
//     take longer cost a sixteenth of that.
//
// The zero value is ready. One goroutine at a time may use it.
type Vigil struct {
	missed uint8 // in vain in a row, at most vigilDoublings
	rest   uint8 // so many times without
}

const (
	// vigilTime is how long to look for. Measured with 20, 50 and 100 microseconds, calls
	// of 64 KiB took 1.2, 1.15 and 1.15 of the time of a raw pipe.
	vigilTime = 50 * time.Microsecond

	vigilDoublings = 4

	looksAtOnce = 64  // which take less than giving way does, a tenth of a microsecond
	maxLooks    = 500 // times looksAtOnce: where the clock stands still, as in testing/synctest
)

// Await waits until word is at least want, and reports false if it was not within
// vigilTime, or if it did not wait. Who wrote it may be anybody, and mean anything by it:
// true says that it is worth to look, and no more.
func (v *Vigil) Await(word *atomic.Uint64, want uint64) bool {
	if v.rest > 0 {
		v.rest--
		return false
	}
	if watch(word, want) {
		v.missed = 0
		return true
	}
	v.missed = min(v.missed+1, vigilDoublings)
	v.rest = 1<<v.missed - 1
	return false
}

// watch is Await without rests.
func watch(word *atomic.Uint64, want uint64) bool {
	var end time.Time
	for range maxLooks {
		for range looksAtOnce {
			if word.Load() >= want {
				return true
			}
		}
		giveWay()
		switch now := time.Now(); {
		case end.IsZero():
			end = now.Add(vigilTime)
		case now.After(end):
			return word.Load() >= want
		}
	}
	return false
}
