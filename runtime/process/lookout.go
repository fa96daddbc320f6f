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
	lent  *runtime.Record // whose callbacks its owner ran
	head  uint64          // id of the first call that it had
	brisk bool            // it counted as brisk, and calls were queued
	calls int             // that it had completed

	watched bool // that call is watched, see ctxWatch
}

// watch sets the lookout, which comes by while calls wait for something that may take
// long although it should not:
//
//   - for a worker whose owner is inside a callback of the user. Callbacks should be
//     quick, and most are; one that blocks must not hold up others, the less as it may
//     be waiting for one of them.
//   - inside a worker, behind a call that was expected to be short.
//   - in the queue although workers are idle: see briskTime. Those who count as brisk, and
//     complete nothing, do so no longer.
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
	return w.line.wanted() || (w.line.begun > 0 || w.rowed.Load()) && w.lent.Load() != nil || w.brisk && w.pool.queue.Len() > 0
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
	now.brisk, now.calls = w.brisk && w.pool.queue.Len() > 0, w.calls
	w.mu.Unlock()
	twice := now.lent != nil && now.lent == before.lent
	now.watched = twice && before.watched
	w.sighted = now
	// One that is brisk completes hundreds in between, or its owner is long over something:
	// a codec of the user's, or a row of callbacks. Others wait for it in vain.
	stalled := now.brisk && before.brisk && now.calls == before.calls
	if twice || stalled || now.lent == nil && now.head != 0 && now.head == before.head { // or nobody reads what comes
		w.slow()
		slow = true
	}
	switch {
	case twice && now.lent.Settled():
		w.pool.takeOver(w, now.lent)
	case twice: // inside a codec of the user's, which may be waiting for what is queued
		if !now.watched {
			w.sighted.watched = true
			w.pool.watchLater(now.lent)
		}
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
	n := w.takeBackLocked()
	w.mu.Unlock()
	w.pool.returned(n)
}

// takeBackLocked takes the calls back that wait inside w, and puts them into the queue
// before all others: as soon as w.mu is free its owner may have the reply that it waits for
// and feed it, from there. It returns how many they are; the caller tells the pool, see
// returned, when he has released w.mu.
//
// Who feeds w meanwhile may have taken later ones out of the queue and not sent them yet. He
// finds out when he wants to make them calls of w, see join, and puts them back behind these.
//
// The last of those that have begun may be about to find that it is withdrawn: then it is
// skipped and comes back later, and until that is known none is sent ahead of its time. A
// lane that is free may begin another meanwhile.
//
//	inside w              queue
//	running | X | 5 | 6   7 8 9
//	running | X           5 6 7 8 9    withdrawn; X may have begun: nothing is sent behind it
//	-                   X 5 6 7 8 9    it was skipped
func (w *worker) takeBackLocked() (n int) {
	if w.line.waiting() == 0 || w.proc == nil || w.proc.board == nil {
		return 0
	}
	var back []queued // the last one first
	for i := range slices.Backward(w.line.all()) {
		e := &w.line.all()[i]
		if e.begun {
			break
		}
		if e.gone {
			continue
		}
		if w.proc.board.Withdraw(e.id) {
			w.line.doubt = e.id
			break // all before it have begun, too
		}
		if e.record.Unstart() {
			e.gone = true
			back = append(back, e.queued)
			e.queued = queued{}
		}
	}
	w.pool.queue.PushAllFront(back, queued.priority)
	if w.line.feeding {
		for i := range back {
			w.line.back = append(w.line.back, back[i].record)
		}
	}
	return len(back)
}

// wakeTimes is wake for so many calls.
func (p *Pool) wakeTimes(n int) {
	for range n {
		p.wake()
	}
}
