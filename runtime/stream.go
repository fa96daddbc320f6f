package runtime

import (
	"context"
	"iter"
	"math"
	"time"
)

// Stream calls f for each item of a sequence on ex, in parallel, and yields the
// results in the order of the items, or with [Unordered] as they come. A failed
// item yields an *[ItemError], and the stream goes on. If ctx ends, one last
// element carries a *[TaskError] that wraps [ErrCanceled] or [ErrTimeout].
//
// Nothing happens before the loop begins. Items are pulled on the goroutine of
// the loop, between results, and never more than the window ahead of them (see
// [Window]); a sequence that blocks holds back results as well. Breaking off
// the loop ends the sequence and cancels the rest, what runs too.
//
// It is for generated code only; programs call StreamX.
func Stream[A, R any](ctx context.Context, ex Executor, f *Func[A, R], items iter.Seq[A], opts ...MapOption) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var o mapOptions
		if err := o.apply(opts); err != nil {
			var zero R
			yield(zero, err)
			return
		}
		o.goOn = true
		if o.window == 0 {
			o.window = max(defaultWindow, o.chunk)
		}
		inner, cancel := context.WithCancelCause(ctx)
		d := newFeed(inner, ex, f, o)
		defer d.stop(cancel)
		next, stop := iter.Pull(items)
		defer stop()
		pace := d.pace
		if o.chunk > 0 {
			pace = math.MaxInt64
		}
		d.pull = func(n int) ([]A, []R) { return pullItems[A, R](next, n, pace) }
		d.yieldAll(yield)
	}
}

// pullItems takes up to n items, and no more once it has taken as long as a chunk
// should: a slow source must not hold back what is there.
func pullItems[A, R any](next func() (A, bool), n int, pace time.Duration) ([]A, []R) {
	items := make([]A, 0, min(n, 1024))
	for began := time.Now(); len(items) < n && (len(items) == 0 || time.Since(began) < pace); {
		item, ok := next()
		if !ok {
			break
		}
		items = append(items, item)
	}
	return items, make([]R, len(items))
}

func (d *feed[A, R]) yieldAll(yield func(R, error) bool) {
	for {
		out, ok, err := d.next()
		if err != nil {
			var zero R
			yield(zero, err)
			return
		}
		if !ok {
			return
		}
		if n := out.yield(yield); n < len(out.results) {
			if out.errs != nil {
				d.ignore(out.errs[n+1:]) // the loop has seen the one before
			}
			return
		}
	}
}

// yield yields each item's result or failure. It returns the number of the one
// at which the loop ended, or that of all.
func (out *outcome[R]) yield(yield func(R, error) bool) int {
	for i, v := range out.results {
		var err error
		if out.errs != nil && out.errs[i] != nil {
			err = &ItemError{Index: out.first + i, Err: out.errs[i]}
		}
		if !yield(v, err) {
			return i
		}
	}
	return len(out.results)
}
