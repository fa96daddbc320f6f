package executortest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var stateCases = []trial{
	{name: "StateIsKept", size: 1, run: stateIsKept},
	{name: "StateIsNobodyElses", run: stateIsNobodyElses},
	{name: "StateFailsToOpen", run: stateFailsToOpen},
	{name: "StateIsReplaced", run: stateIsReplaced},
	{name: "StatesOfOneWorkerStayApart", size: 1, run: statesStayApart},
	{name: "StatesAreClosed", size: 2, needs: shutdown, run: statesAreClosed},
	{name: "StatesAreOpenedAhead", size: 3, run: statesAreOpenedAhead},
}

// tills returns workers with a till each, which are closed with the case.
func (r *rig) tills(drawer string) *chores.TillWorkers {
	tills := chores.NewTillWorkers(r.ex, r.dir, drawer)
	r.Cleanup(func() {
		if err := tills.Close(); err != nil {
			r.Error(err)
		}
	})
	return tills
}

// stateIsKept checks that one call after the other has the same state.
func stateIsKept(r *rig) {
	tills := r.tills("a")
	first := must(r, chores.SubmitRing(r.ctx, tills, 1))
	for i := range 10 {
		got := must(r, chores.SubmitRing(r.ctx, tills, i))
		if got != (chores.RingResult{Name: first.Name, Amounts: i, Calls: first.Calls + i + 1}) {
			r.Errorf("call %d: %+v", i, got)
		}
	}
}

// stateIsNobodyElses checks that calls in parallel, however they are made, never meet at
// a state.
func stateIsNobodyElses(r *rig) {
	tills := r.tills("a")
	amounts := make([]int, 500)
	for i := range amounts {
		amounts[i] = i
	}
	futures := chores.SubmitAllRing(r.ctx, tills, amounts)
	results, err := chores.MapRing(r.ctx, tills, amounts)
	if err != nil {
		r.Fatal(err)
	}
	n := 0
	for got, err := range chores.StreamRing(r.ctx, tills, slices.Values(amounts)) {
		if err != nil || got.Amounts != n || results[n].Amounts != n {
			r.Fatalf("item %d: %+v, %+v, %v", n, got, results[n], err)
		}
		n++
	}
	for i, f := range futures {
		if got := must(r, f); got.Amounts != i {
			r.Errorf("call %d: %+v", i, got)
		}
	}
}

// stateFailsToOpen checks that a call whose state does not open fails with the error of
// the constructor, and that the next one tries again.
func stateFailsToOpen(r *rig) {
	tills := r.tills("a")
	r.mark(chores.TillsLocked)
	wantError(r, chores.SubmitRing(r.ctx, tills, 1), chores.ErrLocked)
	if _, err := chores.MapRing(r.ctx, tills, []int{1, 2}); !errors.Is(err, chores.ErrLocked) {
		r.Errorf("error %v of Map", err)
	}
	if err := tills.Warm(r.ctx); !errors.Is(err, chores.ErrLocked) && tellsWorkers(r.ex) {
		r.Errorf("error %v of Warm", err)
	}
	r.unmark(chores.TillsLocked)
	must(r, chores.SubmitRing(r.ctx, tills, 1))
}

// stateIsReplaced checks that no call gets a state that another one has left broken.
func stateIsReplaced(r *rig) {
	tills := r.tills("a")
	for how, target := range map[string]error{"discard": chores.ErrRobbed, "panic": runtime.ErrPanic} {
		wantError(r, chores.SubmitRob(r.ctx, tills, how), target)
	}
	robbed := len(chores.Tills(r.dir, chores.TillOpened))
	got := must(r, chores.SubmitRing(r.ctx, tills, 1))
	if n := len(chores.Tills(r.dir, chores.TillOpened)); robbed != 2 || n != 3 || got.Calls != 1 {
		r.Errorf("%d tills are opened, then %d; the last one has had %d calls", robbed, n, got.Calls)
	}
}

// statesStayApart checks that states with other arguments are others.
func statesStayApart(r *rig) {
	a, b := r.tills("a"), r.tills("b")
	for range 3 {
		if got := must(r, chores.SubmitRing(r.ctx, a, 1)); !strings.HasPrefix(got.Name, "a.") {
			r.Errorf("till %s, want one of drawer a", got.Name)
		}
		if got := must(r, chores.SubmitRing(r.ctx, b, 1)); !strings.HasPrefix(got.Name, "b.") {
			r.Errorf("till %s, want one of drawer b", got.Name)
		}
	}
}

// statesAreClosed checks that each state that was opened is closed when the executor is.
func statesAreClosed(r *rig) {
	tills := chores.NewTillWorkers(r.ex, r.dir, "a")
	if _, err := chores.MapRing(r.ctx, tills, make([]int, 200)); err != nil {
		r.Fatal(err)
	}
	wantError(r, chores.SubmitRob(r.ctx, tills, "discard"), chores.ErrRobbed)
	must(r, chores.SubmitRing(r.ctx, tills, 1))
	r.shutdown()
	opened, closed := chores.Tills(r.dir, chores.TillOpened), chores.Tills(r.dir, chores.TillClosed)
	if !slices.Equal(opened, closed) || len(opened) < 2 {
		r.Errorf("opened: %v; closed: %v", opened, closed)
	}
}

// statesAreOpenedAhead checks that after Warm no call opens a state.
func statesAreOpenedAhead(r *rig) {
	if !tellsWorkers(r.ex) {
		r.Skip("the executor does not say which workers it has")
	}
	tills := r.tills("a")
	if err := tills.Warm(r.ctx); err != nil {
		r.Fatal(err)
	}
	warm := len(chores.Tills(r.dir, chores.TillOpened))
	if _, err := chores.MapRing(r.ctx, tills, make([]int, 200)); err != nil {
		r.Fatal(err)
	}
	if n := len(chores.Tills(r.dir, chores.TillOpened)); warm != 3 || n != warm {
		r.Errorf("Warm opened %d, calls %d more", warm, n-warm)
	}
}

// tellsWorkers reports whether Warm can reach the workers of ex.
func tellsWorkers(ex runtime.Executor) bool {
	switch ex := ex.(type) {
	case *runtime.Pool:
		return true
	case interface {
		EachWorker(context.Context, func(runtime.Executor))
	}:
		return true
	case interface{ Unwrap() runtime.Executor }:
		return tellsWorkers(ex.Unwrap())
	}
	return false
}
