package executortest_test

import (
	"testing"
	"testing/synctest"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

func TestInlineInBubbles(t *testing.T) {
	executortest.RunInBubbles(t, func(testing.TB) runtime.Executor { return runtime.Inline })
}

func TestPoolInBubbles(t *testing.T) {
	for name, c := range map[string]runtime.PoolConfig{"one": {Workers: 1}, "two": {Workers: 2}, "default": {}} {
		t.Run(name, func(t *testing.T) { executortest.RunInBubbles(t, pool(c)) })
	}
}

func TestBoundedPoolInBubbles(t *testing.T) {
	executortest.RunBoundedInBubbles(t, pool(runtime.PoolConfig{Workers: 1, Queue: 1}))
}

// shared is a pool as programs have it: of the package, never closed, and used by
// every test, in bubbles and outside.
var shared runtime.Pool

// unclosable is a pool without the methods that end it.
type unclosable struct {
	runtime.Local
	pool *runtime.Pool
}

func (u unclosable) Resize(n int) error       { return u.pool.Resize(n) }
func (u unclosable) Stats() runtime.Stats     { return u.pool.Stats() }
func (u unclosable) Unwrap() runtime.Executor { return u.pool }

func TestPackageLevelPool(t *testing.T) {
	ex := func(tb testing.TB) runtime.Executor {
		tb.Cleanup(func() { shared.Resize(0) })
		return unclosable{&shared, &shared}
	}
	for range 2 {
		t.Run("in bubbles", func(t *testing.T) { executortest.RunInBubbles(t, ex) })
		t.Run("outside", func(t *testing.T) { executortest.Run(t, ex) })
		t.Run("with idle time in between", func(t *testing.T) {
			for range 3 {
				chores.CallSquare(t.Context(), &shared, 3)
				synctest.Test(t, func(t *testing.T) {
					if n, err := chores.CallSleep(t.Context(), &shared, 3_600_000); n != 3_600_000 || err != nil {
						t.Errorf("got %d, %v", n, err)
					}
				})
			}
		})
	}
	if s := shared.Stats(); s.Running != 0 || s.Queued != 0 {
		t.Errorf("idle pool has %+v", s)
	}
}
