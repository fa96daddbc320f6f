package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/offing-go/offing/runtime"
)

// raceCount is how many races a test with n of them can afford.
func raceCount(n int) int {
	switch {
	case testing.Short():
		return n / 100
	case underRace:
		return n / 10
	}
	return n
}

// A referee checks one call that somebody completes and others cancel.
type referee struct {
	future   *runtime.Future[int]
	canceled [2]bool // what Cancel returned
	called   atomic.Int32
	heard    error // what the callback got; ordered by called
}

func (r *referee) watch(f *runtime.Future[int]) {
	r.future = f
	f.OnDone(func(_ int, err error) {
		r.heard = err
		r.called.Add(1)
	})
}

// judge returns whether the call was canceled, and fails the test if the outcome
// is not one, or not what everybody was told.
func (r *referee) judge(t *testing.T, want int) bool {
	t.Helper()
	<-r.future.Done()
	v, err := r.future.Result(context.Background())
	is := errors.Is(err, runtime.ErrCanceled)
	switch {
	case err != nil && !is || err == nil && v != want || is && v != 0:
		t.Fatalf("outcome %d, %v; want %d or ErrCanceled", v, err, want)
	case r.canceled[0] != is || r.canceled[1] != is || r.future.Cancel() != is:
		t.Fatalf("Cancel returned %t, the outcome is %v", r.canceled, err)
	case is != (r.future.State() == runtime.Canceled) || !r.future.State().Settled():
		t.Fatalf("state %v with outcome %v", r.future.State(), err)
	}
	for r.called.Load() == 0 { // the one who settles may still be on its way to it
		goruntime.Gosched()
	}
	if r.called.Load() != 1 || r.heard != err {
		t.Fatalf("the callback ran %d times and heard %v; the outcome is %v", r.called.Load(), r.heard, err)
	}
	return is
}

// TestG1_G3_AMillionRacesOnAPromise has three goroutines race for each of many
// promises: one completes it, two cancel it. They go round by round side by side,
// so that they meet at every distance.
func TestG1_G3_AMillionRacesOnAPromise(t *testing.T) {
	const each = 1000
	canceled, n := 0, raceCount(1_000_000)/each
	for round := range n {
		promises, referees := make([]runtime.Promise[int], each), make([]referee, each)
		won := make([]bool, each)
		for i := range promises {
			promises[i].Init(t.Context(), &square.Task)
			referees[i].watch(promises[i].Future())
		}
		start := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			<-start
			for i := range promises {
				won[i] = promises[i].Start() && promises[i].Settle(i, nil)
			}
		})
		for who := range 2 {
			all.Go(func() {
				<-start
				for i := range referees {
					if (round+i)%64 == 0 {
						goruntime.Gosched() // lets another catch up
					}
					referees[i].canceled[who] = promises[i].Future().Cancel()
				}
			})
		}
		close(start)
		all.Wait()
		for i := range referees {
			is := referees[i].judge(t, i)
			if won[i] == is {
				t.Fatalf("Settle returned %t, canceled is %t", won[i], is)
			}
			if is {
				canceled++
			}
		}
	}
	t.Logf("%d of %d canceled", canceled, n*each)
	if canceled == 0 || canceled == n*each {
		t.Error("one side won every race: these were none")
	}
}

// TestG1_G3_AMillionRacesOnAPool cancels calls while they are queued, while workers
// take, run and complete them, and while the context of some ends.
func TestG1_G3_AMillionRacesOnAPool(t *testing.T) {
	const each = 1000
	p := newPool(t, 4)
	canceled, n := 0, raceCount(1_000_000)/each
	for range n {
		referees := make([]referee, each)
		runs := make([]int, each)
		task := inTest(func(_ context.Context, i int) (int, error) {
			runs[i]++ // a call that ran twice is a race
			if i%3 == 0 {
				goruntime.Gosched()
			}
			return i, nil
		})
		ending, end := context.WithCancel(t.Context())
		for i := range referees {
			ctx := t.Context()
			if i%8 == 7 {
				ctx = ending
			}
			referees[i].watch(submit(ctx, p, task, i))
		}
		var all sync.WaitGroup
		for who := range 2 {
			all.Go(func() {
				for i := range referees {
					if who == 1 { // one follows the workers, one comes to meet them
						i = each - 1 - i
					}
					referees[i].canceled[who] = referees[i].future.Cancel()
					goruntime.Gosched()
				}
			})
		}
		all.Go(end)
		all.Wait()
		for i := range referees {
			is := referees[i].judge(t, i)
			if is {
				canceled++
			} else if runs[i] != 1 {
				t.Fatalf("call %d succeeded and ran %d times", i, runs[i])
			}
		}
	}
	if err := p.Shutdown(t.Context()); err != nil || p.Stats().Running != 0 {
		t.Errorf("Shutdown: %v; %+v", err, p.Stats())
	}
	t.Logf("%d of %d canceled", canceled, n*each)
	if canceled == 0 || canceled == n*each {
		t.Error("one side won every race: these were none")
	}
}
