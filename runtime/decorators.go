package runtime

import "context"

// A decorator passes calls on to another executor in its own way.
type decorator struct {
	inner   Executor
	submit  func(ctx context.Context, c Call)
	counts  bool // a call is a unit to it, so a chunk must be one item
	encodes bool // calls run by their handlers, in this process
}

// Unwrap returns the executor inside.
func (d *decorator) Unwrap() Executor { return d.inner }

func (d *decorator) Submit(ctx context.Context, c Call) {
	if ctx == nil {
		ctx = c.Record().SubmitContext()
	}
	d.submit(ctx, c)
}

// inside returns the executor that ex decorates, or nil.
func inside(ex Executor) Executor {
	if d, ok := ex.(interface{ Unwrap() Executor }); ok {
		return d.Unwrap()
	}
	return nil
}

// innermost returns what decorators that tell are around, or ex.
func innermost(ex Executor) Executor {
	for inner := ex; inner != nil; inner = inside(inner) {
		ex = inner
	}
	return ex
}

// countsCalls reports whether ex or an executor inside it counts calls.
func countsCalls(ex Executor) bool {
	for ; ex != nil; ex = inside(ex) {
		if d, ok := ex.(*decorator); ok && d.counts {
			return true
		}
	}
	return false
}

// encodes reports whether ex or an executor inside it runs calls here by their handlers.
func encodes(ex Executor) bool {
	for ; ex != nil; ex = inside(ex) {
		if d, ok := ex.(*decorator); ok && d.encodes {
			return true
		}
	}
	return false
}

// runsHere reports whether ex or an executor inside it is a [Local].
func runsHere(ex Executor) bool {
	for ; ex != nil; ex = inside(ex) {
		if _, local := ex.(Local); local {
			return true
		}
	}
	return false
}

// Stats returns those of the executor inside, if it has any.
func (d *decorator) Stats() Stats { return statsOf(d.inner) }

// statsOf returns the stats of an executor, or of one inside it, or zeros if none
// keeps any.
func statsOf(ex Executor) Stats {
	for ; ex != nil; ex = inside(ex) {
		if s, ok := ex.(interface{ Stats() Stats }); ok {
			return s.Stats()
		}
	}
	return Stats{}
}

// nonBlockingKey marks a submit context under which nobody waits for room.
type nonBlockingKey struct{}

// NonBlocking returns an executor that submits to ex but never waits for room
// in a bounded queue: a call that finds none fails with [ErrQueueFull]. It is not for
// MapX and StreamX, which have more out than a short queue takes, and fail by that.
func NonBlocking(ex Executor) Executor {
	return &decorator{inner: ex, submit: func(ctx context.Context, c Call) {
		ex.Submit(context.WithValue(ctx, nonBlockingKey{}, true), c)
	}}
}

// MayWait reports whether a Submit under ctx may wait for room.
//
// It is for executors only.
func MayWait(ctx context.Context) bool { return ctx.Value(nonBlockingKey{}) == nil }

// Bounds of a priority.
const (
	minPriority = -128
	maxPriority = 127
)

// Priority returns an executor that submits to ex with a priority: calls of
// higher priority start first, those of equal priority in order, and without
// this decorator it is 0. Of two around each other the inner one counts. p is cut
// to the range -128 to 127. An executor without a queue ignores it.
func Priority(ex Executor, p int) Executor {
	p = max(minPriority, min(p, maxPriority))
	return &decorator{inner: ex, submit: func(ctx context.Context, c Call) {
		c.Record().setPriority(int8(p))
		ex.Submit(ctx, c)
	}}
}
