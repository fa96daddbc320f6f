package executortest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var waitCases = []trial{
	{name: "A30_RepeatedFuturesCountOnce", run: repeatedFuturesCountOnce},
	{name: "A31_WaitForTheFirst", size: 2, run: waitForTheFirst},
	{name: "A32_CanceledIsFirst", size: 2, run: canceledIsFirst},
	{name: "A33_WaitForAFailure", size: 2, run: waitForAFailure},
	{name: "A35_WaitForWhatIsThere", size: 2, run: waitForWhatIsThere},
	{name: "A36_WaitForAll", size: 2, run: waitForAll},
	{name: "A38_ManyWaitForMany", size: 4, run: manyWaitForMany},
	{name: "A40_AsCompletedInOrder", size: 3, run: asCompletedInOrder},
	{name: "A40_AsCompletedEndsWithContext", size: 1, run: asCompletedEnds},
	{name: "A36_CollectCancelsTheRest", size: 1, run: collectCancelsTheRest},
	{name: "A31_FirstCancelsTheRest", size: 1, run: firstCancelsTheRest},
}

// wantWait checks what Wait returns, within the hard limit.
func wantWait(r *rig, mode runtime.WaitMode, futures, done []*runtime.Future[int]) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, hardLimit)
	defer cancel()
	got, pending, err := runtime.Wait(ctx, mode, futures...)
	if err != nil || !slices.Equal(got, done) || len(got)+len(pending) != len(futures) {
		r.Errorf("Wait: %d done, %d pending, error %v; want %d of %d done", len(got), len(pending), err, len(done), len(futures))
	}
}

type futures = []*runtime.Future[int]

func repeatedFuturesCountOnce(r *rig) {
	f := chores.SubmitSquare(r.ctx, r.ex, 3)
	done, pending, err := runtime.Wait(r.ctx, runtime.AllCompleted, f, f, f)
	if len(done) != 1 || done[0] != f || len(pending) != 0 || err != nil {
		r.Errorf("Wait: %d done, %d pending, error %v", len(done), len(pending), err)
	}
	n := 0
	for g, err := range runtime.AsCompleted(r.ctx, f, f, f) {
		if n++; g != f || err != nil {
			r.Errorf("AsCompleted: error %v", err)
		}
	}
	if n != 1 {
		r.Errorf("AsCompleted yields %d times", n)
	}
}

func waitForTheFirst(r *rig) {
	gate := r.running("gate")
	quick := chores.SubmitSquare(r.ctx, r.ex, 3)
	wantWait(r, runtime.FirstCompleted, futures{quick, gate}, futures{quick})
}

func canceledIsFirst(r *rig) {
	a, b := r.running("a"), r.running("b")
	c := r.gate("c")
	c.Cancel()
	wantWait(r, runtime.FirstCompleted, futures{a, b, c}, futures{c})
}

func waitForAFailure(r *rig) {
	gate := r.running("gate")
	ok := chores.SubmitSquare(r.ctx, r.ex, 3)
	want(r, ok, 9)
	bad := chores.SubmitFailZero(r.ctx, r.ex)
	wantWait(r, runtime.FirstFailed, futures{ok, bad, gate}, futures{ok, bad})
}

func waitForWhatIsThere(r *rig) {
	gate := r.running("gate")
	ok, bad := chores.SubmitSquare(r.ctx, r.ex, 3), chores.SubmitFailZero(r.ctx, r.ex)
	_, _ = outcome(r, bad)
	want(r, ok, 9)
	wantWait(r, runtime.FirstFailed, futures{gate, bad}, futures{bad})
	wantWait(r, runtime.FirstCompleted, futures{gate, ok}, futures{ok})
	wantWait(r, runtime.AllCompleted, nil, nil)
}

func waitForAll(r *rig) {
	ok, bad := chores.SubmitSquare(r.ctx, r.ex, 3), chores.SubmitFailZero(r.ctx, r.ex)
	a, b := r.running("a"), r.running("b")
	gone := r.gate("gone")
	gone.Cancel()
	all := futures{ok, bad, gone, a, b}
	r.openAll()
	wantWait(r, runtime.AllCompleted, all, all)
	wantWait(r, runtime.FirstFailed, futures{ok, gone, a}, futures{ok, gone, a})
}

// manyWaitForMany opens gates while four goroutines wait for them, in many
// rounds: a wake-up that gets lost needs luck to be seen.
func manyWaitForMany(r *rig) {
	for round := range 20 {
		name := strconv.Itoa(round)
		gates := make(futures, 20)
		for i := range gates {
			gates[i] = r.gate(name)
		}
		r.await(name + chores.Began)
		var all sync.WaitGroup
		for _, mode := range []runtime.WaitMode{runtime.AllCompleted, runtime.FirstCompleted} {
			for range 2 {
				all.Go(func() {
					if _, _, err := runtime.Wait(r.ctx, mode, gates...); err != nil {
						r.Error(err)
					}
				})
			}
		}
		r.open(name)
		r.within("four waits", all.Wait)
	}
}

// asCompletedInOrder opens three gates one by one; each is seen to settle
// before the next opens, so there is one order only.
func asCompletedInOrder(r *rig) {
	a, b, c := r.running("a"), r.running("b"), r.running("c")
	r.open("b")
	must(r, b)
	ctx, cancel := context.WithTimeout(r.ctx, hardLimit)
	defer cancel()
	open := []string{"c", "a"}
	var got futures
	for f, err := range runtime.AsCompleted(ctx, a, b, c) {
		if err != nil {
			r.Fatal(err)
		}
		if got = append(got, f); len(open) > 0 {
			r.open(open[0])
			open = open[1:]
		}
	}
	if !slices.Equal(got, futures{b, c, a}) {
		r.Errorf("AsCompleted did not yield b, c, a")
	}
}

func asCompletedEnds(r *rig) {
	ok := chores.SubmitSquare(r.ctx, r.ex, 3)
	want(r, ok, 9)
	gate := r.running("gate")
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	var last error
	n := 0
	for f, err := range runtime.AsCompleted(ctx, gate, ok) {
		if n++; n == 1 && (f != ok || err != nil) {
			r.Errorf("first is not the settled one: %v", err)
		}
		last = err
		cancel(why)
	}
	if n != 2 || !errors.Is(last, why) || !strings.Contains(last.Error(), "1 of 2") {
		r.Errorf("%d elements, the last with error %v", n, last)
	}
}

func collectCancelsTheRest(r *rig) {
	running, pending := r.running("one"), r.gate("two")
	failed := chores.SubmitSquare(r.ctx, r.ex, 2)
	failed.Cancel()
	if _, err := runtime.Collect(r.ctx, pending, running, failed); !errors.Is(err, runtime.ErrCanceled) {
		r.Errorf("Collect: %v", err)
	}
	wantError(r, running, runtime.ErrCanceled)
	wantError(r, pending, runtime.ErrCanceled)
	if r.works(); r.marked("two" + chores.Began) {
		r.Error("a call that Collect canceled ran")
	}
}

func firstCancelsTheRest(r *rig) {
	ok := chores.SubmitSquare(r.ctx, r.ex, 3)
	want(r, ok, 9)
	running, pending := r.running("one"), r.gate("two")
	if n, err := runtime.First(r.ctx, pending, running, ok); n != 9 || err != nil {
		r.Errorf("First: %d, %v", n, err)
	}
	wantError(r, running, runtime.ErrCanceled)
	wantError(r, pending, runtime.ErrCanceled)
	if r.works(); r.marked("two" + chores.Began) {
		r.Error("a call that First canceled ran")
	}
}
