package process

import (
	"context"
	"slices"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/queue"
)

// A call may be pinned to a worker: it is for that one and no other, as what it does is
// something to the process that runs it. It does not go through the queue but waits in a
// list at its worker, which looks there before it looks at the queue.
//
//	 EachWorker            a lane is free
//	-----------> w.pins ------------------> w.line: as any other call from here on
//	               |  ^
//	               |  | w gives its place to a successor, which gets the list too
//	               |  +----------------------------------------------------------
//	               |
//	               +--> the queue, first: nobody has the place of w now, it is one too
//	                    many, its process does not start, or the pool is closed
//
// Who is on the idle list has none: both lists change under p.mu alone, and no one who
// unlocks it leaves a worker with both. So whoever pins a call to an idle worker claims
// it and sends the call, as with the queue, and a worker that is not idle looks by itself
// before it is: the end of a claim, and the owner before it parks, ask idleLocked, and
// a call that is running ends with a look, by the owner or by who waits for it. Only an
// owner that is inside a callback may be long in coming back, so the lookout is set as
// for calls in the queue. A worker without a process wants one as long as the list is not
// empty; when it retires, or gives up its place otherwise, it passes the list on in the
// breath in which it loses the place, after which nobody pins a call to it.
//
// A pinned call is sent to a worker that has a free lane, never ahead: what waits inside
// a worker may be taken back, and is anybody's then. While it is due nothing else is sent
// either, so that the calls ahead come to an end. It costs the worker a pause of some ten
// microseconds.
//
// The process of w may die before the call was sent; then the next one has it, or a spare
// that takes the place. If the call was sent and had not begun it is what any such call
// is: first in the queue, for anybody. So a pinned call is one that a worker other than
// its own may run, for good reasons only, and a process may be without: what it does must
// be right anywhere, and must not be needed.
//
// It is accepted before it is on a list, and stays accepted from list to list, so the
// pool does not end before it: nothing is pinned once the pool is draining, and Close
// has the queue get all that is, under the same lock, before it empties that.

// EachWorker runs a call of its own on each worker: it calls submit once for every
// worker that the pool may have, Config.Workers or what Resize said last, on the goroutine
// of the caller. What submit submits to ex, which must be one call, is run by that worker
// as soon as it is done with the call that it runs, and before what is queued. Workers
// that have no process yet are started. Spares get none as long as they are spares. If
// OFFING_INPROCESS is set, submit is called once and ex is the pool.
//
// It returns when the calls have been handed over, not when they are settled. They do not
// count against Config.Queue. A call that its worker cannot have, as that died or is one
// too many since Resize, runs on another one. Once the pool is closed the calls fail with
// runtime.ErrClosed. Nothing here waits but for room in the queue, for a call that no
// worker can have, and that under the context of the call: ours is not looked at.
//
// It is for generated code and package runtime only.
func (p *Pool) EachWorker(_ context.Context, submit func(ex runtime.Executor)) {
	if p.tasks == nil || p.inProcess != nil {
		submit(p)
		return
	}
	all := &round{pool: p}
	for range p.width.Load() {
		submit(all)
	}
}

// A round is an executor that pins each call to another worker. It goes by their seats:
// workers that come while it lasts sit behind it, but for those that succeed others, who
// sit where those did.
type round struct {
	pool *Pool
	seat uint64 // guarded by the pool's mu; of the worker that got the last call
}

// Submit pins c to the next worker.
func (s *round) Submit(ctx context.Context, c runtime.Call) {
	p := s.pool
	q, ok := p.accept(&ctx, c)
	if !ok {
		return
	}
	p.mu.Lock()
	if p.draining.Load() {
		p.mu.Unlock()
		p.refused(ctx, q, queue.ErrClosed)
		return
	}
	p.demandLocked()
	w := s.nextLocked()
	if w == nil {
		p.release()
		p.enqueue(ctx, q)
		return
	}
	s.seat = w.seat
	w.pinLocked(q)
	if p.unlistLocked(w) {
		w.claimed = true
		p.release()
		p.feedClaimed(w)
		return
	}
	p.release()
	p.watch()
}

// nextLocked returns the worker on the first seat behind that of the last one, a new one
// if there is none, and nil if there may be no more. Those that Resize made too many are
// found out here, or they would be later, when they have calls.
func (s *round) nextLocked() (next *worker) {
	for _, w := range s.pool.workers {
		if w.placed && !s.pool.overLocked(w) && w.seat > s.seat && (next == nil || w.seat < next.seat) {
			next = w
		}
	}
	if next == nil {
		next = s.pool.growLocked(nil)
	}
	return next
}

// seatLocked gives w a place: that of before, with the calls that are pinned to it, or a
// new one if before is nil, or has a successor already.
func (p *Pool) seatLocked(w, before *worker) {
	w.placed = true
	p.places++
	if before == nil || before.seat == 0 {
		p.seats++
		w.seat = p.seats
		return
	}
	w.seat, before.seat = before.seat, 0
	w.pinLocked(before.unpinLocked()...)
}

// pinLocked pins calls to w, behind others.
func (w *worker) pinLocked(calls ...queued) {
	w.pins = append(w.pins, calls...)
	w.pinned.Store(int32(len(w.pins)))
}

// unpinLocked takes all calls that are pinned to w.
func (w *worker) unpinLocked() (calls []queued) {
	calls, w.pins = w.pins, nil
	w.pinned.Store(0)
	return calls
}

// setFreeLocked has anybody run the calls that are pinned to w, before those in the
// queue. They are there when it returns.
func (p *Pool) setFreeLocked(w *worker) {
	if len(w.pins) == 0 {
		return
	}
	calls := w.unpinLocked()
	slices.Reverse(calls)
	p.queue.PushAllFront(calls, queued.priority)
	p.wakeLaterLocked(len(calls))
}

// takePinned returns the first call that is pinned to w, if w can begin it at once: one,
// as those behind it may be another's if a codec ends the goroutine. w.hold is held.
func (w *worker) takePinned() []queued {
	if w.full() {
		return nil
	}
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	if len(w.pins) == 0 { // it has lost its place just now
		return nil
	}
	if len(w.taken) == 0 {
		w.taken = make([]queued, 1)
	}
	w.taken[0] = w.pins[0]
	w.pins = slices.Delete(w.pins, 0, 1)
	w.pinned.Store(int32(len(w.pins)))
	return w.taken[:1]
}
