package runtime

import (
	"context"
	"errors"
	"time"

	"github.com/offing-go/offing/runtime/wire"
)

// A chunk is a call of one task for several items in a row: the unit in which
// Map and Stream hand out work.
//
// Its fields belong to whoever runs it or delivers to it, until it settles; then
// to the one who submitted it, unless it was canceled: it may still be running
// then, and nobody else looks at its fields any more.
type chunk[A, R any] struct {
	Promise[struct{}]
	f       *Func[A, R]
	first   int           // index of items[0] in the input
	done    int           // items that have an outcome
	items   []A           // not changed
	results []R           // as long as items
	errs    []error       // nil until one failed; then as long as items
	run     Run           // of Func.Each; its At is that of items[done:]
	late    bool          // one failed when the context had ended, perhaps because of that
	goOn    bool          // after a failure
	elapsed time.Duration // from start to last outcome; as a worker elsewhere says, without the way to it and back
	began   time.Time
	bytes   int // of the encoded items; 0 if they were not encoded
}

// Batch reports that the arguments are for Task.Batch.
func (c *chunk[A, R]) Batch() bool { return true }

// Run runs the items one after the other.
func (c *chunk[A, R]) Run() {
	if !c.Start() {
		return
	}
	defer c.Recover() // for Goexit: runItems survives panics
	began := time.Now()
	c.runUntilPause()
	c.elapsed = time.Since(began)
	c.settleRun()
}

// runUntilPause runs items until none is to run any more, or until somebody has set
// pauseBit, see guest.
func (c *chunk[A, R]) runUntilPause() {
	for !c.finished() {
		c.runItems()
	}
}

// settleRun settles the chunk after a run.
func (c *chunk[A, R]) settleRun() {
	var ended error
	if c.done < len(c.items) {
		ended = context.Cause(c.Context()) // nil after a failure that ends the run, or a pause
	}
	settled := c.arrive(struct{}{}, ended)
	if c.errs != nil && (!settled || ended != nil) {
		c.reportPanics()
	}
}

// resumable reports whether items without an outcome may run later, in another chunk.
func (c *chunk[A, R]) resumable() bool {
	return c.done < len(c.items) && (c.errs == nil || c.goOn)
}

// reportPanics logs the panics of items whose outcome nobody will look at.
func (c *chunk[A, R]) reportPanics() { c.Record().reportPanics(c.errs) }

func (r *Record) reportPanics(errs []error) {
	for _, err := range errs {
		if p, ok := remotePanic(err); ok {
			r.reportLate(p)
		}
	}
}

// runItems runs items until the end or until one panics, which is that item's
// outcome. One deferred call for all of them, and not one each, is what keeps
// a trivial item at the price of a loop.
func (c *chunk[A, R]) runItems() {
	defer func() {
		c.done, c.run.At = c.done+c.run.At, 0
		if c.done == len(c.items) {
			return
		}
		if v := recover(); v != nil {
			c.fail(&TaskError{Task: c.f.Name, Started: true, Err: newPanicError(PanicText(v))})
		}
	}()
	switch {
	case c.f.Retries > 0:
		c.each(c.Context(), c.f.Retry)
	case c.f.Each == nil:
		c.each(c.Context(), c.f.Call)
	default:
		c.run.record = c.Record()
		for c.runEach(c.Context()) {
		}
	}
}

// A Run is what a [Func].Each and its caller tell each other: the one at which item it
// is, the other whether to go on. It belongs to the goroutine that runs the items.
//
// It is for generated code only.
type Run struct {
	At     int // the item that runs; set before it does
	record *Record
}

// Over reports whether no more items are to run.
func (r *Run) Over() bool { return r.record.state.Load() != running }

// runEach runs items up to the next that fails, and reports whether more may run.
func (c *chunk[A, R]) runEach(ctx context.Context) bool {
	err := c.f.Each(ctx, &c.run, c.items[c.done:], c.results[c.done:len(c.items)])
	c.done, c.run.At = c.done+c.run.At, 0
	if err == nil {
		c.done++
	} else if !c.survives(ctx, err) {
		return false
	}
	return c.done < len(c.items) && !c.run.Over()
}

// each is Func.Each for a task that has none. It is apart as a deferred function that
// looks at the loop's variables keeps them in memory, from where each item would read
// them: measured, that is a fifth of what a trivial item takes.
func (c *chunk[A, R]) each(ctx context.Context, call func(context.Context, A) (R, error)) {
	r, items := c.Record(), c.items
	results := c.results[:len(items)]
	for i := c.done; i < len(items); i++ {
		c.done = i // if it panics, this one did
		v, err := call(ctx, items[i])
		results[i] = v
		if err != nil && !c.survives(ctx, err) {
			return
		}
		if r.state.Load() != running {
			c.done = i + 1
			return // canceled, or interrupted; ctx would say so too, for the price of a lock
		}
	}
	c.done = len(items)
}

// survives notes that the item that runs failed and reports whether the next one may
// run: not if it failed because ctx ended, as it may have.
func (c *chunk[A, R]) survives(ctx context.Context, err error) bool {
	c.fail(c.Record().itemError(ctx, err))
	return c.goOn && ctx.Err() == nil
}

// fail gives the next item without an outcome the outcome err, while c is not settled.
func (c *chunk[A, R]) fail(err error) {
	c.put(err)
	c.late = c.late || c.Context().Err() != nil
}

// put gives the next item without an outcome the outcome err.
func (c *chunk[A, R]) put(err error) {
	if c.errs == nil {
		c.errs = make([]error, len(c.items))
	}
	c.errs[c.done] = err
	c.done++
}

// finished reports whether no further item is to run.
func (c *chunk[A, R]) finished() bool {
	failed := c.errs != nil && (!c.goOn || c.Context().Err() != nil)
	return c.done == len(c.items) || failed || c.Record().state.Load() != running
}

// AppendArgs appends whether to go on after a failure, and the items.
func (c *chunk[A, R]) AppendArgs(b []byte) ([]byte, error) {
	c.began = time.Now()
	if c.f.AppendItems == nil {
		return b, ErrEncoding // a local task, see funcCall
	}
	before := len(b)
	b, err := c.f.AppendItems(wire.AppendBool(b, c.goOn), c.items)
	if err != nil {
		return b, err
	}
	c.bytes = len(b) - before
	return b, nil
}

// Took notes how long the items have taken that have an outcome, or will by the next
// Deliver; 0 if it is not known. It is for whoever delivers, and not once c is settled.
func (c *chunk[A, R]) Took(d time.Duration) { c.elapsed = d }

// Delivered returns how many items have an outcome. It is for whoever delivers.
func (c *chunk[A, R]) Delivered() int { return c.done }

// Deliver takes the outcomes of the next items. A part that no handler made is a failure
// of reply.
func (c *chunk[A, R]) Deliver(reply *wire.Reader) {
	d := delivery[A, R]{chunk: c, reply: reply, rest: reply.Rest()}
	for more := true; more && len(d.rest) > 0; {
		more = d.run()
	}
	if c.Record().state.Load() != running {
		return // more outcomes than there should be: a worker that lies
	}
	if c.done == len(c.items) || c.errs != nil && !c.goOn {
		if took := time.Since(c.began); c.elapsed <= 0 || c.elapsed > took { // it was not told, or not the truth
			c.elapsed = took
		}
		c.Settle(struct{}{}, nil)
	}
}

// An outcome is what became of a run of items.
type outcome[R any] struct {
	first   int // index of the first in the input
	results []R
	errs    []error // nil, or as long as results
	late    bool    // a failure may come from the end of the context
	torn    bool    // the items did not run, or may still run: results are not theirs
}

// conclude is called by the one who submitted the chunk, once it has settled
// with err. It returns what became of the items, and those that are to be tried
// again as other chunks: the ones that a lost worker never started, and those of
// a chunk that could not be sent, in halves, so that the item whose fault it is
// ends up alone.
func (c *chunk[A, R]) conclude(err error) (out outcome[R], rest []*chunk[A, R]) {
	if err == nil {
		return outcome[R]{first: c.first, results: c.results[:c.done], errs: c.errs[:min(c.done, len(c.errs))], late: c.late}, nil
	}
	lost, ok := errors.AsType[*TaskError](err)
	switch {
	case !ok || errors.Is(err, ErrCanceled) || errors.Is(err, ErrTimeout):
		return refused[R](c.first, len(c.items), err), nil
	case lost.Started:
		c.put(err) // the item that ran; it has not failed because the context ended, see above
		if c.goOn && c.done < len(c.items) {
			rest = append(rest, c.part(c.done, len(c.items)))
		}
	case errors.Is(err, ErrEncoding) && len(c.items) > 1:
		half := len(c.items) / 2
		return outcome[R]{first: c.first}, append(rest, c.part(0, half), c.part(half, len(c.items)))
	default:
		return refused[R](c.first, len(c.items), err), nil
	}
	return outcome[R]{first: c.first, results: c.results[:c.done], errs: c.errs, late: c.late}, rest
}

// refused is the outcome of items that did not run, or whose chunk may still
// run although it was canceled.
func refused[R any](first, n int, err error) outcome[R] {
	out := outcome[R]{first: first, results: make([]R, n), errs: make([]error, n), late: true, torn: true}
	for i := range out.errs {
		out.errs[i] = err
	}
	return out
}

// part returns items from to to, which have no outcome, as another chunk.
func (c *chunk[A, R]) part(from, to int) *chunk[A, R] {
	return &chunk[A, R]{
		f: c.f, first: c.first + from, goOn: c.goOn,
		items: c.items[from:to:to], results: c.results[from:to:to], // capped: a Stream uses them again
	}
}
