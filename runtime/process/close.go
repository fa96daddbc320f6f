package process

import (
	"context"
	"slices"

	"github.com/offing-go/offing/runtime"
)

// killed reports whether Close was called.
func (p *Pool) killed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// lend notes that the owner of w is about to deliver the outcome of r and may
// be long in coming back, while w has some calls left. It reports false once the pool
// is draining: the owner must then not run callbacks itself.
//
//	owner     lent = r;   draining ?  takes it back
//	drain     draining;   lent ?      takes it out, and so the worker over
//
// The lookout, which stops when there is nothing to see, is set if somebody waits.
// After lent is: see look.
func (p *Pool) lend(w *worker, r *runtime.Record, left int) bool {
	w.lent.Store(r)
	if left > 0 || w.has() > 0 || p.queue.Len() > 0 || w.pinned.Load() > 0 {
		p.watch()
	}
	if p.draining.Load() {
		return !w.lent.CompareAndSwap(r, nil)
	}
	return true
}

// reclaim ends the loan and reports whether w is still the caller's.
func (w *worker) reclaim(r *runtime.Record) bool {
	if !w.lent.CompareAndSwap(r, nil) {
		return false
	}
	w.spoiled(r) // here and not by the owner, whom a callback may end
	w.pool.finished()
	return true
}

// relieveAll gives every lent worker another owner: the old one may be inside a
// callback that waits for the pool's end.
func (p *Pool) relieveAll() {
	for _, w := range p.snapshot() {
		if r := w.lent.Load(); r != nil {
			p.takeOver(w, r)
		}
	}
}

// takeOver gives w, lent for r, another owner. The call is settled first: a
// callback runs after that, so nobody waits for one here.
func (p *Pool) takeOver(w *worker, r *runtime.Record) {
	r.Watch() // a codec of the user's may block
	<-r.Done()
	if w.lent.CompareAndSwap(r, nil) {
		w.frames = w.frames.Detach() // the old owner may still look at its payload
		w.passRow(r)
		go w.relieved()
	}
}

// checkDoneLocked ends idle workers and spares when there will be no more calls, and
// closes done when there is nothing left; p.mu is held. It runs after whatever
// may be the last thing to happen.
func (p *Pool) checkDoneLocked() {
	if !p.draining.Load() || p.pending() > 0 {
		return
	}
	for len(p.idle) > 0 {
		w := p.idle[0]
		p.unlistLocked(w)
		w.proc.drain(p.config.Grace)
	}
	p.endSparesLocked()
	if len(p.workers) == 0 && !p.ended {
		p.ended = true
		close(p.done)
	}
}

// drain stops intake.
func (p *Pool) drain() {
	p.queue.Close()
	p.mu.Lock()
	p.draining.Store(true)
	p.checkDoneLocked()
	p.release()
	p.relieveAll()
}

// Shutdown stops intake, runs what is queued, and returns once every call has
// settled, every callback has run, the states of workers are closed, every process is
// gone and every goroutine of the pool has ended. A state whose Close method takes longer
// than Config.Grace is given up with its process. Called from a callback it does not wait
// for that one. If ctx ends first it returns the cause of ctx, and the pool goes on to
// finish what it has: use Close to cut that short.
// Calls submitted from now on fail with runtime.ErrClosed, those that wait for
// room too.
func (p *Pool) Shutdown(ctx context.Context) error {
	if p.tasks == nil {
		return errZeroPool
	}
	if p.inProcess != nil {
		return p.inProcess.Shutdown(ctx)
	}
	p.drain()
	select {
	case <-p.done:
	default:
		select {
		case <-p.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	p.wakes.Wait()
	return p.hooks.AwaitCallbacks(ctx)
}

// Close cancels every call, queued and running, kills every process, and
// refuses new calls with runtime.ErrClosed. When it returns, every future of
// the pool is settled, every process has been reaped, with all of its group, and
// every goroutine of the pool has ended, but for one that a Logger blocks; a
// callback may still be running. States of workers die with their processes: their Close
// methods are not called; use Shutdown where they have to be.
// The error is always nil.
func (p *Pool) Close() error {
	if p.tasks == nil {
		return nil // a zero Pool has nothing to close
	}
	if p.inProcess != nil {
		return p.inProcess.Close()
	}
	p.queue.Close()
	p.mu.Lock()
	if !p.closed {
		close(p.closing)
	}
	p.closed = true
	p.draining.Store(true)
	delayed, workers := p.delayed, slices.Clone(p.workers)
	p.delayed = nil
	for _, w := range workers {
		p.setFreeLocked(w)
	}
	p.release()
	for _, w := range workers {
		w.kill("pool closed")
	}
	p.flush(cancelAside)
	for _, d := range delayed {
		d.timer.Stop()
		cancelAside(d.q.record)
		d.q.drop()
		p.finished()
	}
	p.drain()
	<-p.done
	p.wakes.Wait()
	return nil
}

// kill kills the process, if there is one.
func (w *worker) kill(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.proc != nil {
		w.proc.kill(reason)
	}
}
