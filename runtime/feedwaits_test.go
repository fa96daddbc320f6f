package runtime_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// An executor that makes its submitters wait has as much to do by a Map, or a Stream, as by
// calls one by one. Time is fake: 200 items of 20 ms on 16 workers take 13 rounds.
func TestMapAndStreamKeepAnExecutorBusyThatWaits(t *testing.T) {
	bounded := func(t *testing.T, queue int) runtime.Executor {
		return poolOf(t, runtime.PoolConfig{Workers: 16, Queue: queue})
	}
	for name, open := range map[string]func(t *testing.T) runtime.Executor{
		"queue of 1":  func(t *testing.T) runtime.Executor { return bounded(t, 1) },
		"queue of 4":  func(t *testing.T) runtime.Executor { return bounded(t, 4) },
		"queue of 64": func(t *testing.T) runtime.Executor { return bounded(t, 64) },
		"Limit":       func(t *testing.T) runtime.Executor { return runtime.Limit(bounded(t, 0), 1e6, time.Second) },
	} {
		items := slices.Repeat([]int{20}, 200)
		run := func(how string, each func(t *testing.T, ex runtime.Executor) int) {
			t.Run(name+"/"+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ex, began := open(t), time.Now()
					if n := each(t, ex); n != len(items) {
						t.Errorf("%d results", n)
					}
					if took := time.Since(began); took > 400*time.Millisecond {
						t.Errorf("it took %v where 13 rounds of 20ms do", took)
					}
				})
			})
		}
		run("Map", func(t *testing.T, ex runtime.Executor) int {
			results, err := runtime.Map(t.Context(), ex, sleep, items)
			if err != nil {
				t.Error(err)
			}
			return len(results)
		})
		for how, opts := range map[string][]runtime.MapOption{"Stream": nil, "Stream unordered": {runtime.Unordered()}} {
			run(how, func(t *testing.T, ex runtime.Executor) (n int) {
				for _, err := range runtime.Stream(t.Context(), ex, sleep, slices.Values(items), opts...) {
					if n++; err != nil {
						t.Error(err)
					}
				}
				return n
			})
		}
	}
}

// stuckExecutor runs its first call in the background and takes the second one when its
// context has ended.
type stuckExecutor struct{ calls atomic.Int32 }

func (e *stuckExecutor) Submit(ctx context.Context, c runtime.Call) {
	if e.calls.Add(1) == 1 {
		go c.Run()
		return
	}
	<-ctx.Done()
	c.Record().Fail(runtime.ErrCanceled)
}

// A failure that came before the end of the context is what a Map tells, though it waited
// in Submit until then.
func TestG4_FailureWhileASubmitWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := runtime.Map(ctx, &stuckExecutor{}, half, []int{1, 2, 3}, runtime.Chunk(1))
		if item := (*runtime.ItemError)(nil); !errors.As(err, &item) || !errors.Is(err, errOdd) {
			t.Errorf("got %v", err)
		}
	})
}
