package queue

import (
	"runtime"
	"sync"
	"testing"
)

// One at a time is inside, and what goes through is counted, by whoever it is.
func TestGate(t *testing.T) {
	var g gate
	var wg sync.WaitGroup
	inside, total := 0, 0
	const each, goroutines = 5000, 8
	for range goroutines {
		wg.Go(func() {
			for i := range each {
				g.lock()
				if inside++; inside != 1 {
					t.Error("two are inside")
				}
				total++
				inside--
				g.unlock(i % 3)
				if i%5 == 0 {
					g.add(2)
				}
			}
		})
	}
	wg.Wait()
	want := int64(0)
	for i := range each {
		want += int64(i % 3)
		if i%5 == 0 {
			want += 2
		}
	}
	if got := g.count(); total != each*goroutines || got != want*goroutines {
		t.Errorf("%d were inside, %d went through, want %d and %d", total, got, each*goroutines, want*goroutines)
	}
}

// Who waits for long sleeps, and is woken by the end of the lock, also if others have had
// it since, or have let something through.
func TestGateWakesTheOneWhoSleeps(t *testing.T) {
	var g gate
	const waiters = 4
	for range 200 {
		var wg sync.WaitGroup
		g.lock()
		for range waiters {
			wg.Go(func() {
				g.lock()
				g.unlock(1)
			})
		}
		for g.word.Load()&awaited == 0 {
			runtime.Gosched()
		}
		g.add(1)
		g.unlock(1)
		if g.lock(); g.word.Load()&locked == 0 {
			t.Fatal("it is not locked")
		}
		g.unlock(0)
		wg.Wait()
	}
	if got, want := g.count(), int64(200*(waiters+2)); got != want || g.word.Load()&(locked|awaited) != 0 {
		t.Errorf("%d went through, want %d; the word is %#x", got, want, g.word.Load())
	}
}
