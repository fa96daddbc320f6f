package runtime

import (
	"context"
	"errors"
	"slices"
	"unsafe"
)

// Shutdown stops intake, runs what is queued, and returns once every call has
// settled, every task has returned, every state of a worker is closed and every
// callback has run. If ctx ends first it returns the cause of ctx, and the pool
// goes on to finish what it has. Calls submitted from now on fail with [ErrClosed],
// those that wait for room too.
//
// It may be called again, by several goroutines at once, and from inside: a
// task that passes its ctx, or a callback on a worker or in Close, waits for everything
// but itself. (A task that does not pass its ctx waits for itself, until ctx ends, and
// so does a callback that runs inside a task which is on its caller's goroutine.)
func (p *Pool) Shutdown(ctx context.Context) error {
	p.prepare()
	p.queue.Close()
	back, task, inside := p.stepAside(ctx)
	defer back()
	closing := p.closing()
	if closing > 0 {
		p.alive.Add(1)
		p.endAll() // what Close has not come to yet, as it waits for this callback
	}
	d := p.drain(task, inside, closing)
	defer p.undrain(d)
	select {
	case <-d.done:
	case <-ctx.Done():
		select {
		case <-d.done: // a drained pool beats an expired ctx
		default:
			return context.Cause(ctx)
		}
	}
	p.shops.end()
	if err := p.shops.await(ctx); err != nil {
		return err
	}
	return p.hooks.AwaitCallbacks(ctx)
}

// stepAside gives back the slot of a task, or of a worker whose callback this
// is, while the caller waits; back takes it again.
func (p *Pool) stepAside(ctx context.Context) (back func(), task *Record, inside bool) {
	if r := recordOf(ctx); r != nil && r.hooks == &p.hooks && !r.hasReturned() {
		return enterWait(ctx), r, true
	}
	if p.hooks.InCallback() && onStack("(*Pool).work", uintptr(unsafe.Pointer(p))) > 0 {
		return p.leaveWorker(ctx), nil, true // what is queued may need this worker's slot
	}
	return enterWait(ctx), nil, false
}

// leaveWorker is enterWait for a callback on a worker: whether that has its slot is known
// by the call that it runs, whose task may have left a wait behind.
func (p *Pool) leaveWorker(ctx context.Context) (back func()) {
	w := p.ownWorker()
	if w == nil {
		p.release()
		return func() { p.acquire(ctx) }
	}
	r := w.current.Load()
	if r == nil {
		r = w.call.Record() // which nobody else writes
	}
	return r.beginWait(ctx)
}

// ownWorker returns the worker whose goroutine the caller's is, or nil if the stack does
// not tell.
func (p *Pool) ownWorker() *worker {
	at, sure := firstParameter("(*Pool).work", uintptr(unsafe.Pointer(p)))
	if !sure {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if uintptr(unsafe.Pointer(w)) == at {
			return w
		}
	}
	return nil
}

// closing returns how often the caller is inside of Close, as a callback that it runs is.
func (p *Pool) closing() int64 {
	if !p.hooks.InCallback() {
		return 0
	}
	return int64(onStack("(*Pool).endAll", uintptr(unsafe.Pointer(p))))
}

// A drain is a Shutdown that waits. One that is called from inside occupies a
// worker itself: it waits until no workers but such ones are alive.
type drain struct {
	task    *Record // that it was called from; nil in a callback
	inside  bool
	closing int64         // how many Close calls wait for it
	done    chan struct{} // closed under the pool's mu
}

func (p *Pool) drain(task *Record, inside bool, closing int64) *drain {
	d := &drain{task, inside, closing, make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drains = append(p.drains, d)
	p.drainedLocked()
	return d
}

func (p *Pool) undrain(d *drain) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drains = slices.DeleteFunc(p.drains, func(other *drain) bool { return other == d })
}

// drainedLocked wakes the Shutdown calls whose wait is over; p.mu is held. It
// runs whenever a worker ends and when a Shutdown begins.
func (p *Pool) drainedLocked() {
	if len(p.drains) == 0 || p.queue.Len() > 0 {
		return
	}
	var inside int64
	for i, d := range p.drains {
		if d.task != nil && d.task.hasReturned() {
			d.inside = false // it goes on without its task
		}
		again := func(other *drain) bool { return other.task == d.task }
		if d.inside && (d.task == nil || !slices.ContainsFunc(p.drains[:i], again)) {
			inside++
		}
		inside += d.closing
	}
	alive := p.alive.Load()
	for _, d := range p.drains {
		if alive == 0 || (d.inside || d.closing > 0) && alive <= inside {
			d.finish()
		}
	}
}

// finish wakes the Shutdown, which may have been done before.
func (d *drain) finish() {
	select {
	case <-d.done:
	default:
		close(d.done)
	}
}

// Close cancels every call, queued and running, and refuses new ones with
// [ErrClosed]. When it returns, every future of the pool is settled, also if another Close
// is at it; that of a call which is just being submitted is when its Submit returns. It does
// not wait for callbacks that another Close runs, nor for tasks that ignore the end of
// their context: a goroutine cannot be killed; use [Pool.Shutdown] to wait. States of workers are closed, those that a
// task has when it returns; for their Close methods it waits, but no longer than five
// seconds. It may be called again, by several goroutines at once, and from a callback.
// The error is always nil.
func (p *Pool) Close() error {
	p.prepare()
	p.queue.Close()
	p.closed.Store(true)
	defer p.endShops() // also if a callback ends the goroutine
	p.alive.Add(1)
	p.endAll()
	return nil
}

// endAll cancels every call, queued and running. It counts as alive, as a worker that
// empties the queue does, and the caller has counted it: nobody may find the pool drained
// before all is done. What it takes out of the queue it has in its hand as a worker has, for
// another Close to find and to cancel itself: to wait for this one would be to wait for its
// callbacks, which may call Close. If a callback ends the goroutine, as t.FailNow does,
// another one cancels the others, see side.runAll.
//
//go:noinline
func (p *Pool) endAll() {
	w, ended := p.enlist(), false
	defer func() {
		if !ended {
			p.alive.Add(1)
			go p.endAll()
		}
		p.dismiss(w)
	}()
	for {
		if ok, _ := p.queue.Take(&w.call); !ok {
			break
		}
		p.endQueued(w.call)
	}
	for _, r := range p.runningCalls() {
		r.end(ErrCanceled)
	}
	p.endHere()
	ended = true
}

// endQueued cancels a call that was taken out of the queue.
func (p *Pool) endQueued(c Call) {
	defer c.Run() // cannot start any more; drops the arguments
	c.Record().end(ErrCanceled)
}

// endShops closes the states of workers, and waits for that some seconds.
func (p *Pool) endShops() {
	p.shops.end()
	ctx, cancel := context.WithTimeout(context.Background(), stateTime)
	defer cancel()
	if p.shops.await(ctx) != nil {
		p.reportState(errStillOpen)
	}
}

// errStillOpen is what the log says of states whose Close takes long.
var errStillOpen = errors.New("some are still being closed after " + stateTime.String())

// runningCalls lists what the workers run, and what Close has in its hand, for Close to
// cancel with nothing locked: a cancel runs callbacks.
func (p *Pool) runningCalls() (calls []*Record) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue.Look(func() {
		for _, w := range p.workers {
			if r := w.current.Load(); r != nil {
				calls = append(calls, r)
			}
			if w.call != nil {
				calls = append(calls, w.call.Record())
			}
		}
	})
	return calls
}
