package executortest

import (
	"errors"
	"strconv"
	"sync"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var closeCases = []trial{
	{name: "A64_CloseCancelsAll", size: 1, needs: closing, run: closeCancelsAll},
	{name: "A64_CloseAgain", needs: closing, run: closeAgain},
	{name: "A64_CloseFromCallback", size: 1, needs: closing, run: closeFromCallback},
	{name: "A64_CloseWhileCallsCome", size: 2, needs: closing, run: closeWhileCallsCome},
	{name: "G6_CloseLeavesNothing", size: 2, needs: closing, run: closeLeavesNothing},
}

func closeCancelsAll(r *rig) {
	running := r.running("gate")
	r.eventually("running", func() bool { return running.State() == runtime.Running })
	queued := make(futures, 5)
	for i := range queued {
		queued[i] = r.gate("queued" + strconv.Itoa(i))
	}
	r.close()
	wantState(r, running, runtime.Canceled)
	wantStarted(r, wantError(r, running, runtime.ErrCanceled), true)
	for _, f := range queued {
		wantState(r, f, runtime.Canceled)
		wantStarted(r, wantError(r, f, runtime.ErrCanceled), false)
	}
	r.wantClosed()
	r.openAll()
	if names := r.begun(); len(names) != 1 || r.marked("gate"+chores.Passed) {
		r.Errorf("began: %v; the running one went on: %t", names, r.marked("gate"+chores.Passed))
	}
}

func closeAgain(r *rig) {
	r.works()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := r.ex.(closer).Close(); err != nil {
				r.Errorf("Close: %v", err)
			}
		})
	}
	r.within("four times Close", all.Wait)
	r.close()
	r.wantClosed()
	if _, ok := r.ex.(shutter); ok {
		r.shutdown()
	}

	unused := r.another()
	if err := unused.(closer).Close(); err != nil {
		r.Errorf("Close of an executor that was not used: %v", err)
	}
}

func closeFromCallback(r *rig) {
	f, queued := r.running("gate"), r.gate("queued")
	down := make(chan error, 1)
	f.OnDone(func(int, error) { down <- r.ex.(closer).Close() })
	r.open("gate")
	r.within("Close", func() {
		if err := <-down; err != nil {
			r.Errorf("Close: %v", err)
		}
	})
	must(r, f)
	wantError(r, queued, runtime.ErrCanceled)
	r.wantClosed()
}

func closeWhileCallsCome(r *rig) {
	var all sync.WaitGroup
	results := make(chan *runtime.Future[int], 4*500)
	for range 4 {
		all.Go(func() {
			for i := range 500 {
				results <- chores.SubmitSquare(r.ctx, r.ex, i)
			}
		})
	}
	want(r, <-results, 0) // of each submitter the first is 0
	r.close()
	r.within("submits", all.Wait)
	close(results)
	for f := range results {
		_, err := outcome(r, f)
		if err != nil && !errors.Is(err, runtime.ErrCanceled) && !errors.Is(err, runtime.ErrClosed) {
			r.Errorf("error %v", err)
		}
	}
}

func closeLeavesNothing(r *rig) {
	before := takeCensus()
	for i := range 6 {
		r.gate(strconv.Itoa(i))
	}
	r.eventually("two begun", func() bool { return len(r.begun()) == 2 })
	r.close()
	wantCensus(r.T, before)
}
