package executortest_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest"
)

func TestInline(t *testing.T) {
	executortest.Run(t, func(testing.TB) runtime.Executor { return runtime.Inline })
}

// pool makes pools of a configuration.
func pool(c runtime.PoolConfig) func(testing.TB) runtime.Executor {
	c.Logger = slog.New(slog.DiscardHandler)
	return func(tb testing.TB) runtime.Executor { return newPool(tb, c) }
}

func newPool(tb testing.TB, c runtime.PoolConfig) *runtime.Pool {
	p, err := runtime.NewPool(c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { p.Close() })
	return p
}

func TestPool(t *testing.T) { executortest.Run(t, pool(runtime.PoolConfig{Workers: 2})) }

func TestPoolOfOne(t *testing.T) { executortest.Run(t, pool(runtime.PoolConfig{Workers: 1})) }

func TestPoolWithDefaults(t *testing.T) { executortest.Run(t, pool(runtime.PoolConfig{})) }

func TestBoundedPool(t *testing.T) {
	executortest.RunBounded(t, pool(runtime.PoolConfig{Workers: 1, Queue: 1}))
}

// encoded is a pool whose calls pass through their encoding.
type encoded struct {
	pool *runtime.Pool
	ex   runtime.Executor
}

func (e encoded) Submit(ctx context.Context, c runtime.Call) { e.ex.Submit(ctx, c) }
func (e encoded) Unwrap() runtime.Executor                   { return e.ex }
func (e encoded) Resize(n int) error                         { return e.pool.Resize(n) }
func (e encoded) Stats() runtime.Stats                       { return e.pool.Stats() }
func (e encoded) Shutdown(ctx context.Context) error         { return e.pool.Shutdown(ctx) }
func (e encoded) Close() error                               { return e.pool.Close() }

func TestRoundTrip(t *testing.T) {
	executortest.Run(t, func(tb testing.TB) runtime.Executor {
		p := newPool(tb, runtime.PoolConfig{Workers: 2, Logger: slog.New(slog.DiscardHandler)})
		return encoded{p, runtime.RoundTrip(p)}
	})
}
