package process

import (
	"math"
	"time"

	"github.com/offing-go/offing/runtime/internal/child"
)

// How many calls wait inside a worker. To send a call there and have the result back
// takes some ten microseconds, in which a worker that waits for it runs nothing; and
// to write and read many at once costs as much as one. So a worker that runs short
// calls gets those ahead that it will run within aheadTime. One that takes longer than
// that for a call gets none: a call that waits there could run elsewhere. If it turns
// out so later, what waits is taken back: see overdue.
//
// The worker itself tells how long its calls take. The time between a call and its reply
// is, with calls of a microsecond, fifty times as much after a pause; who goes by that
// sends two or three at first, and at the end, and all of it takes twice as long.
const aheadTime = 400 * time.Microsecond

// grainTime is what is not worth being shared: who takes some of the last calls in the
// queue takes what will be done in so long. To send them and have the replies takes as
// long, when all processors are busy.
const grainTime = 60 * time.Microsecond

// maxAhead bounds how many wait in a worker. It and those that run are fewer than the
// board has room for.
const maxAhead = 255

var _ [child.MaxSent - child.MaxLanes - maxAhead - 1]struct{}

// pace is how long the calls of a worker take.
type pace struct {
	each  time.Duration // a moving mean; 0 as long as nothing is known
	was   time.Duration // each before it changed last; 0 if that is of no interest
	last  time.Duration // what changed it
	since time.Time     // when the calls that are counted began
	count int           // calls that are over since then
	told  uint64        // calls that are over, as the worker has said on the board
	spent time.Duration // on those
}

// busy notes that the worker has something to do, after it had nothing.
func (p *pace) busy(now time.Time) { p.since, p.count = now, 0 }

// over takes the calls that are over into the mean.
func (p *pace) over(now time.Time) {
	if p.count > 0 {
		p.took(now.Sub(p.since)/time.Duration(p.count), p.count)
		p.busy(now)
	}
}

// tell is over for a worker that tells how long its calls take: see child.Board.Worked.
// It may tell anything.
func (p *pace) tell(calls uint64, spent time.Duration) {
	n := calls - p.told
	if n == 0 {
		return // and spent, which is written first, may be ahead
	}
	if n < math.MaxInt32 && spent >= p.spent {
		p.took((spent-p.spent)/time.Duration(n), int(n))
	}
	p.told, p.spent = calls, spent
}

// took takes what n calls took each into the mean: one for a half, more for more.
func (p *pace) took(each time.Duration, n int) {
	each = min(max(1, each), time.Hour)
	p.was, p.last = p.each, each
	if weight := time.Duration(min(n, maxWeight)); p.each > 0 {
		each = (p.each + weight*each + weight) / (weight + 1)
	}
	p.each = each
}

// maxWeight is how much what many calls took counts against the mean before.
const maxWeight = 15

// guess sets the mean to what nobody has measured.
func (p *pace) guess(each time.Duration) { p.each, p.was = each, 0 }

// ahead returns how many calls may wait inside the worker, if its share of what is
// queued is so many.
func (p *pace) ahead(share int) int {
	if p.each == 0 {
		return 0
	}
	return min(int(min(aheadTime/p.each, maxAhead)), max(share, int(grainTime/p.each)))
}

// roomForLocked returns how many calls may be sent to w now, of so many that are queued.
// Nobody gets more ahead than his share of the queue.
func (w *worker) roomForLocked(queued int) int {
	c := &w.pool.config
	n := w.line.len()
	room := c.TasksPerWorker - n
	if w.proc.board != nil && w.line.doubt == 0 {
		room += w.pace.ahead(queued / w.pool.sharers())
	}
	if c.MaxTasks > 0 {
		room = min(room, c.MaxTasks-w.calls-n)
	}
	if w.doomed || w.spoilt.Load() {
		room = 0
	}
	if w.proc.board == nil {
		room = min(room, 1) // for each write: nobody could say which of several has begun
	}
	return max(0, room)
}
