package shm

import (
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
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
// would.
func TestVigilSeesAWrite(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	synctest.Test(t, func(t *testing.T) { // where it looks for so many times, and not so long
		var word atomic.Uint64
		seen := false
		for i := uint64(1); !seen; i++ {
			done := make(chan bool)
			go func() { defer close(done); word.Store(i) }()
			seen = watch(&word, i) && i > 10
			<-done
		}
	})
}
