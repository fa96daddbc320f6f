package executortest

import (
	"context"
	"errors"
	"slices"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var itemCases = []trial{
	{name: "G8_PanicInAStream", run: panicInStream},
	{name: "G8_GoexitInAStream", size: 1, run: goexitInStream},
	{name: "F03_TimeoutIsForEachItem", size: 1, run: timeoutForEachItem},
	{name: "A07_CanceledChunkStops", size: 1, run: canceledChunkStops},
}

// itemFailures streams items of which one ends badly, and checks that it is the
// only one that fails.
func itemFailures(r *rig, bad int, target error) {
	for _, chunk := range []int{1, 3, 10} {
		i := 0
		items := []int{0, 1, 2, 3, bad, 5, 6, 7, 8, bad}
		for n, err := range chores.StreamMoody(r.ctx, r.ex, slices.Values(items), runtime.Chunk(chunk)) {
			switch {
			case items[i] != bad && (n != i*i || err != nil):
				r.Errorf("chunk %d, item %d: %d, %v", chunk, i, n, err)
			case items[i] == bad && !errors.Is(err, target):
				r.Errorf("chunk %d, item %d: error %v, want %v", chunk, i, err, target)
			}
			i++
		}
		if i != len(items) {
			r.Errorf("chunk %d: %d elements", chunk, i)
		}
	}
}

func panicInStream(r *rig) { itemFailures(r, -1, runtime.ErrPanic) }

func goexitInStream(r *rig) { itemFailures(r, -2, runtime.ErrPanic) }

// timeoutForEachItem checks that the timeout of a task is that of each item,
// however many travel together.
func timeoutForEachItem(r *rig) {
	r.works()
	items := []int{110, 110, 110, 60_000, 0}
	i := 0
	for n, err := range chores.StreamHasty(r.ctx, r.ex, slices.Values(items), runtime.Chunk(len(items))) {
		switch late := items[i] == 60_000; {
		case late && !errors.Is(err, runtime.ErrTimeout):
			r.Errorf("item %d: error %v, want a timeout", i, err)
		case !late && (n != items[i] || err != nil):
			r.Errorf("item %d: %d, %v", i, n, err)
		}
		i++
	}
	if i != len(items) {
		r.Errorf("%d elements", i)
	}
}

// canceledChunkStops checks that the items of a chunk which have not begun when
// the context ends never do.
func canceledChunkStops(r *rig) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	gates := slices.Collect(r.gates(10, 1))
	streamed := make(chan error, 1)
	go func() {
		var last error
		for _, err := range chores.StreamGate(ctx, r.ex, slices.Values(gates), runtime.Chunk(10)) {
			last = err
		}
		streamed <- last
	}()
	r.await("1" + chores.Began)
	cancel(why)
	r.within("Stream", func() {
		if err := <-streamed; !errors.Is(err, why) {
			r.Errorf("last error %v, want the cause", err)
		}
	})
	wantBegun(r, 2)
}
