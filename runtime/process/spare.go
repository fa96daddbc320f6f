package process

import (
	"slices"
	"time"
)

// A spare is a worker that has no place yet: its process is started ahead of
// need and waits. As many are kept as workers have announced that they will
// leave, and one more if the configuration says so. A place that becomes free goes to a
// spare, so who leaves costs no start of a process:
//
//	 announce          succeed
//	-----------> due -----------> leaving: ends after what it does
//	              |                  | place
//	 one more spare is started ----> serves

// wantedLocked returns how many spares there should be. While nobody submits, one
// that does not start or does not live is not tried for ever.
func (p *Pool) wantedLocked() int {
	if p.config.Spare && p.wasted < maxFailures {
		return p.due + 1
	}
	return p.due
}

// demandLocked notes that the pool is used: time to try spares again.
func (p *Pool) demandLocked() {
	if p.wasted > 0 {
		p.wasted = 0
		p.replenishLocked()
	}
}

func (p *Pool) replenish() {
	p.mu.Lock()
	defer p.release()
	p.replenishLocked()
}

// replenishLocked starts the spares that are missing and ends those that are
// too many.
func (p *Pool) replenishLocked() {
	for len(p.spares) < p.wantedLocked() && !p.draining.Load() {
		p.spares = append(p.spares, p.addLocked(&worker{spare: true}))
	}
	for len(p.spares) > p.wantedLocked() {
		p.dropLocked(p.spares[len(p.spares)-1])
	}
}

// addLocked sets w going. Its number is the lowest that is free, so that they
// stay small however many are replaced.
func (p *Pool) addLocked(w *worker) *worker {
	w.pool, w.number = p, 1
	for slices.ContainsFunc(p.workers, func(other *worker) bool { return other.number == w.number }) {
		w.number++
	}
	p.workers = append(p.workers, w)
	go w.run()
	return w
}

// parkSpare has w wait for a place if it is a spare that is still wanted.
func (p *Pool) parkSpare(w *worker) bool {
	p.mu.Lock()
	defer p.release()
	if !w.spare || p.overLocked(w) {
		return false
	}
	w.parked = true
	if age := p.config.MaxAge; age > 0 {
		w.timer = time.AfterFunc(age-time.Since(w.proc.started), func() { p.outlive(w) })
	}
	return true
}

// outlive replaces a spare that has become too old while it waited; where that
// takes no time, with the next submit.
func (p *Pool) outlive(w *worker) {
	p.mu.Lock()
	defer p.release()
	if w.spare {
		p.dropLocked(w)
		if p.config.MaxAge < usefulLife {
			p.wasted = maxFailures
		}
		p.replenishLocked()
	}
}

// takeSpareLocked takes a spare off the list.
func (p *Pool) takeSpareLocked(w *worker) {
	w.spare = false
	p.spares = slices.DeleteFunc(p.spares, func(other *worker) bool { return other == w })
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

// dropLocked ends a spare. One that is not ready finds out when it is.
func (p *Pool) dropLocked(w *worker) {
	p.takeSpareLocked(w)
	if w.parked {
		w.proc.drain(p.config.Grace)
	}
}

// promoteLocked gives a spare a place, as growLocked says, one that is ready if possible.
// Such a one is claimed, and fed apart: p.mu is held here.
func (p *Pool) promoteLocked(before *worker) *worker {
	ready := slices.IndexFunc(p.spares, func(w *worker) bool { return w.parked })
	w := p.spares[max(ready, 0)]
	p.takeSpareLocked(w)
	p.seatLocked(w, before)
	if w.parked {
		p.starts.succeeded()
		w.parked, w.claimed = false, true
		go p.feedClaimed(w)
	}
	return w
}

// announce notes that w will leave soon, and so has its successor started.
func (p *Pool) announce(w *worker) {
	p.mu.Lock()
	defer p.release()
	if !w.due && w.placed {
		w.due = true
		p.due++
		p.replenishLocked()
	}
}

// succeed takes the place of w, whose process will serve no more, and gives it
// to another worker if there is a spare or work.
func (p *Pool) succeed(w *worker) {
	p.mu.Lock()
	p.succeedLocked(w)
	p.release()
	if p.queue.Len() > 0 {
		p.wakeLater(1)
	}
}

// succeedLocked gives the place of w to a spare, if there is one and the place
// is not one too many, or to a new worker if calls are pinned to w.
func (p *Pool) succeedLocked(w *worker) {
	if !w.placed {
		return // it has a successor, or none is wanted
	}
	p.vacateLocked(w)
	if len(p.spares) > 0 || len(w.pins) > 0 {
		p.passOnLocked(w)
	}
	p.replenishLocked()
}

// passOnLocked gives the place that w had to another worker, and with it the calls that
// are pinned to w. If there may not be one more they are anybody's.
func (p *Pool) passOnLocked(w *worker) {
	p.growLocked(w)
	p.setFreeLocked(w)
}

// vacateLocked takes the place of w. The caller sees to the number of spares, and to the
// calls that are pinned to w.
func (p *Pool) vacateLocked(w *worker) {
	if w.placed {
		w.placed = false
		p.places--
	}
	if w.leaving {
		w.leaving = false
		p.leaving--
	}
	if w.due {
		w.due = false
		p.due--
	}
}

// bereave is told that the process of w died. A spare serves in its place; without
// one w keeps it and starts another process.
func (p *Pool) bereave(w *worker) {
	p.mu.Lock()
	defer p.release()
	if w.placed && len(p.spares) > 0 {
		p.succeedLocked(w)
	}
}

// mournLocked replaces a spare that died while it waited. If that is how all of
// them end soon, they are given up.
func (p *Pool) mournLocked(w *worker) {
	p.takeSpareLocked(w)
	if time.Since(w.proc.started) >= usefulLife {
		p.starts.succeeded()
	}
	p.starts.failed(errSpareDied)
	p.wasted++
	p.replenishLocked()
}

// endSparesLocked ends all spares: there will be no more calls.
func (p *Pool) endSparesLocked() {
	for len(p.spares) > 0 {
		w := p.spares[0]
		p.dropLocked(w)
		if !w.parked {
			w.kill("no more calls")
		}
	}
}
