package runtime

import (
	"context"
	"fmt"
	"iter"
)

// AsCompleted yields the futures in the order in which they settle, those that
// have settled already first, repeated ones once. If ctx ends before all have,
// one last element is a nil future with an error that says how many are
// unfinished and wraps the cause of ctx.
func AsCompleted[T any](ctx context.Context, futures ...*Future[T]) iter.Seq2[*Future[T], error] {
	return func(yield func(*Future[T], error) bool) {
		c := newCompletion(futures)
		defer c.stop()
		for i := range c.futures {
			f := c.next(ctx, i)
			if f == nil {
				n := len(c.futures)
				yield(nil, fmt.Errorf("%d of %d futures unfinished: %w", n-i, n, context.Cause(ctx)))
				return
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}
