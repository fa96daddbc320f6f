package kitchen

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

var errMeasured = errors.New("measured")

// A scale measures the calls that it is to run.
type scale func(c runtime.Call)

// Submit measures c and fails it.
func (s scale) Submit(_ context.Context, c runtime.Call) {
	s(c)
	c.Record().Fail(errMeasured)
}

// BenchmarkItems is what it takes to send 10,000 items to a worker, before anything
// runs there: one chunk, encoded and decoded.
func BenchmarkItems(b *testing.B) {
	b.Run("ints", func(b *testing.B) { benchItems(b, taskEchoInt, 7) })
	b.Run("points", func(b *testing.B) { benchItems(b, taskEchoPoint, Point{3, 4}) })
	b.Run("strings", func(b *testing.B) { benchItems(b, taskEchoString, "ten bytes.") })
}

func benchItems[A, R any](b *testing.B, f *runtime.Func[A, R], item A) {
	items := slices.Repeat([]A{item}, 10_000)
	send := func(measure func(b *testing.B, c runtime.Call)) func(*testing.B) {
		return func(b *testing.B) {
			ex := scale(func(c runtime.Call) { measure(b, c) })
			runtime.Map(b.Context(), ex, f, items, runtime.Chunk(len(items)))
		}
	}
	b.Run("encode", send(func(b *testing.B, c runtime.Call) {
		args, err := c.AppendArgs(nil)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(args)))
		for b.Loop() {
			args, _ = c.AppendArgs(args[:0])
		}
	}))
	b.Run("decode", send(func(b *testing.B, c runtime.Call) {
		args, _ := c.AppendArgs(nil)
		b.SetBytes(int64(len(args)))
		b.ReportAllocs()
		for b.Loop() {
			r := wire.NewReader(args)
			f.Batch(ended, &r, nil)
		}
	}))
}
