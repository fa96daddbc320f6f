package child

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/offing-go/offing/runtime"
)

// A callContext is what a task runs under. Most tasks never ask for more than whether
// it has ended, so the context of package context, which has a channel, a timer and a
// parent that knows of it, is made for those only that do, and when the call is ended
// from outside.
//
// It is never used for another call: a goroutine that the task left behind may hold it.
type callContext struct {
	id   uint64                       // of the call
	from *origin                      // read only
	made atomic.Pointer[endedContext] // nil until it is needed; written with from.mu held
	over atomic.Bool                  // the call is over
}

// An origin is what the contexts of calls have in common: those of a task, of which each
// has 32 bytes of its own then, or one that has a deadline, or retries.
type origin struct {
	base     context.Context // never ends; has the label of the task
	deadline time.Time       // zero for none
	spoil    func()          // see NoteDiscard

	mu sync.Mutex // held by who makes a context that can end
}

// An endedContext is one that can end.
type endedContext struct {
	context.Context
	end  context.CancelCauseFunc
	stop context.CancelFunc // of the timer; nil without one
}

// Deadline returns that of the call.
func (c *callContext) Deadline() (time.Time, bool) { return c.from.deadline, !c.from.deadline.IsZero() }

// Done returns a channel that is closed when the task should stop, and at the latest
// when the call is over.
func (c *callContext) Done() <-chan struct{} { return c.real().Done() }

// Err is not nil once the task should stop.
func (c *callContext) Err() error {
	if e := c.made.Load(); e != nil {
		return e.Err()
	}
	if !c.over.Load() && (c.from.deadline.IsZero() || time.Now().Before(c.from.deadline)) {
		return nil
	}
	return c.real().Err()
}

// Value asks the context that can end, if there is one: context.Cause does.
func (c *callContext) Value(key any) any {
	if c.made.Load() != nil || c.over.Load() {
		return c.real().Value(key)
	}
	return c.from.base.Value(key)
}

// NoteDiscard implements runtime.Discarder.
func (c *callContext) NoteDiscard() { c.from.spoil() }

// real makes the context unless there is one. The call may be over just now: who makes
// it looks at that after he has stored it, and finish the other way round.
func (c *callContext) real() *endedContext {
	c.from.mu.Lock()
	defer c.from.mu.Unlock()
	if e := c.made.Load(); e != nil {
		return e
	}
	e, parent := new(endedContext), c.from.base
	if !c.from.deadline.IsZero() {
		parent, e.stop = context.WithDeadlineCause(parent, c.from.deadline, runtime.ErrTimeout)
	}
	e.Context, e.end = context.WithCancelCause(parent)
	c.made.Store(e)
	if c.over.Load() {
		e.cancel(nil)
	}
	return e
}

// cancel ends it for cause, unless it has ended.
func (e *endedContext) cancel(cause error) {
	e.end(cause)
	if e.stop != nil {
		e.stop()
	}
}

// cancel ends it for cause, unless it has ended.
func (c *callContext) cancel(cause error) { c.real().cancel(cause) }

// finish ends it as the call is over.
func (c *callContext) finish() {
	c.over.Store(true)
	if e := c.made.Load(); e != nil {
		e.cancel(nil)
	}
}
