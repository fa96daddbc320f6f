package process

import (
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
)

// What becomes of a call that was ended from outside, by cancel or deadline, while a
// worker has it.
//
//	waits inside the worker    withdrawn: it does not begin
//	runs                       its context ends; the worker is killed after the grace

// withdraw is the hook of a call that waits inside a worker.
func (p *Pool) withdraw(r *runtime.Record) (started bool) {
	for _, w := range p.snapshot() {
		if started, ok := w.withdraw(r); ok {
			return started
		}
	}
	return true // it has replied, or has just died
}

func (w *worker) withdraw(r *runtime.Record) (started, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.line.of(r)
	if e == nil {
		return false, false
	}
	return w.proc.board == nil || w.proc.board.Withdraw(e.id), true
}

// endedOutside is the hook of a running call that was canceled or timed out.
func (p *Pool) endedOutside(r *runtime.Record, _ error) {
	for _, w := range p.snapshot() {
		if w.cancel(r) {
			return
		}
	}
}

// cancel asks the worker to end the context of r, if it runs r, and kills it
// after the grace if it still does then.
func (w *worker) cancel(r *runtime.Record) (found bool) {
	w.mu.Lock()
	e, p := w.line.of(r), w.proc
	if e == nil || p == nil {
		w.mu.Unlock()
		return false
	}
	id, direct := e.id, e.direct
	w.expectEndLocked(id)
	behind := w.waitingLocked()
	w.mu.Unlock()
	w.withdrawEnded(p, behind)
	p.cancel(id)
	if direct {
		p.direct.interrupt()
	}
	return true
}

// waitingLocked returns the calls that wait inside w.
func (w *worker) waitingLocked() (calls []entry) {
	for _, e := range w.line.all() {
		if !e.begun && !e.gone {
			calls = append(calls, e)
		}
	}
	return calls
}

// withdrawEnded keeps those of calls, which waited inside process p, from beginning whose
// context has ended: the one that they wait behind will be over in a moment, and had
// mostly the same context. Their own hooks may come later. It asks contexts, which are
// the user's, without a lock.
func (w *worker) withdrawEnded(p *proc, calls []entry) {
	for i := range calls {
		e := &calls[i]
		if e.record.SubmitContext().Err() == nil {
			continue
		}
		w.mu.Lock()
		if w.proc == p && p.board != nil && w.line.find(e.id) != nil {
			p.board.Withdraw(e.id)
		}
		w.mu.Unlock()
	}
}

// withdrawLate is withdrawEnded for call e, which has just joined the line: its context
// may have ended since add looked, and the one that it waits behind may have been told
// before it was there. Its frame must not be in the pipe yet.
func (w *worker) withdrawLate(e *entry) {
	if board := w.proc.board; board != nil && !e.begun && e.record.SubmitContext().Err() != nil {
		board.Withdraw(e.id)
	}
}

// expectEndLocked has the worker killed after the grace if it still runs call id then.
func (w *worker) expectEndLocked(id uint64) {
	if e := w.line.find(id); e != nil && e.expiry == nil {
		e.expiry = time.AfterFunc(w.pool.config.Grace, func() { w.expire(id, false) })
	}
}

// lieTime is how long a worker that says it has begun the next call may keep the reply to
// one that was ended. An honest one keeps it for milliseconds, as long as it gets a
// processor.
const lieTime = 10 * time.Second

// expire kills the worker if it still runs call id. That must hit no other call: those
// that wait inside the worker are taken back first, so that none of them can begin
// after this one, and if one has begun already this one is over. again says that this is
// not believed a second time.
func (w *worker) expire(id uint64, again bool) {
	w.mu.Lock()
	e := w.line.find(id)
	if e == nil || e.gone {
		w.mu.Unlock()
		return
	}
	back := w.takeBackLocked()
	if board := w.proc.board; board == nil || w.pool.config.TasksPerWorker > 1 || again || board.Begun() <= id {
		w.doomed = true
		w.proc.quit("no return within the grace of " + w.pool.config.Grace.String() + " after its call was ended")
	}
	if !w.doomed { // its reply is on its way, if the worker does not lie
		e.expiry = time.AfterFunc(lieTime, func() { w.expire(id, true) })
	}
	doomed := w.doomed
	w.mu.Unlock()
	if doomed {
		w.pool.unlist(w)
	}
	w.pool.returned(back)
}

// unlist takes w off the idle list: nobody else is to choose it.
func (p *Pool) unlist(w *worker) {
	p.mu.Lock()
	defer p.release()
	p.unlistLocked(w)
}

// snapshot returns the workers that there are now.
func (p *Pool) snapshot() []*worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.workers)
}
