package executortest

import (
	"errors"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var raceCases = []trial{
	{name: "F04_CancelNeverLosesTheNext", size: 2, run: cancelNeverLosesTheNext},
	{name: "G3_CancelTellsTheOutcome", size: 2, run: cancelTellsTheOutcome},
	{name: "G1_EveryCallSettlesOnce", size: 2, run: everyCallSettlesOnce},
	{name: "A63_ManySubmitters", size: 2, run: manySubmitters},
}

// cancelNeverLosesTheNext cancels calls that run for a moment and do not look at
// their context: the cancel meets the end of the task, and the start of the
// next, at every distance.
func cancelNeverLosesTheNext(r *rig) {
	const n = 400
	path := filepath.Join(r.dir, "lines")
	calls := make([]*runtime.Future[struct{}], n)
	for i := range calls {
		calls[i] = chores.SubmitNote(r.ctx, r.ex, path, strconv.Itoa(i), i%5*200)
	}
	canceled := make([]bool, n)
	for i, f := range calls {
		if i%3 == 0 {
			r.eventually("start of a call", func() bool { return f.State() != runtime.Pending })
			canceled[i] = f.Cancel()
		}
	}
	for i, f := range calls {
		if _, err := outcome(r, f); (err != nil) != canceled[i] || canceled[i] && !errors.Is(err, runtime.ErrCanceled) {
			r.Errorf("call %d, canceled %t, ended with %v", i, canceled[i], err)
		}
	}
	runs := make([]int, n)
	for _, line := range chores.Lines(path) {
		i, err := strconv.Atoi(line)
		if err != nil || i >= n {
			r.Fatalf("line %q", line)
		}
		runs[i]++
	}
	for i, times := range runs {
		if times > 1 || times == 0 && !canceled[i] {
			r.Errorf("call %d ran %d times; canceled %t", i, times, canceled[i])
		}
	}
}

func cancelTellsTheOutcome(r *rig) {
	for i := range 300 {
		f := chores.SubmitSquare(r.ctx, r.ex, i)
		var told [2]bool
		var both sync.WaitGroup
		for j := range told {
			both.Go(func() { told[j] = f.Cancel() })
		}
		both.Wait()
		n, err := outcome(r, f)
		canceled := errors.Is(err, runtime.ErrCanceled)
		if told[0] != canceled || told[1] != canceled || f.Cancel() != canceled {
			r.Fatalf("Cancel says %t, the error is %v", told, err)
		}
		if (err == nil) != (n == i*i) && i > 0 || err != nil && !canceled {
			r.Fatalf("result %d, %v", n, err)
		}
	}
}

// everyCallSettlesOnce mixes what may become of a call.
func everyCallSettlesOnce(r *rig) {
	const n = 200
	var settled [n]atomic.Int32
	var canceled [n]bool
	calls := make(futures, n)
	for i := range calls {
		switch i % 4 {
		case 0:
			calls[i] = chores.SubmitSquare(r.ctx, r.ex, i)
		case 1:
			calls[i] = chores.SubmitFailZero(r.ctx, r.ex)
		case 2:
			calls[i] = chores.SubmitPanic(r.ctx, r.ex, "x")
		case 3:
			calls[i] = chores.SubmitSleep(r.ctx, r.ex, 1)
			canceled[i] = calls[i].Cancel() // which may come too late
		}
		calls[i].OnDone(func(int, error) { settled[i].Add(1) })
	}
	for i, f := range calls {
		_, err := outcome(r, f)
		if fine := i%4 == 0 || i%4 == 3 && !canceled[i]; fine != (err == nil) {
			r.Errorf("call %d: %v", i, err)
		}
	}
	r.eventually("callbacks", func() bool {
		for i := range settled {
			if settled[i].Load() == 0 {
				return false
			}
		}
		return true
	})
	for i := range settled {
		if times := settled[i].Load(); times != 1 {
			r.Errorf("call %d settled %d times", i, times)
		}
	}
}

func manySubmitters(r *rig) {
	const each = 1000
	var all sync.WaitGroup
	var sum atomic.Int64
	for range 8 {
		all.Go(func() {
			calls := make(futures, each)
			for i := range calls {
				calls[i] = chores.SubmitSquare(r.ctx, r.ex, 2)
			}
			for _, f := range calls {
				if n, err := f.Result(r.ctx); err == nil {
					sum.Add(int64(n))
				}
			}
		})
	}
	r.within("8000 calls", all.Wait)
	if got := sum.Load(); got != 8*each*4 {
		r.Errorf("results add up to %d, want %d", got, 8*each*4)
	}
}
