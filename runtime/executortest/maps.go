package executortest

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var mapCases = []trial{
	{name: "A02_MapStopsAtFailure", size: 1, run: mapStopsAtFailure},
	{name: "A03_MapContinuesOnError", run: mapContinuesOnError},
	{name: "A07_MapEndsWithContext", size: 1, run: mapEndsWithContext},
	{name: "G10_MapInOrder", run: mapInOrder},
}

// division returns the arguments of n divisions, the third and the last by zero.
func division(n int) []chores.DivmodArgs {
	args := make([]chores.DivmodArgs, n)
	for i := range args {
		args[i] = chores.DivmodArgs{A: i, B: 1}
	}
	args[2].B, args[n-1].B = 0, 0
	return args
}

func mapStopsAtFailure(r *rig) {
	got, err := chores.MapDivmod(r.ctx, r.ex, division(20), runtime.Chunk(1))
	if got != nil {
		r.Errorf("results %v beside a failure", got)
	}
	wantItem(r, err, 2)

	gates := []chores.GateArgs{{Dir: "no/such/directory", Name: "x"}}
	for i := range 20 {
		gates = append(gates, chores.GateArgs{Dir: r.dir, Name: strconv.Itoa(i)})
	}
	if _, err = chores.MapGate(r.ctx, r.ex, gates, runtime.Chunk(1)); err == nil {
		r.Error("no error from a Map with a task that fails")
	}
	wantBegun(r, 1)
}

func mapContinuesOnError(r *rig) {
	for _, chunk := range []int{1, 3, 7, 20} {
		got, err := chores.MapDivmod(r.ctx, r.ex, division(20), runtime.ContinueOnError(), runtime.Chunk(chunk))
		if len(got) != 20 {
			r.Fatalf("%d results, error %v", len(got), err)
		}
		joined, ok := err.(interface{ Unwrap() []error })
		if !ok || len(joined.Unwrap()) != 2 {
			r.Fatalf("error %v, want two", err)
		}
		wantItem(r, joined.Unwrap()[0], 2)
		wantItem(r, joined.Unwrap()[1], 19)
		for i, res := range got {
			if i != 2 && i != 19 && res.Q != i {
				r.Errorf("item %d: %+v", i, res)
			}
		}
	}
}

func mapEndsWithContext(r *rig) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	go func() { // no Fatal here: the gate that does not begin fails the Map
		defer cancel(why)
		for !r.marked("1" + chores.Began) {
			if ctx.Err() != nil {
				return
			}
		}
	}()
	_, err := chores.MapGate(ctx, r.ex, slices.Collect(r.gates(20, 1)), runtime.Chunk(1))
	if !errors.Is(err, why) {
		r.Errorf("error %v, want the cause", err)
	}
	wantBegun(r, 2)
}

func mapInOrder(r *rig) {
	items := slices.Collect(numbers(1000))
	calls := 0
	got, err := chores.MapSquare(r.ctx, r.ex, items, runtime.Unordered(), runtime.Chunk(7),
		runtime.Progress(func(done, total int) {
			if calls++; total != 1000 || done > total {
				r.Errorf("progress %d of %d", done, total)
			}
		}))
	if err != nil || calls == 0 {
		r.Errorf("error %v, %d calls of progress", err, calls)
	}
	for i, n := range got {
		if n != i*i {
			r.Fatalf("item %d: %d", i, n)
		}
	}
}
