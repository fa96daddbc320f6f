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
	base     context.Context // never ends; has the label of the task
	deadline time.Time       // zero for none
	spoil    func()          // see NoteDiscard

	ended atomic.Bool // the call is over, or made is set; lets Err do without the lock
	mu    sync.Mutex
	over  bool                    // guarded by mu; the call is over
	made  context.Context         // guarded by mu; nil until it is needed
	end   context.CancelCauseFunc // guarded by mu; not nil exactly when made is not
	stop  context.CancelFunc      // guarded by mu; of the timer; nil without one
}

// Deadline returns that of the call.
func (c *callContext) Deadline() (time.Time, bool) { return c.deadline, !c.deadline.IsZero() }

// Done returns a channel that is closed when the task should stop, and at the latest
// when the call is over.
func (c *callContext) Done() <-chan struct{} { return c.real().Done() }

// Err is not nil once the task should stop.
func (c *callContext) Err() error {
	if !c.ended.Load() && (c.deadline.IsZero() || time.Now().Before(c.deadline)) {
		return nil
	}
	return c.real().Err()
}

// Value asks the context that can end, if there is one: context.Cause does.
func (c *callContext) Value(key any) any {
	if c.ended.Load() {
		return c.real().Value(key)
	}
	return c.base.Value(key)
}

// NoteDiscard implements runtime.Discarder.
func (c *callContext) NoteDiscard() { c.spoil() }

// real makes the context unless there is one.
func (c *callContext) real() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.makeLocked()
	return c.made
}

func (c *callContext) makeLocked() {
	if c.made != nil {
		return
	}
	parent := c.base
	if !c.deadline.IsZero() {
		parent, c.stop = context.WithDeadlineCause(parent, c.deadline, runtime.ErrTimeout)
	}
	c.made, c.end = context.WithCancelCause(parent)
	c.ended.Store(true)
	if c.over {
		c.endLocked(nil)
	}
}

func (c *callContext) endLocked(cause error) {
	c.end(cause)
	if c.stop != nil {
		c.stop()
	}
}

// cancel ends it with cause.
func (c *callContext) cancel(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.makeLocked()
	c.endLocked(cause)
}

// finish ends it as the call is over. A cause that it has already stays.
func (c *callContext) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	c.ended.Store(true)
	if c.made != nil {
		c.endLocked(nil)
	}
}
