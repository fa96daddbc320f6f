package executortest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var streamCases = []trial{
	{name: "A02_StreamGoesOnAfterFailure", run: func(r *rig) { streamGoesOn(r, 1, [][2]int{{5, 2}, {5, 3}, {5, 0}, {5, 5}}) }},
	{name: "A03_ChunkGoesOnAfterFailure", run: func(r *rig) { streamGoesOn(r, 3, [][2]int{{5, 2}, {5, 0}, {5, 3}, {5, 5}}) }},
	{name: "A04_ChunksDoNotShow", run: chunksDoNotShow},
	{name: "A05_BadOptionsRunNothing", run: badOptionsRunNothing},
	{name: "A07_StreamEndsWithContext", size: 2, run: streamEndsWithContext},
	{name: "A08_BreakCancelsWhatHasNotStarted", size: 1, run: breakCancels},
	{name: "A10_StreamIsLazy", run: streamIsLazy},
	{name: "A11_EmptyStream", run: emptyStream},
	{name: "A13_AbandonedStream", size: 2, needs: shutdown, run: abandonedStream},
	{name: "F11_EndlessInput", run: endlessInput},
	{name: "G10_StreamUnordered", run: streamUnordered},
}

// streamGoesOn streams divisions, of which those by zero fail.
func streamGoesOn(r *rig, chunk int, pairs [][2]int) {
	items := func(yield func(chores.DivmodArgs) bool) {
		for _, p := range pairs {
			if !yield(chores.DivmodArgs{A: p[0], B: p[1]}) {
				return
			}
		}
	}
	i := 0
	for got, err := range chores.StreamDivmod(r.ctx, r.ex, items, runtime.Chunk(chunk)) {
		a, b := pairs[i][0], pairs[i][1]
		if b == 0 {
			wantItem(r, err, i)
		} else if got.Q != a/b || got.R != a%b || err != nil {
			r.Errorf("item %d: %d, %d, error %v", i, got.Q, got.R, err)
		}
		i++
	}
	if i != len(pairs) {
		r.Errorf("%d elements for %d items", i, len(pairs))
	}
}

// wantItem checks that err is the failure of an item by division by zero.
func wantItem(r *rig, err error, index int) {
	r.Helper()
	var item *runtime.ItemError
	if !errors.As(err, &item) || item.Index != index {
		r.Errorf("error %v, want one of item %d", err, index)
		return
	}
	if item.Err.Error() != chores.ErrZero.Error() {
		r.Errorf("item %d failed with %v, want %v", index, item.Err, chores.ErrZero)
	}
}

// count yields 0 to n-1 and counts in pulled, and says in ended that it was
// let go.
func count(n int, pulled *int, ended *bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer func() { *ended = true }()
		for i := range n {
			*pulled++
			if !yield(i) {
				return
			}
		}
	}
}

func chunksDoNotShow(r *rig) {
	items := slices.Collect(numbers(40))
	for _, opts := range [][]runtime.MapOption{
		nil, {runtime.Chunk(1)}, {runtime.Chunk(3)}, {runtime.Chunk(6)}, {runtime.Chunk(40)}, {runtime.Chunk(50)},
		{runtime.Window(1)}, {runtime.Window(7), runtime.Chunk(3)},
	} {
		i := 0
		for n, err := range chores.StreamSquare(r.ctx, r.ex, numbers(40), opts...) {
			if n != i*i || err != nil {
				r.Errorf("item %d: %d, %v", i, n, err)
			}
			i++
		}
		mapped, err := chores.MapSquare(r.ctx, r.ex, items, opts...)
		if i != 40 || len(mapped) != 40 || err != nil {
			r.Fatalf("%d streamed, %d mapped, error %v; want 40", i, len(mapped), err)
		}
		for i, n := range mapped {
			if n != i*i {
				r.Errorf("item %d: %d", i, n)
			}
		}
	}
}

// numbers yields 0 to n-1.
func numbers(n int) iter.Seq[int] {
	var pulled int
	var ended bool
	return count(n, &pulled, &ended)
}

func badOptionsRunNothing(r *rig) {
	for _, opt := range []runtime.MapOption{
		runtime.Chunk(0), runtime.Chunk(-1), runtime.Window(0), runtime.Window(-1),
	} {
		gates := []chores.GateArgs{{Dir: r.dir, Name: "never"}}
		if _, err := chores.MapGate(r.ctx, r.ex, gates, opt); err == nil {
			r.Error("Map takes an option that makes no sense")
		}
		var errs []error
		for _, err := range chores.StreamGate(r.ctx, r.ex, slices.Values(gates), opt) {
			errs = append(errs, err)
		}
		if len(errs) != 1 || errs[0] == nil {
			r.Errorf("Stream yields errors %v for an option that makes no sense", errs)
		}
	}
	if sized, ok := r.ex.(resizer); ok && sized.Resize(-1) == nil {
		r.Error("Resize to -1 is no error")
	}
	r.works()
	if names := r.begun(); len(names) > 0 {
		r.Errorf("tasks ran: %v", names)
	}
}

// gates yields gates "0" to "n-1", of which the first few are open.
func (r *rig) gates(n, open int) iter.Seq[chores.GateArgs] {
	for i := range open {
		r.open(strconv.Itoa(i))
	}
	return func(yield func(chores.GateArgs) bool) {
		for i := range n {
			if !yield(chores.GateArgs{Dir: r.dir, Name: strconv.Itoa(i)}) {
				return
			}
		}
	}
}

// wantBegun checks that of gates "0" to "n-1" at most the first few have begun, and that
// no other does, once those that run have learned that their context ended. Between
// processes it counts them only: a call that is sent to a busy worker ahead of time may
// be overtaken by a later one, in another worker that is free, for a moment (G10).
func wantBegun(r *rig, most int) {
	r.Helper()
	r.eventually("the end of the gates that began", func() bool {
		for _, name := range r.begun() {
			if !r.marked(name+chores.Passed) && !r.marked(name+chores.Ended) {
				return false
			}
		}
		return true
	})
	r.openAll() // what is still queued would begin now
	r.works()
	names := r.begun()
	if len(names) > most {
		r.Errorf("gates %v began; at most %d should", names, most)
	}
	for _, name := range names {
		if i, err := strconv.Atoi(name); err != nil || i >= most && r.inThisProcess() {
			r.Errorf("gate %s began; only the first %d should", name, most)
		}
	}
}

func streamEndsWithContext(r *rig) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	n, last := 0, error(nil)
	for _, err := range chores.StreamGate(ctx, r.ex, r.gates(100, 2), runtime.Chunk(1)) {
		if n++; n <= 2 && err != nil {
			r.Errorf("element %d: %v", n, err)
		}
		if last = err; n == 2 {
			cancel(why)
		}
	}
	if n != 3 || !errors.Is(last, why) {
		r.Errorf("%d elements, the last with %v; want 3 and the cause", n, last)
	}
	wantBegun(r, 4)
}

func breakCancels(r *rig) {
	for _, err := range chores.StreamGate(r.ctx, r.ex, r.gates(100, 1)) {
		if err != nil {
			r.Error(err)
		}
		break
	}
	wantBegun(r, 2)
}

func streamIsLazy(r *rig) {
	const window = 2
	pulled, ended := 0, false
	stream := chores.StreamSquare(r.ctx, r.ex, count(10, &pulled, &ended), runtime.Window(window))
	if r.works(); pulled != 0 {
		r.Errorf("%d items pulled before the loop", pulled)
	}
	got := 0
	for range stream {
		if got++; pulled > got+window {
			r.Errorf("%d items pulled at element %d with a window of %d", pulled, got, window)
		}
	}
	if got != 10 || !ended {
		r.Errorf("%d elements, sequence let go: %t", got, ended)
	}
}

func emptyStream(r *rig) {
	for n, err := range chores.StreamSquare(r.ctx, r.ex, numbers(0)) {
		r.Errorf("element %d, %v of an empty stream", n, err)
	}
	if got, err := chores.MapSquare(r.ctx, r.ex, nil); len(got) != 0 || err != nil {
		r.Errorf("Map of nothing: %v, %v", got, err)
	}
}

func abandonedStream(r *rig) {
	chores.StreamSquare(r.ctx, r.ex, numbers(3))
	for range chores.StreamSquare(r.ctx, r.ex, numbers(3)) {
		break
	}
	for range chores.StreamGate(r.ctx, r.ex, r.gates(3, 1)) {
		break
	}
	r.shutdown()
}

func endlessInput(r *rig) {
	for _, opts := range [][]runtime.MapOption{nil, {runtime.Window(100)}, {runtime.Window(10), runtime.Chunk(10)}} {
		most := 10 + 100
		if opts == nil {
			most = 10 + 1<<14 // the window by default, and room for another
		}
		pulled, ended, got := 0, false, 0
		for n, err := range chores.StreamSquare(r.ctx, r.ex, count(100_000_000, &pulled, &ended), opts...) {
			if n != got*got || err != nil {
				r.Fatalf("element %d: %d, %v", got, n, err)
			}
			if got++; got == 10 {
				break
			}
		}
		if pulled > most || !ended {
			r.Errorf("%d items pulled for 10 results, want at most %d; sequence let go: %t", pulled, most, ended)
		}
	}
}

func streamUnordered(r *rig) {
	var got []int
	for n, err := range chores.StreamSquare(r.ctx, r.ex, numbers(100), runtime.Unordered(), runtime.Chunk(3)) {
		if got = append(got, n); err != nil {
			r.Error(err)
		}
	}
	slices.Sort(got)
	for i, n := range got {
		if n != i*i {
			r.Fatalf("results sorted are %v", got)
		}
	}
	if len(got) != 100 {
		r.Errorf("%d results", len(got))
	}
}
