package process

import (
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
)

// patience is the pace of the lookout: a call waits between once and twice as long
// behind what is out of its worker's hands.
const patience = time.Millisecond

// A sighting is what the lookout saw of a worker when it came by last.
type sighting struct {
	lent *runtime.Record // whose callbacks its owner ran
	head uint64          // id of the first call that it had
}

// watch sets the lookout, which comes by while calls wait for something that may take
// long although it should not:
//
//   - for a worker whose owner is inside a callback of the user. Callbacks should be
//     quick, and most are; one that blocks must not hold up others, the less as it may
//     be waiting for one of them.
//   - inside a worker, behind a call that was expected to be short.
//   - in the queue although workers are idle: see briskTime.
//
// What it sees twice is mended. While there is nothing to see it does not run.
func (p *Pool) watch() {
	if !p.watching.Load() && p.watching.CompareAndSwap(false, true) {
		time.AfterFunc(patience, p.look)
	}
}

func (p *Pool) look() {
	again, slow := false, false
	workers := p.snapshot()
	for _, w := range workers {
		more, bad := w.look()
		again, slow = again || more, slow || bad
	}
	if slow {
		for _, w := range workers {
			w.doubt()
		}
	}
	if p.neglected() || again {
		time.AfterFunc(patience, p.look)
		return
	}
	p.watching.Store(false)
	for _, w := range p.snapshot() { // who looked just before that has not set another
		if w.held() {
			p.watch()
			return
		}
	}
	if p.neglected() {
		p.watch()
	}
}

// held reports whether w may hold something up.
func (w *worker) held() bool {
	if w.lent.Load() != nil && (w.pool.queue.Len() > 0 || w.pinned.Load() > 0) {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.line.waiting() > 0 || w.line.begun > 0 && w.lent.Load() != nil || w.brisk && w.pool.queue.Len() > 0
}

// look mends what it saw last time already, and reports whether there is something to
// come back for, and whether w takes long over something.
func (w *worker) look() (again, slow bool) {
	w.mu.Lock()
	if w.brisk && w.proc != nil { // it has told, and nobody may look before it is out of calls
		w.paceLocked()
	}
	w.mu.Unlock()
	if !w.held() {
		w.sighted = sighting{}
		return false, false
	}
	before, now := w.sighted, sighting{lent: w.lent.Load()}
	w.mu.Lock()
	if w.line.len() > 0 {
		now.head = w.line.all()[0].id
	}
	w.mu.Unlock()
	w.sighted = now
	twice := now.lent != nil && now.lent == before.lent
	if twice || now.head != 0 && now.head == before.head {
		w.slow()
		slow = true
	}
	switch {
	case twice && now.lent.Settled():
		w.pool.takeOver(w, now.lent)
	case twice: // inside a codec of the user's, which may be waiting for what is queued
		w.pool.growForQueued()
	case now.lent == nil && now.head != 0 && now.head == before.head:
		w.overdue()
	}
	return true, slow
}

// growForQueued has another worker started if calls are queued and there may be one more.
func (p *Pool) growForQueued() {
	p.mu.Lock()
	defer p.release()
	if p.queue.Len() > 0 {
		p.growLocked(nil)
	}
}

// overdue takes the calls back that wait inside w, behind one that takes long.
func (w *worker) overdue() {
	w.mu.Lock()
	back := w.takeBackLocked()
	w.mu.Unlock()
	w.pool.requeueAll(back)
}

// takeBackLocked takes the calls back that wait inside w, and returns them, the last
// one first.
func (w *worker) takeBackLocked() (back []queued) {
	if w.line.waiting() == 0 || w.proc == nil || w.proc.board == nil {
		return nil
	}
	for i := range slices.Backward(w.line.all()) {
		e := &w.line.all()[i]
		if e.begun {
			break
		}
		if e.gone {
			continue
		}
		if w.proc.board.Withdraw(e.id) {
			break // all before it have begun, too
		}
		if e.record.Unstart() {
			e.gone = true
			back = append(back, e.queued)
			e.queued = queued{}
		}
	}
	return back
}

// requeueAll queues calls again, the last one first, before all others and in their
// order: nobody is to take one while those before it are missing.
func (p *Pool) requeueAll(back []queued) {
	p.putAllBack(back)
	p.wakeLater(len(back))
}

// wakeTimes is wake for so many calls.
func (p *Pool) wakeTimes(n int) {
	for range n {
		p.wake()
	}
}
