package executortest

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var resultCases = []trial{
	{name: "A01_ResultComesAgain", run: resultComesAgain},
	{name: "A22_StatesOfACall", size: 1, run: statesOfACall},
	{name: "A24_ResultWakesAllWaiters", size: 1, run: resultWakesAllWaiters},
	{name: "A24_CancelWakesAllWaiters", size: 1, run: cancelWakesAllWaiters},
	{name: "A52_ResultsOfMany", run: resultsOfMany},
	{name: "F23_BigPayload", run: bigPayload},
	{name: "F23_NilIsNotEmpty", run: nilIsNotEmpty},
	{name: "G2_SettledNeverChanges", run: settledNeverChanges},
	{name: "G4_ResultBeatsExpiredContext", run: resultBeatsExpiredContext},
	{name: "G4_ExpiredContextEndsOnlyTheWait", size: 1, run: expiredContextEndsWait},
}

func resultComesAgain(r *rig) {
	f := chores.SubmitSquare(r.ctx, r.ex, 16)
	want(r, f, 256)
	want(r, f, 256)
	wantState(r, f, runtime.Succeeded)
	<-f.Done()
}

func statesOfACall(r *rig) {
	succeeded := chores.SubmitSquare(r.ctx, r.ex, 2)
	failed := chores.SubmitFail(r.ctx, r.ex, "no", "path")
	want(r, succeeded, 4)
	wantError(r, failed, fs.ErrNotExist)
	running := r.running("running")
	pending := r.gate("pending")
	canceled := r.gate("canceled")
	if !canceled.Cancel() {
		r.Error("Cancel of a pending call reports false")
	}
	wantState(r, succeeded, runtime.Succeeded)
	wantState(r, failed, runtime.Failed)
	r.eventually("running", func() bool { return running.State() == runtime.Running })
	wantState(r, pending, runtime.Pending)
	wantState(r, canceled, runtime.Canceled)
	if succeeded.Cancel() || failed.Cancel() {
		r.Error("Cancel of a settled call reports true")
	}
	for s, settled := range map[runtime.State]bool{
		runtime.Pending: false, runtime.Running: false,
		runtime.Succeeded: true, runtime.Failed: true, runtime.Canceled: true,
	} {
		if s.Settled() != settled {
			r.Errorf("%v.Settled() is %t", s, !settled)
		}
	}
}

// waiters lets eight goroutines wait for f while act settles it, and returns
// what they got.
func waiters(r *rig, f *runtime.Future[int], act func()) (errs [8]error) {
	var ready, all sync.WaitGroup
	for i := range errs {
		ready.Add(1)
		all.Go(func() {
			ready.Done()
			_, errs[i] = f.Result(r.ctx)
		})
	}
	ready.Wait()
	act()
	r.within("eight waiters", all.Wait)
	return errs
}

func resultWakesAllWaiters(r *rig) {
	f := r.running("gate")
	for _, err := range waiters(r, f, func() { r.open("gate") }) {
		if err != nil {
			r.Errorf("a waiter got %v", err)
		}
	}
}

func cancelWakesAllWaiters(r *rig) {
	r.running("first")
	f := r.gate("second")
	for _, err := range waiters(r, f, func() { f.Cancel() }) {
		if !errors.Is(err, runtime.ErrCanceled) {
			r.Errorf("a waiter got %v, want %v", err, runtime.ErrCanceled)
		}
	}
}

func resultsOfMany(r *rig) {
	numbers := make([]int, 200)
	for i := range numbers {
		numbers[i] = i
	}
	for i, f := range chores.SubmitAllSquare(r.ctx, r.ex, numbers) {
		want(r, f, i*i)
	}
}

func bigPayload(r *rig) {
	text := strings.Repeat("0123456789abcdef", 1<<19) // 8 MiB
	if got := must(r, chores.SubmitEcho(r.ctx, r.ex, []byte(text))); string(got) != text {
		r.Errorf("%d bytes came back changed as %d", len(text), len(got))
	}
}

func nilIsNotEmpty(r *rig) {
	if got := must(r, chores.SubmitEcho(r.ctx, r.ex, nil)); got != nil {
		r.Errorf("nil came back as %#v", got)
	}
	if got := must(r, chores.SubmitEcho(r.ctx, r.ex, []byte{})); got == nil || len(got) != 0 {
		r.Errorf("an empty slice came back as %#v", got)
	}
}

func settledNeverChanges(r *rig) {
	f := chores.SubmitSquare(r.ctx, r.ex, 3)
	want(r, f, 9)
	if f.Cancel() {
		r.Error("Cancel of a result reports true")
	}
	want(r, f, 9)
	wantState(r, f, runtime.Succeeded)
}

// expired returns a context that has ended.
func expired(r *rig) context.Context {
	ctx, cancel := context.WithCancel(r.ctx)
	cancel()
	return ctx
}

func resultBeatsExpiredContext(r *rig) {
	f := chores.SubmitSquare(r.ctx, r.ex, 5)
	want(r, f, 25)
	for range 100 { // a select between the two would choose at random
		if n, err := f.Result(expired(r)); n != 25 || err != nil {
			r.Fatalf("result %d, %v; want 25", n, err)
		}
		done, _, err := runtime.Wait(expired(r), runtime.AllCompleted, f)
		if len(done) != 1 || err != nil {
			r.Fatalf("Wait found %d done, %v", len(done), err)
		}
	}
}

func expiredContextEndsWait(r *rig) {
	f := r.running("gate")
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(r.ctx)
	cancel(why)
	if _, err := f.Result(ctx); err != why {
		r.Errorf("error %v, want the cause of the context", err)
	}
	wantState(r, f, runtime.Running)
	r.open("gate")
	must(r, f)
}
