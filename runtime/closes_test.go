package runtime_test

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/offing-go/offing/runtime"
)

// Each of several Close calls returns when all is settled, also what another has just
// taken out of the queue.
func TestEachOfSeveralClosesSettlesAll(t *testing.T) {
	for range raceCount(5_000) {
		p := newPool(t, 1)
		fn, began, release := hold()
		futures := []*runtime.Future[int]{submit(t.Context(), p, do, fn)}
		<-began
		for i := range 20 {
			futures = append(futures, submit(t.Context(), p, square, i))
		}
		var closers sync.WaitGroup
		for range 3 {
			closers.Go(func() {
				p.Close()
				for i, f := range futures {
					if !f.State().Settled() {
						t.Errorf("Close has returned; call %d is %v", i, f.State())
					}
				}
			})
		}
		closers.Wait()
		release()
		if t.Failed() {
			return
		}
	}
}

// Close does not wait for the callbacks of another, nor for itself when one of them
// calls it.
func TestCloseBesideCallbacksOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, 1)
		fn, began, release := hold()
		submit(t.Context(), p, do, fn)
		<-began
		first, second := submit(t.Context(), p, square, 1), submit(t.Context(), p, square, 2)
		let := make(chan struct{})
		first.OnDone(func(int, error) {
			p.Close()
			if !second.State().Settled() {
				t.Error("Close in a callback has settled not all")
			}
			<-let
		})
		var other sync.WaitGroup
		other.Go(func() { p.Close() })
		synctest.Wait()
		p.Close()
		close(let)
		other.Wait()
		release()
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
