package process

import "github.com/offing-go/offing/runtime"

// Who has claimed a worker sends it calls, and ends the claim.
//
//	feedClaimed   a goroutine of the pool's: whatever is queued
//	feedFor       a submitter: his own call, and leaves the rest to one of those
//	callDirect    a caller who waits, likewise: see letGo

// feedClaimed gives a claimed worker its call. The owner waits for the end of
// the claim, should the process die meanwhile.
func (p *Pool) feedClaimed(w *worker) {
	w.hold.Lock()
	w.feedOn(nil)
}

// feedOn is feedClaimed for one who has w.hold, which it releases, and may have taken some
// calls. It may end the goroutine, see addAll.
func (w *worker) feedOn(taken []queued) {
	returned := false
	defer func() {
		w.hold.Unlock()
		if !returned {
			w.feedAside()
		}
	}()
	for !w.pool.unclaim(w, w.feed(taken)) {
		taken = nil
	}
	returned = true
}

// feedAside is feedClaimed on a goroutine of its own. As long as w is claimed the pool does
// not end.
func (w *worker) feedAside() {
	w.pool.wakes.Go(func() { w.pool.feedClaimed(w) })
}

// feedFor is feedClaimed for who has just queued r, and claimed w. Arguments are encoded
// by codecs of the user's, which may block or end the goroutine: here those of r alone are,
// as none of another call is any business of his. If others are to be sent that is done
// aside.
func (w *worker) feedFor(r *runtime.Record) {
	if !w.hold.TryLock() { // with lanes somebody may be inside of a codec
		w.pool.watch()
		w.feedAside()
		return
	}
	var taken []queued
	if !w.writing() {
		taken = w.take()
	}
	if len(taken) > 1 || len(taken) == 1 && taken[0].record != r {
		w.pool.wakes.Go(func() { w.feedOn(taken) })
		return
	}
	returned := false
	defer func() {
		if !returned {
			w.hold.Unlock()
			w.feedAside()
		}
	}()
	sent := w.send(taken)
	returned = true
	w.letGo(sent)
}

// letGo ends the claim of one who has sent w his own call, or none, and releases w.hold.
// Others are sent aside, see feedFor.
func (w *worker) letGo(sent bool) {
	done := !w.hasRoom() && w.pool.unclaim(w, w.sated(sent))
	w.hold.Unlock()
	if !done {
		w.feedAside()
	}
}

// hasRoom reports whether calls are queued that w is to be sent now, be it ahead; w.hold is
// held.
func (w *worker) hasRoom() bool {
	waiting := w.pool.queue.Len()
	if waiting == 0 || w.writing() {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.roomForLocked(waiting) > 0
}

// unclaim ends a claim after feed. It reports false if there is work again.
func (p *Pool) unclaim(w *worker, full bool) bool {
	p.mu.Lock()
	defer p.release()
	wrote := w.wrote
	w.wrote = false
	switch {
	case full && wrote:
		return false
	case full:
		if p.queue.Len() > 0 || len(w.pins) > 0 {
			p.watch() // it was chosen for what is there, and nobody else was
		}
	case p.overLocked(w):
		if w.has() == 0 { // or its owner sees to it
			w.proc.drain(p.config.Grace)
		}
	case !p.idleLocked(w):
		return false
	}
	w.claimed = false
	return true
}
