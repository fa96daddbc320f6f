package process

import (
	"time"

	"github.com/offing-go/offing/runtime/internal/child"
)

// How many calls wait inside a worker. To send a call there and have the result back
// takes some ten microseconds, in which a worker that waits for it runs nothing; and
// to write and read many at once costs as much as one. So a worker that runs short
// calls gets those ahead that it will run within aheadTime. One that takes longer than
// that for a call gets none: a call that waits there could run elsewhere. If it turns
// out so later, what waits is taken back: see overdue.
const aheadTime = 400 * time.Microsecond

// grainTime is what is not worth being shared: who takes some of the last calls in the
// queue takes what will be done in so long.
const grainTime = 20 * time.Microsecond

// maxAhead bounds how many wait in a worker. It and those that run are fewer than the
// board has room for.
const maxAhead = 255

var _ [child.MaxSent - child.MaxLanes - maxAhead - 1]struct{}

// pace is how long the calls of a worker take.
type pace struct {
	each  time.Duration // a moving mean; 0 as long as nothing is known
	since time.Time     // when the calls that are counted began
	count int           // calls that are over since then
}

// busy notes that the worker has something to do, after it had nothing.
func (p *pace) busy(now time.Time) { p.since, p.count = now, 0 }

// over takes the calls that are over into the mean.
func (p *pace) over(now time.Time) {
	if p.count == 0 {
		return
	}
	each := max(1, now.Sub(p.since)/time.Duration(p.count))
	if p.each > 0 {
		each = (p.each + each + 1) / 2
	}
	p.each = each
	p.busy(now)
}

// ahead returns how many calls may wait inside the worker, if its share of what is
// queued is so many.
func (p *pace) ahead(share int) int {
	if p.each == 0 {
		return 0
	}
	return min(int(min(aheadTime/p.each, maxAhead)), max(share, int(grainTime/p.each)))
}

// roomFor returns how many calls may be sent to w now, of so many that are queued.
// Nobody gets more ahead than his share of the queue. w.hold is held.
func (w *worker) roomFor(queued int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := &w.pool.config
	n := w.line.len()
	room := c.TasksPerWorker - n
	if w.proc.board != nil {
		room += w.pace.ahead(queued / max(1, int(w.pool.width.Load())))
	}
	if c.MaxTasks > 0 {
		room = min(room, c.MaxTasks-w.calls-n)
	}
	if w.doomed {
		room = 0
	}
	if w.proc.board == nil {
		room = min(room, 1) // for each write: nobody could say which of several has begun
	}
	return max(0, room)
}
