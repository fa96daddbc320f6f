package runtime

import (
	"context"
	"iter"
	"slices"
	"time"
)

// Stream calls f for each item of a sequence on ex, in parallel, and yields the
// results in the order of the items, or with [Unordered] as they come. A failed
// item yields an *[ItemError], and the stream goes on. If ctx ends, one last
// element carries a *[TaskError] that wraps [ErrCanceled] or [ErrTimeout], and items
// that travel with one that runs end with it: see [Chunk].
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
		if ctx.Err() == nil && !d.stream(items, yield) {
			return
		}
		d.yieldAll(yield)
	}
}

// stream takes the items from the sequence and yields results in between. It
// reports false if nothing more is to be yielded. The sequence runs here, calling
// us with each item, and not as a coroutine of which we ask for the next: to switch
// to one and back takes longer than a short task does.
func (d *feed[A, R]) stream(items iter.Seq[A], yield func(R, error) bool) (more bool) {
	n, began := d.begin(), time.Now()
	for item := range items {
		d.pending.items = append(d.pending.items, item)
		if have := len(d.pending.items); have < n && !d.due(have, began) {
			continue
		}
		if !d.offer(yield) {
			return false
		}
		n, began = d.begin(), time.Now()
	}
	d.ended = true
	d.send()
	return true
}

// due reports whether so many items, of which the first was awaited from began on,
// go out although there is room for more: a slow source must not hold back what is
// there. The clock is looked at now and then. With a size that was given only the
// end of the context counts.
func (d *feed[A, R]) due(have int, began time.Time) bool {
	if d.opts.chunk > 0 {
		return d.ctx.Err() != nil
	}
	return (have&(have-1) == 0 || have%64 == 0) && time.Since(began) >= d.pace
}

// begin makes room for the items of another chunk and returns how many it may have.
func (d *feed[A, R]) begin() (n int) {
	if last := len(d.spare) - 1; last >= 0 {
		d.pending, d.spare = d.spare[last], d.spare[:last]
	}
	return d.fitting()
}

// send hands out what is pending.
func (d *feed[A, R]) send() {
	n := len(d.pending.items)
	if n == 0 {
		return
	}
	b := d.pending
	d.pending = buffers[A, R]{}
	d.hand(b.items, slices.Grow(b.results, n)[:n])
}

// reuse keeps the memory of a chunk whose outcome was yielded for another one.
func (d *feed[A, R]) reuse(fl *flight[A, R]) {
	if b := fl.free; b.items != nil {
		clear(b.items)   // or what the loop is done with would live on
		clear(b.results) // an item that panics has the result that is there
		d.spare = append(d.spare, buffers[A, R]{b.items[:0], b.results[:0]})
	}
}

// offer hands out the chunk that is complete. Then it yields what is finished, and
// goes on until there is room for another. The last chunk that is out is not yielded
// yet: workers have something to do while the loop does its part.
func (d *feed[A, R]) offer(yield func(R, error) bool) (more bool) {
	d.send()
	for {
		d.settle()
		switch ended := d.ctx.Err() != nil; {
		case !ended && d.hasRoom() && (len(d.flying) < 2 || !d.hasOutcome()):
			return true
		case !ended && d.submitting && d.mayFly() && !d.hasOutcome():
			d.wait() // for the executor to take that chunk, which makes room for another, or an outcome
		case !d.yieldNext(yield):
			return false
		}
	}
}

func (d *feed[A, R]) yieldAll(yield func(R, error) bool) {
	for d.yieldNext(yield) {
	}
}

// yieldNext waits for an outcome and yields it. It reports false after the last one.
func (d *feed[A, R]) yieldNext(yield func(R, error) bool) (more bool) {
	out, ok, err := d.next()
	if err != nil {
		var zero R
		yield(zero, err)
		return false
	}
	if !ok {
		return false
	}
	if n := out.yield(yield); n < len(out.results) {
		if out.errs != nil {
			d.ignore(out.errs[n+1:]) // the loop has seen the one before
		}
		return false
	}
	d.reuse(d.latest)
	return true
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
