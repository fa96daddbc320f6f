package executortest

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var shutdownCases = []trial{
	{name: "A42_SubmitAfterShutdown", needs: shutdown, run: submitAfterShutdown},
	{name: "A43_ShutdownRunsWhatIsQueued", size: 2, needs: shutdown, run: shutdownRunsQueue},
	{name: "A43_ResultsDuringShutdown", size: 2, needs: shutdown, run: resultsDuringShutdown},
	{name: "A48_ShutdownLeavesNothing", size: 2, needs: shutdown, run: shutdownLeavesNothing},
	{name: "F10_ShutdownObeysContext", size: 1, needs: shutdown | closing, run: shutdownObeysContext},
	{name: "F10_ShutdownFromCallback", size: 1, needs: shutdown, run: shutdownFromCallback},
	{name: "F10_ShutdownTwiceAtOnce", size: 2, needs: shutdown, run: shutdownTwiceAtOnce},
}

// wantClosed checks that the executor refuses calls.
func (r *rig) wantClosed() {
	r.Helper()
	r.within("submits", func() {
		f := r.gate("refused")
		wantStarted(r, wantError(r, f, runtime.ErrClosed), false)
		wantState(r, f, runtime.Failed)
		if _, err := chores.MapSquare(r.ctx, r.ex, []int{1, 2}); !errors.Is(err, runtime.ErrClosed) {
			r.Errorf("Map: %v", err)
		}
		for _, err := range chores.StreamSquare(r.ctx, r.ex, numbers(2)) {
			if !errors.Is(err, runtime.ErrClosed) {
				r.Errorf("Stream: %v", err)
			}
		}
	})
	if r.marked("refused" + chores.Began) {
		r.Error("a call that was refused ran")
	}
}

func submitAfterShutdown(r *rig) {
	r.works()
	r.shutdown()
	r.wantClosed()
	r.shutdown()
}

func (r *rig) sleeps(n int) futures {
	calls := make(futures, n)
	for i := range calls {
		calls[i] = chores.SubmitSleep(r.ctx, r.ex, 5)
	}
	return calls
}

func shutdownRunsQueue(r *rig) {
	calls := r.sleeps(50)
	r.shutdown()
	for _, f := range calls {
		wantState(r, f, runtime.Succeeded)
		want(r, f, 5)
	}
}

func resultsDuringShutdown(r *rig) {
	calls := r.sleeps(50)
	var down sync.WaitGroup
	down.Go(r.shutdown)
	for _, f := range calls {
		want(r, f, 5)
	}
	down.Wait()
}

func shutdownLeavesNothing(r *rig) {
	before := takeCensus()
	r.running("gate")
	for i := range 5 {
		r.gate(strconv.Itoa(i))
	}
	r.openAll()
	r.shutdown()
	wantCensus(r.T, before)
}

func shutdownObeysContext(r *rig) {
	running := chores.SubmitStubborn(r.ctx, r.ex, r.dir, "gate")
	r.await("gate" + chores.Began)
	queued := r.gate("queued")
	ctx, cancel := context.WithCancelCause(r.ctx)
	why := errors.New("enough")
	cancel(why)
	r.within("Shutdown", func() {
		if err := r.ex.(shutter).Shutdown(ctx); !errors.Is(err, why) {
			r.Errorf("Shutdown: %v, want the cause of its context", err)
		}
	})
	r.wantClosed()
	if s := running.State(); s != runtime.Running {
		r.Errorf("Shutdown made a running call %v", s)
	}
	r.close()
	wantError(r, running, runtime.ErrCanceled)
	wantError(r, queued, runtime.ErrCanceled)
}

func shutdownFromCallback(r *rig) {
	f, last := r.running("gate"), r.gate("last")
	down := make(chan error, 1)
	f.OnDone(func(int, error) {
		ctx, cancel := context.WithTimeout(context.Background(), hardLimit)
		defer cancel()
		down <- r.ex.(shutter).Shutdown(ctx)
	})
	r.openAll()
	if err := <-down; err != nil {
		r.Errorf("Shutdown: %v", err)
	}
	wantState(r, last, runtime.Succeeded)
	r.wantClosed()
}

func shutdownTwiceAtOnce(r *rig) {
	calls := r.sleeps(20)
	var all sync.WaitGroup
	for range 4 {
		all.Go(r.shutdown)
	}
	all.Wait()
	for _, f := range calls {
		wantState(r, f, runtime.Succeeded)
	}
}
