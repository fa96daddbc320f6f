package runtime_test

import (
	"context"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
	"github.com/offing-go/offing/runtime/wire"
)

// squareCall is what the generator emits for Square: one cache line.
type squareCall struct {
	runtime.Promise[int]
	n int
}

//go:noinline
func squareOf(_ context.Context, n int) (int, error) { return n * n, nil }

func (c *squareCall) Run() {
	if !c.Start() {
		return
	}
	defer c.Recover()
	c.Return(squareOf(c.Context(), c.n))
}

func (c *squareCall) AppendArgs(b []byte) ([]byte, error) { return square.AppendArg(b, c.n) }

func (c *squareCall) Deliver(reply *wire.Reader) { square.Deliver(&c.Promise, reply) }

func submitSquare(ctx context.Context, ex runtime.Executor, n int) *runtime.Future[int] {
	c := &squareCall{n: n}
	c.Init(ctx, &square.Task)
	ex.Submit(ctx, c)
	return c.Future()
}

func newPool(tb testing.TB, workers int) *runtime.Pool {
	p, err := runtime.NewPool(runtime.PoolConfig{Workers: workers})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { p.Close() })
	return p
}

func BenchmarkSubmitResult(b *testing.B) {
	ctx := context.Background()
	b.Run("offing", func(b *testing.B) {
		p := newPool(b, 8)
		b.ReportAllocs()
		for b.Loop() {
			submitSquare(ctx, p, 3).Result(ctx)
		}
	})
	b.Run("go+chan", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			done := make(chan int, 1)
			go func() { v, _ := squareOf(ctx, 3); done <- v }()
			<-done
		}
	})
}

func BenchmarkOutstanding1000(b *testing.B) {
	ctx := context.Background()
	b.Run("offing", func(b *testing.B) {
		p := newPool(b, 8)
		futures := make([]*runtime.Future[int], 1000)
		b.ReportAllocs()
		for i := 0; i < b.N; i += len(futures) {
			for j := range futures {
				futures[j] = submitSquare(ctx, p, j)
			}
			for _, f := range futures {
				f.Result(ctx)
			}
		}
	})
	b.Run("go+chan", func(b *testing.B) {
		results := make([]chan int, 1000)
		b.ReportAllocs()
		for i := 0; i < b.N; i += len(results) {
			for j := range results {
				done := make(chan int, 1)
				results[j] = done
				go func() { v, _ := squareOf(ctx, j); done <- v }()
			}
			for _, done := range results {
				<-done
			}
		}
	})
}

func BenchmarkMap(b *testing.B) {
	items := make([]int, 1_000_000)
	ctx := context.Background()
	b.Run("offing", func(b *testing.B) {
		p := newPool(b, 2)
		b.ReportAllocs()
		for b.Loop() {
			runtime.Map(ctx, p, square, items)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "ns/item")
	})
	b.Run("loop", func(b *testing.B) {
		for b.Loop() {
			out := make([]int, len(items))
			for i, n := range items {
				out[i], _ = squareOf(ctx, n)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "ns/item")
	})
}

func BenchmarkCall(b *testing.B) {
	ctx, p := context.Background(), newPool(b, 8)
	b.ReportAllocs()
	for b.Loop() {
		tasks.CallSquare(ctx, p, 3)
	}
}

func BenchmarkSubmitAll1000(b *testing.B) {
	ctx, p := context.Background(), newPool(b, 8)
	ns := make([]int, 1000)
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range tasks.SubmitAllSquare(ctx, p, ns) {
			f.Result(ctx)
		}
	}
}
