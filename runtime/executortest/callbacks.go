package executortest

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync/atomic"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var callbackCases = []trial{
	{name: "A26_CallbacksRunInOrder", size: 1, run: callbacksRunInOrder},
	{name: "A26_CallbackGetsTheFailure", size: 1, run: callbackGetsTheFailure},
	{name: "A26_CallbackGetsTheCancel", size: 1, run: callbackGetsTheCancel},
	{name: "A27_CallbackOfSettledCall", run: callbackOfSettledCall},
	{name: "A28_CallbackPanics", size: 1, run: callbackPanics},
	{name: "A26_StoppedCallback", size: 1, run: stoppedCallback},
	{name: "G1_CallbackSubmits", size: 1, run: callbackSubmits},
}

func callbacksRunInOrder(r *rig) {
	f := r.running("gate")
	order := make(chan int, 20)
	for i := range 10 {
		f.OnDone(func(int, error) { order <- i })
	}
	last := make(chan struct{})
	f.OnDone(func(pid int, err error) {
		if pid == 0 || err != nil {
			r.Errorf("callback got %d, %v", pid, err)
		}
		wantState(r, f, runtime.Succeeded)
		close(last)
	})
	r.open("gate")
	r.within("callbacks", func() { <-last })
	close(order)
	var got []int
	for i := range order {
		got = append(got, i)
	}
	if !slices.Equal(got, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		r.Errorf("callbacks ran in the order %v", got)
	}
}

// calledWith returns a callback and a wait for its one call.
func calledWith[T any](r *rig) (fn func(T, error), wait func() error) {
	got := make(chan error, 10)
	return func(_ T, err error) { got <- err }, func() (err error) {
		r.Helper()
		r.within("callback", func() { err = <-got })
		if len(got) > 0 {
			r.Error("callback was called again")
		}
		return err
	}
}

func callbackGetsTheFailure(r *rig) {
	r.running("gate")
	f := chores.SubmitFail(r.ctx, r.ex, "no", "path")
	fn, wait := calledWith[struct{}](r)
	f.OnDone(fn)
	r.open("gate")
	if err := wait(); !errors.Is(err, fs.ErrNotExist) {
		r.Errorf("callback got %v", err)
	}
}

func callbackGetsTheCancel(r *rig) {
	r.running("gate")
	f := r.gate("pending")
	fn, wait := calledWith[int](r)
	f.OnDone(fn)
	f.Cancel()
	f.Cancel()
	if err := wait(); !errors.Is(err, runtime.ErrCanceled) {
		r.Errorf("callback got %v", err)
	}
}

func callbackOfSettledCall(r *rig) {
	f := chores.SubmitSquare(r.ctx, r.ex, 4)
	want(r, f, 16)
	calls := 0
	stop := f.OnDone(func(n int, err error) {
		if calls++; n != 16 || err != nil {
			r.Errorf("callback got %d, %v", n, err)
		}
	})
	if calls != 1 {
		r.Errorf("called %d times before OnDone returned, want 1", calls)
	}
	if stop() {
		r.Error("stop reports that it kept a callback from running that ran")
	}
}

func callbackPanics(r *rig) {
	f := r.running("gate")
	fn, wait := calledWith[int](r)
	f.OnDone(func(int, error) { panic("in a callback, on purpose") })
	f.OnDone(fn)
	r.open("gate")
	if err := wait(); err != nil {
		r.Errorf("the second callback got %v", err)
	}
	must(r, f)
	r.works()
}

func stoppedCallback(r *rig) {
	f := r.running("gate")
	var called atomic.Bool
	stop := f.OnDone(func(int, error) { called.Store(true) })
	fn, wait := calledWith[int](r)
	f.OnDone(fn)
	if !stop() {
		r.Error("stop reports that it came too late")
	}
	if stop() {
		r.Error("the second stop reports that it did something")
	}
	r.open("gate")
	_ = wait() // its callback comes after the stopped one
	if called.Load() {
		r.Error("a stopped callback ran")
	}
}

// callbackSubmits checks that a callback may use the executor, even the only
// worker's.
func callbackSubmits(r *rig) {
	f := r.running("gate")
	next := make(chan *runtime.Future[int], 1)
	f.OnDone(func(int, error) { next <- chores.SubmitSquare(context.Background(), r.ex, 7) })
	r.open("gate")
	var g *runtime.Future[int]
	r.within("callback", func() { g = <-next })
	want(r, g, 49)
}
