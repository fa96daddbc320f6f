package process

import (
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
)

// A delay is a call that waits for its retry.
type delay struct {
	q     queued
	timer *time.Timer
}

// lost decides about the call of a worker that died: idle says that the
// worker had not begun to run it.
//
//	settled meanwhile, by cancel or deadline   nothing
//	the pool was closed                        ErrCanceled
//	idle                                       first in the queue again
//	the task has retries left                  in the queue again, later
//	otherwise                                  cause: ErrCrashed or ErrMemory
func (p *Pool) lost(c current, cause error, idle bool) {
	q, r := c.queued, c.record
	past := q.history()
	past.causes = append(past.causes, cause)
	switch {
	case r.Settled():
	case p.killed():
		cancelAside(r)
	case idle && past.returns < maxReturns:
		if r.Unstart() {
			past.returns++
			past.causes = past.causes[:len(past.causes)-1]
			p.requeue(q)
			return
		}
	case idle:
		r.Unstart()
		failAside(r, past.lost())
	case past.tries < r.Task().Retries && c.outcomes == 0:
		past.tries++
		if r.Unstart() && p.retryLater(q) {
			return
		}
	default:
		failAside(r, past.lost())
	}
	q.drop()
	p.finished()
}

// retryLater queues q again after a pause. It reports false if the pool was
// closed meanwhile, which settles the call.
func (p *Pool) retryLater(q queued) bool {
	d := &delay{q: q}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		cancelAside(q.record)
		return false
	}
	defer p.mu.Unlock()
	d.timer = time.AfterFunc(runtime.Backoff(q.past.tries-1), func() { p.retry(d) })
	p.delayed = append(p.delayed, d)
	return true
}

func (p *Pool) retry(d *delay) {
	p.mu.Lock()
	i := slices.Index(p.delayed, d)
	if i < 0 { // Close took it
		p.mu.Unlock()
		return
	}
	p.delayed = slices.Delete(p.delayed, i, i+1)
	p.mu.Unlock()
	p.requeue(d.q)
}

// requeue puts a call before all others of its priority. Close may have emptied
// the queue just before, and does not look again.
func (p *Pool) requeue(q queued) {
	p.queue.PushFront(q, q.record.Priority())
	if p.killed() {
		p.flush(cancelAside)
	} else {
		p.wake()
	}
}

// endedOutside is the hook of a running call that was canceled or timed out.
func (p *Pool) endedOutside(r *runtime.Record, _ error) {
	for _, w := range p.snapshot() {
		if w.cancel(r) {
			return
		}
	}
}

// snapshot returns the workers that there are now.
func (p *Pool) snapshot() []*worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.workers)
}
