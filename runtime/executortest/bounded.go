package executortest

import (
	"context"
	"errors"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var boundedCases = []trial{
	{name: "G9_SubmitWaitsForRoom", run: submitWaitsForRoom},
	{name: "G9_SubmitObeysContext", run: submitObeysContext},
	{name: "G9_NonBlockingDoesNotWait", run: nonBlocking},
	{name: "G9_CloseWakesSubmit", needs: closing, run: closeWakesSubmit},
	{name: "G9_CancelMakesRoom", run: cancelMakesRoom},
	{name: "A63_ManyThroughASmallQueue", run: manyThroughSmallQueue},
	{name: "G9_MapThroughASmallQueue", run: mapThroughSmallQueue},
}

// fill occupies the worker and the queue.
func (r *rig) fill() (running, queued *runtime.Future[int]) {
	r.Helper()
	running = r.running("running")
	r.within("Submit into an empty queue", func() { queued = r.gate("queued") })
	return running, queued
}

// blocked submits a call that has to wait for room, and returns a wait for the
// future. That it waits cannot be seen, only that it has not come through while
// others would have.
func (r *rig) blocked(ctx context.Context, name string) (wait func() *runtime.Future[int]) {
	r.Helper()
	got := make(chan *runtime.Future[int], 1)
	go func() { got <- chores.SubmitGate(ctx, r.ex, r.dir, name) }()
	select {
	case f := <-got:
		r.Errorf("Submit into a full queue did not wait; the call is %v", f.State())
		got <- f
	case <-time.After(20 * time.Millisecond):
	}
	return func() (f *runtime.Future[int]) {
		r.Helper()
		r.within("Submit", func() { f = <-got })
		return f
	}
}

func submitWaitsForRoom(r *rig) {
	running, queued := r.fill()
	wait := r.blocked(r.ctx, "third")
	r.open("running")
	must(r, running)
	third := wait()
	r.openAll()
	must(r, queued)
	must(r, third)
}

func submitObeysContext(r *rig) {
	running, queued := r.fill()
	ctx, end, why := ending(r)
	wait := r.blocked(ctx, "third")
	end()
	third := wait()
	wantError(r, third, why)
	wantStarted(r, wantError(r, third, runtime.ErrCanceled), false)

	late, cancel := context.WithTimeout(r.ctx, 10*time.Millisecond)
	defer cancel()
	r.within("Submit with a deadline", func() { third = chores.SubmitGate(late, r.ex, r.dir, "third") })
	wantStarted(r, wantError(r, third, runtime.ErrTimeout), false)
	r.openAll()
	must(r, running)
	must(r, queued)
	if r.works(); r.marked("third" + chores.Began) {
		r.Error("a call that found no room ran")
	}
}

func nonBlocking(r *rig) {
	running, queued := r.fill()
	ex := runtime.NonBlocking(r.ex)
	var third *runtime.Future[int]
	r.within("Submit", func() { third = chores.SubmitGate(r.ctx, ex, r.dir, "third") })
	wantStarted(r, wantError(r, third, runtime.ErrQueueFull), false)
	r.openAll()
	must(r, running)
	must(r, queued)
	want(r, chores.SubmitSquare(r.ctx, ex, 3), 9)
}

func closeWakesSubmit(r *rig) {
	running, queued := r.fill()
	wait := r.blocked(r.ctx, "third")
	r.close()
	third := wait()
	for _, f := range (futures{running, queued, third}) {
		if _, err := outcome(r, f); !errors.Is(err, runtime.ErrCanceled) && !errors.Is(err, runtime.ErrClosed) {
			r.Errorf("error %v", err)
		}
	}
	if r.marked("third" + chores.Began) {
		r.Error("a call that found no room ran")
	}
}

// cancelMakesRoom checks that a queue full of canceled calls is not full for
// ever: room is there at the latest when the worker is free.
func cancelMakesRoom(r *rig) {
	running, queued := r.fill()
	queued.Cancel()
	wantError(r, queued, runtime.ErrCanceled)
	r.openAll()
	must(r, running)
	r.within("Submit", r.works)
}

func manyThroughSmallQueue(r *rig) {
	calls := make(futures, 2000)
	r.within("submits", func() {
		for i := range calls {
			calls[i] = chores.SubmitSquare(r.ctx, r.ex, i)
		}
	})
	for i, f := range calls {
		want(r, f, i*i)
	}
}

func mapThroughSmallQueue(r *rig) {
	r.within("Map", func() {
		got, err := chores.MapSquare(r.ctx, r.ex, []int{1, 2, 3, 4, 5, 6, 7}, runtime.Chunk(1))
		if len(got) != 7 || err != nil {
			r.Errorf("%v, %v", got, err)
		}
	})
}
