package queue

import (
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
