package process

import (
	"time"

	"github.com/offing-go/offing/runtime/internal/shm"
)

const (
	// tidyTime is how long a worker is idle before it gives shared memory back. To take
	// it again costs 0.3 ms a MiB.
	tidyTime = 3 * time.Second

	// keepShared is how much an idle worker may keep.
	keepShared = 1 << 20
)

// used notes that a block is in use.
func (w *worker) used(b shm.Block) {
	end := int64(b.Offset) + int64(b.Length)
	for {
		spread := w.spread.Load()
		if end <= spread || w.spread.CompareAndSwap(spread, end) {
			return
		}
	}
}

// tidyLaterLocked has w, which is becoming idle, give memory back if it stays so.
func (p *Pool) tidyLaterLocked(w *worker) {
	if w.spread.Load() > keepShared {
		parks := w.parks
		w.tidying = time.AfterFunc(tidyTime, func() { p.tidy(w, parks) })
	}
}

// tidy gives the shared memory of w back if it is idle and has been since its given
// park. It claims the worker for that.
func (p *Pool) tidy(w *worker, parks int) {
	p.mu.Lock()
	if w.parks != parks || w.has() > 0 || !p.unlistLocked(w) {
		p.mu.Unlock()
		return
	}
	w.claimed = true
	p.release()
	w.hold.Lock()
	defer w.hold.Unlock()
	w.proc.board.GiveBack(w.proc.calls)
	w.spread.Store(0)
	w.feedHeld()
}
