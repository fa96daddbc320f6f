package executortest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var cancelCases = []trial{
	{name: "A19_CancelPending", size: 1, run: cancelPending},
	{name: "A20_CancelRunning", size: 1, run: cancelRunning},
	{name: "A20_CanceledTaskKeepsItsSlot", size: 1, needs: local, run: canceledKeepsSlot},
	{name: "A67_ContextEndedBeforeSubmit", run: contextEndedBefore},
	{name: "A67_ContextEndsWhileQueued", size: 1, run: contextEndsWhileQueued},
	{name: "A67_ContextEndsWhileRunning", size: 1, run: contextEndsWhileRunning},
}

var deadlineCases = []trial{
	{name: "A67_DeadlineWhileQueued", size: 1, run: deadlineWhileQueued},
	{name: "F03_DeadlineWhileRunning", size: 1, run: deadlineWhileRunning},
	{name: "F03_DeadlineOfTheWholeCall", run: deadlineOfWholeCall},
	{name: "F03_TimeoutOfTheTask", run: timeoutOfTask},
	{name: "F03_TaskSeesTheDeadline", run: taskSeesDeadline},
}

func cancelPending(r *rig) {
	f3 := chores.SubmitSquare(r.ctx, r.ex, 2)
	want(r, f3, 4)
	f1 := r.running("f1")
	f2 := r.gate("f2")
	if !f2.Cancel() || !f2.Cancel() {
		r.Error("Cancel of a pending call, or again, reports false")
	}
	wantState(r, f2, runtime.Canceled)
	if f3.Cancel() {
		r.Error("Cancel of a finished call reports true")
	}
	r.eventually("f1 running", func() bool { return f1.State() == runtime.Running })
	wantStarted(r, wantError(r, f2, runtime.ErrCanceled), false)
	wantError(r, f2, context.Canceled)
	r.openAll()
	must(r, f1)
	if r.works(); r.marked("f2" + chores.Began) {
		r.Error("a canceled call ran")
	}
}

func cancelRunning(r *rig) {
	f := r.running("f")
	r.eventually("running", func() bool { return f.State() == runtime.Running })
	if !f.Cancel() {
		r.Error("Cancel of a running call reports false")
	}
	wantState(r, f, runtime.Canceled)
	wantStarted(r, wantError(r, f, runtime.ErrCanceled), true)
	r.await("f" + chores.Ended)
	r.works()
	if r.marked("f" + chores.Passed) {
		r.Error("the canceled task went on")
	}
}

// canceledKeepsSlot checks that a canceled task which goes on counts: a pool of
// one never runs two.
func canceledKeepsSlot(r *rig) {
	f := chores.SubmitStubborn(r.ctx, r.ex, r.dir, "first")
	r.await("first" + chores.Began)
	f.Cancel()
	wantError(r, f, runtime.ErrCanceled)
	second := r.gate("second")
	r.open("second")
	r.open("first")
	must(r, second)
	if !r.marked("first" + chores.Passed) {
		r.Error("the second task ran before the first returned")
	}
}

func contextEndedBefore(r *rig) {
	f := chores.SubmitGate(expired(r), r.ex, r.dir, "never")
	wantStarted(r, wantError(r, f, runtime.ErrCanceled), false)
	past, cancel := context.WithDeadline(r.ctx, time.Now().Add(-time.Second))
	defer cancel()
	f = chores.SubmitGate(past, r.ex, r.dir, "never")
	wantStarted(r, wantError(r, f, runtime.ErrTimeout), false)
	if r.works(); r.marked("never" + chores.Began) {
		r.Error("a call whose context had ended ran")
	}
}

// ending returns a context that the test ends with a cause of its own.
func ending(r *rig) (ctx context.Context, end func(), why error) {
	why = errors.New("enough")
	ctx, cancel := context.WithCancelCause(r.ctx)
	return ctx, func() { cancel(why) }, why
}

func contextEndsWhileQueued(r *rig) {
	r.running("first")
	ctx, end, why := ending(r)
	f := chores.SubmitGate(ctx, r.ex, r.dir, "never")
	wantState(r, f, runtime.Pending)
	end()
	wantState(r, f, runtime.Canceled)
	wantError(r, f, why)
	wantStarted(r, wantError(r, f, runtime.ErrCanceled), false)
	r.openAll()
	if r.works(); r.marked("never" + chores.Began) {
		r.Error("a call whose context had ended ran")
	}
}

func contextEndsWhileRunning(r *rig) {
	ctx, end, why := ending(r)
	f := chores.SubmitGate(ctx, r.ex, r.dir, "f")
	r.await("f" + chores.Began)
	r.eventually("running", func() bool { return f.State() == runtime.Running })
	end()
	wantError(r, f, why)
	wantStarted(r, wantError(r, f, runtime.ErrCanceled), true)
	r.await("f" + chores.Ended)
	r.works()
}

func deadlineWhileQueued(r *rig) {
	r.running("first")
	ctx, cancel := context.WithTimeout(r.ctx, 20*time.Millisecond)
	defer cancel()
	f := chores.SubmitGate(ctx, r.ex, r.dir, "never")
	err := wantError(r, f, runtime.ErrTimeout)
	wantError(r, f, context.DeadlineExceeded)
	wantStarted(r, err, false)
	wantState(r, f, runtime.Failed)
	if f.Cancel() {
		r.Error("Cancel of a call that timed out reports true")
	}
	r.openAll()
	if r.works(); r.marked("never" + chores.Began) {
		r.Error("a call whose deadline had passed ran")
	}
}

// deadlineWhileRunning gives the task ever more time to begin, as a slow machine
// may need, and looks at the first call that did.
func deadlineWhileRunning(r *rig) {
	r.works() // the worker is there, and the time is the task's
	for limit := 50 * time.Millisecond; limit < hardLimit; limit *= 4 {
		ctx, cancel := context.WithTimeout(r.ctx, limit)
		defer cancel()
		f := chores.SubmitGate(ctx, r.ex, r.dir, "f")
		err := wantError(r, f, runtime.ErrTimeout)
		wantState(r, f, runtime.Failed)
		r.works()
		if r.marked("f" + chores.Began) {
			wantStarted(r, err, true)
			r.await("f" + chores.Ended)
			return
		}
	}
	r.Error("the task never began before its deadline")
}

// deadlineOfWholeCall has one context end the call and the wait for it: the error
// is that of the call, whoever is faster.
func deadlineOfWholeCall(r *rig) {
	r.works()
	for i := range 20 {
		limit := time.Duration(i%4+1) * time.Millisecond
		under := func(call func(ctx context.Context) error) {
			ctx, cancel := context.WithTimeout(r.ctx, limit)
			defer cancel()
			err := call(ctx)
			var lost *runtime.TaskError
			if !errors.Is(err, runtime.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &lost) {
				r.Errorf("got %v", err)
			}
		}
		under(func(ctx context.Context) error {
			_, err := chores.CallSleep(ctx, r.ex, 60_000)
			return err
		})
		under(func(ctx context.Context) error {
			_, err := chores.MapSleep(ctx, r.ex, []int{0, 60_000})
			return err
		})
		under(func(ctx context.Context) (last error) {
			for _, err := range chores.StreamSleep(ctx, r.ex, slices.Values([]int{0, 60_000})) {
				last = err
			}
			return last
		})
	}
}

func taskSeesDeadline(r *rig) {
	ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
	defer cancel()
	want(r, chores.SubmitHasDeadline(ctx, r.ex), true)
	want(r, chores.SubmitHasDeadline(r.ctx, r.ex), false)
}

func timeoutOfTask(r *rig) {
	want(r, chores.SubmitHasty(r.ctx, r.ex, 1), 1)
	f := chores.SubmitHasty(r.ctx, r.ex, 60_000)
	wantStarted(r, wantError(r, f, runtime.ErrTimeout), true)
	wantState(r, f, runtime.Failed)
	r.works()
}
