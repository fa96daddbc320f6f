package runtime

import (
	"context"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// callbacks counts what runs right now of the callbacks of an executor's calls, so that
// Shutdown can wait for them, and who is about to run some: whoever ends a call from
// outside counts from before that can be seen. Otherwise the call's worker would find that
// it is over, and end, and Shutdown return while its state is still to change.
//
// One goroutine may count several times: a callback may cancel a call that has callbacks.
type callbacks struct {
	running atomic.Int64

	mu     sync.Mutex
	inside int64         // guarded by mu: of those, the ones that wait here
	change chan struct{} // guarded by mu: closed and replaced when something changed; nil if nobody waits
}

func (c *callbacks) enter() { c.running.Add(1) }

// run runs the callbacks of r after enter.
//
//go:noinline
func (c *callbacks) run(s *side, r *Record, all []*callback) {
	defer c.leave()
	s.runAll(r, all)
	goruntime.KeepAlive(c) // for onStack
}

// end ends r from outside, see [Record.end].
//
//go:noinline
func (c *callbacks) end(r *Record, err error) {
	c.enter()
	defer c.leave()
	r.endCounted(err)
	goruntime.KeepAlive(c) // for onStack
}

// onStack returns how many of those that run are the caller's own.
func (c *callbacks) onStack() int64 {
	if c.running.Load() == 0 {
		return 0
	}
	at := uintptr(unsafe.Pointer(c))
	return int64(onStack("(*callbacks).run", at) + onStack("(*callbacks).end", at))
}

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

// await waits until none run but those that wait here themselves; own are the caller's.
func (c *callbacks) await(ctx context.Context, own int64) error {
	if own > 0 {
		c.addInside(own)
		defer c.addInside(-own)
	}
	for {
		change := c.watch(own > 0)
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
