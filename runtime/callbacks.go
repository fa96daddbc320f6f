package runtime

import (
	"context"
	"sync"
	"sync/atomic"
)

// callbacks counts the callbacks of an executor's calls that run right now, so
// that Shutdown can wait for them.
type callbacks struct {
	running atomic.Int64 // calls whose callbacks run

	mu     sync.Mutex
	inside int64         // guarded by mu: of those, the ones that wait here
	change chan struct{} // guarded by mu: closed and replaced when something changed; nil if nobody waits
}

func (c *callbacks) enter() { c.running.Add(1) }

func (c *callbacks) leave() {
	c.running.Add(-1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changedLocked()
}

func (c *callbacks) changedLocked() {
	if c.change != nil {
		close(c.change)
		c.change = nil
	}
}

// await waits until no callbacks run but those that wait here themselves.
func (c *callbacks) await(ctx context.Context, inside bool) error {
	if inside {
		c.addInside(1)
		defer c.addInside(-1)
	}
	for {
		change := c.watch(inside)
		if change == nil {
			return nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (c *callbacks) addInside(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside += n
	c.changedLocked()
}

// watch returns a channel that is closed at the next change, or nil if there
// is nothing to wait for.
func (c *callbacks) watch(inside bool) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	running := c.running.Load()
	if running == 0 || inside && running <= c.inside {
		return nil
	}
	if c.change == nil {
		c.change = make(chan struct{})
	}
	return c.change
}
