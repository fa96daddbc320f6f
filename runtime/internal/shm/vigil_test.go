package shm

import (
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A vigil that was in vain rests for longer each time, and is as new after one that was
// not.
func TestVigilRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock stands still: it ends nevertheless
		var v Vigil
		var word atomic.Uint64
		for _, rest := range []int{1, 3, 7, 15, 15} {
			if v.Await(&word, 7) {
				t.Fatal("seen what is not there")
			}
			for range rest {
				word.Store(7)
				if v.Await(&word, 7) {
					t.Fatalf("no rest of %d", rest)
				}
			}
			word.Store(6)
		}
		word.Store(8)
		for range 3 {
			if !v.Await(&word, 7) {
				t.Fatal("nothing seen")
			}
		}
		word.Store(0)
		if v.Await(&word, 7) || v.Await(&word, 7) || v.rest != 0 {
			t.Error("not as new")
		}
	})
}

// It sees what is written while it looks. Who writes has a processor, as another process
// would, and waits for longer than one look takes.
func TestVigilSeesAWrite(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	synctest.Test(t, func(t *testing.T) { // where it looks for so many times, and not so long
		const tries = 100
		seen := 0
		for range tries {
			var word, running, begun atomic.Uint64
			done := make(chan bool)
			go func() {
				defer close(done)
				running.Store(1)
				for i := 0; i < 20_000; i++ { // some 20 us
					if begun.Load() == 0 {
						i = 0
					}
				}
				word.Store(1)
			}()
			for running.Load() == 0 {
				runtime.Gosched()
			}
			begun.Store(1)
			if ok, _ := watch(&word, 1); ok {
				seen++
			}
			<-done
		}
		if seen < tries/2 {
			t.Errorf("seen %d times of %d", seen, tries)
		}
	})
}

// After it was without a processor for long it rests for long.
func TestVigilThatIsLate(t *testing.T) {
	var v Vigil
	for _, c := range []struct {
		seen bool
		took time.Duration
		rest uint16
	}{{true, lateTime, 0}, {true, 4 * lateTime, 2000}, {false, 4 * lateTime, 2000}, {true, time.Hour, maxRest}, {false, lateTime, 1}} {
		if v.took(c.seen, c.took); v.rest != c.rest {
			t.Errorf("%+v: a rest of %d", c, v.rest)
		}
	}
}
