package process

import (
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
)

// A delay is a call that waits for its retry.
type delay struct {
	q     queued
	timer *time.Timer
}

// ranLast decides about a call that process p ran when it died.
//
//	settled meanwhile, by cancel or deadline   nothing
//	the pool was closed                        ErrCanceled
//	the task has retries left                  in the queue again, later
//	otherwise                                  ErrCrashed or ErrMemory
//
// If the call is going to be tried again, ranLast returns the error that nobody else learns.
func (p *Pool) ranLast(e entry, died *proc, exit *ExitError) (healed error) {
	own := *exit // an error is its call's alone
	exit = &own
	cause := died.fault(exit)
	if !e.begun { // it began just before
		e.record.Begin()
	}
	p.autopsy(&e, exit, cause)
	e.after.settle(exit)
	past := e.history()
	past.causes = append(past.causes, cause)
	if died.board != nil {
		past.tries = max(past.tries, died.board.Tries(e.id))
	}
	r := e.record
	switch {
	case r.Settled():
	case p.killed():
		cancelAside(r)
	case past.tries < r.Task().Retries && e.delivered() == 0:
		past.tries++
		if r.Again() && p.retryLater(e.queued) {
			return cause
		}
	default:
		failAside(r, past.lost())
	}
	e.drop()
	p.finished()
	return nil
}

// reportRetry says that a worker died whose call, of task t, is going to be tried again: if
// that succeeds nothing else tells.
func (p *Pool) reportRetry(t *runtime.Task, pid int, healed error) {
	p.report(slog.LevelWarn, "offing: worker process died and its call is tried again",
		slog.Int("worker", pid), slog.String("task", t.Name), slog.Any("error", healed))
}

// neverRan decides about a call that a worker had when it died and that it had not
// begun, and reports whether it is to go to another one, first in the queue again;
// suspect says that it may have been what the worker died of, as it was the next to begin
// and nothing ran, so that happens a few times only.
func (p *Pool) neverRan(e *entry, died *proc, exit *ExitError, suspect bool) (back bool) {
	r := e.record
	e.after.settle(exit)
	switch {
	case r.Settled():
	case p.killed():
		cancelAside(r)
	default:
		if !r.Unstart() {
			break
		}
		if suspect {
			past := e.history()
			past.returns++
			past.suspicions = append(past.suspicions, died.fault(exit))
			if past.returns > maxReturns {
				failAside(r, past.lost())
				break
			}
		}
		return true
	}
	e.drop()
	p.finished()
	return false
}

// skipped decides about a call that its worker did not begin as it found it withdrawn:
// as a rule because it is settled. But who takes calls back and the worker who begins
// them may each see the other, so that the call counts as begun and does not run: then
// it is as good as taken back. No worker may say so for ever, nor of what it has begun.
func (p *Pool) skipped(e *entry) {
	r := e.record
	if !r.Settled() {
		past := e.history()
		past.returns++
		if past.returns <= maxReturns && e.delivered() == 0 && r.Unstart() {
			p.requeue(e.queued)
			return
		}
		failAside(r, &encodingError{"result", errSentLess})
	}
	p.dismissed(e.queued)
}

// errSentLess is a worker that does not say what became of a call.
var errSentLess = errors.New("the worker sent less than it should")

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

// requeue puts a call before all others of its priority, and has it looked at.
func (p *Pool) requeue(q queued) {
	p.requeueAll([]queued{q})
}

// requeueAll queues calls again, the last one first, before all others and in their
// order: nobody is to take one while those before it are missing.
func (p *Pool) requeueAll(back []queued) {
	p.queue.PushAllFront(back, queued.priority)
	p.returned(len(back))
}

// returned has n calls looked at that were put back into the queue. It locks the pool's mu
// and, of a pool that is closed, settles calls: no lock of a worker but hold may be held.
func (p *Pool) returned(n int) {
	if n == 0 {
		return
	}
	if p.killed() { // Close may have emptied the queue just before, and does not look again
		p.flush(cancelAside)
	}
	p.wakeLater(n)
}

// putBehind queues the calls of fresh, and those of rest behind them, where they belong:
// behind those of before that are queued, and before all others.
func (p *Pool) putBehind(before []*runtime.Record, fresh []entry, rest []queued) {
	var back []queued // the last one first
	for _, q := range slices.Backward(rest) {
		back = append(back, q)
	}
	for i := range slices.Backward(fresh) {
		back = append(back, fresh[i].queued)
	}
	are := map[*runtime.Record]bool{}
	for _, r := range before {
		are[r] = true
	}
	p.queue.PushAllBehind(back, queued.priority, func(q queued) bool { return are[q.record] })
	p.returned(len(back))
}
