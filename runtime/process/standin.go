package process

import "sync/atomic"

// The owner of a worker also sends it calls, whose arguments codecs of the user's encode,
// and waits for others who do. A codec may block, and may wait for a call of this very
// worker, whose reply nobody reads then. So an owner who is long in that, as the lookout
// sees, gets a stand-in, who reads on and is the owner from then on. What the stand-in
// comes to find that the worker needs he leaves to the one before, who is at it.
//
//	owner      next ... codec, or w.hold ............................ again; ends
//	lookout            sees it   sees it twice
//	stand-in                     reads, delivers, reads, misses next .......... owns
//
// The process is not buried before the one in the codec is done with it.

// A turn is one run of next by an owner: how many there have been, and a phase.
type turn struct{ state atomic.Uint64 }

// The phases of a turn.
const (
	reading   = iota // nobody is inside next
	turning          // the owner is
	stoodIn          // the owner before is, and the owner reads
	missed           // likewise, and the owner wanted to run it, too
	phaseBits = 2
	phaseMask = 1<<phaseBits - 1
)

// begin is for the owner, who wants to run next. It reports false if the one before is
// still inside: that one runs it again.
func (t *turn) begin() bool {
	for {
		switch s := t.state.Load(); s & phaseMask {
		case reading: // nobody else changes it
			t.state.Store(s + 1<<phaseBits + turning)
			return true
		case stoodIn:
			if t.state.CompareAndSwap(s, s-stoodIn+missed) {
				return false
			}
		default:
			return false
		}
	}
}

// end is for who is inside next. It reports whether that is over, which it is not if it
// was missed, and whether he still is the owner.
func (t *turn) end() (over, mine bool) {
	for {
		s := t.state.Load()
		phase, to := s&phaseMask, uint64(reading)
		if phase == missed {
			to = stoodIn
		}
		if t.state.CompareAndSwap(s, s-phase+to) {
			return phase != missed, phase == turning
		}
	}
}

// running returns the turn whose owner is inside next, 0 if none is.
func (t *turn) running() uint64 {
	if s := t.state.Load(); s&phaseMask == turning {
		return s
	}
	return 0
}

// next has the worker get what it needs, see arrange, and reports whether it still is the
// caller's: he has nothing left to do but to read then.
func (w *worker) next() (mine bool) { return !w.turn.begin() || w.endTurn() }

// endTurn is next for who has begun the turn.
func (w *worker) endTurn() (mine bool) {
	for {
		w.arrange()
		if over, mine := w.turn.end(); mine {
			return true
		} else if over {
			w.mu.Lock()
			w.before.Done()
			w.mu.Unlock()
			return false
		}
	}
}

// endTurnAgain is endTurn after a goroutine that has ended inside it.
func (w *worker) endTurnAgain() {
	if w.endTurn() && w.read() {
		w.run()
	}
}

// standIn has another goroutine own w, whose owner is long in turn s.
func (w *worker) standIn(s uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.turn.state.CompareAndSwap(s, s-turning+stoodIn) {
		w.before.Add(1) // with mu held, or it might be done before
		go w.readOn()
	}
}

// lockHold locks w.hold for the owner. The lookout is to see if that takes long.
func (w *worker) lockHold() {
	if !w.hold.TryLock() {
		w.pool.watch()
		w.hold.Lock()
	}
}
