package process

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
)

// A call whose caller waits for it, as CallX does, is sent by the caller to an idle
// worker, and the caller also reads the reply, on a pipe of its own. Otherwise the
// owner of the worker would be woken to read it, and would wake the caller: measured,
// that is more than all the rest that such a call costs.
//
//	caller    claim ... encode, write ................ read, decode ... unclaim
//	owner     .......... reads the results, where nothing comes ...............
//
// The worker stays claimed, and w.hold is held, until the reply is there: nobody else
// uses the worker meanwhile. A caller whose call is ended from outside leaves the rest
// to a goroutine.
//
// If there is no other call in the pool, and a processor for each of them, the caller waits
// awake for a moment, and so does the worker for the next call, as neither has to be woken
// then: see shm.Vigil.

// A waiting is a pool for those who wait for their calls.
type waiting struct{ pool *Pool }

// Waiting returns an executor for a caller who will do nothing but wait for his call:
// its Submit may return only when the call is settled.
//
// It is for runtime.Waiting only.
func (p *Pool) Waiting() runtime.Executor {
	if p.tasks == nil {
		return p // the zero value refuses calls
	}
	return &p.waiting
}

// Submit runs c on an idle worker, if there is one. Otherwise it is that of the pool.
func (s *waiting) Submit(ctx context.Context, c runtime.Call) {
	p := s.pool
	if p == nil || p.inProcess != nil {
		(*Pool).Submit(p, ctx, c)
		return
	}
	if q, ok := p.accept(&ctx, c); !ok {
		return
	} else if w := p.claimIdle(); w != nil {
		w.callDirect(q)
	} else {
		p.enqueue(ctx, q)
	}
}

// claimIdle claims an idle worker for a call that is not in the queue, unless others
// are.
func (p *Pool) claimIdle() *worker {
	if p.config.TasksPerWorker > 1 || p.queue.Len() > 0 {
		return nil
	}
	p.mu.Lock()
	defer p.release()
	w := p.chooseLocked()
	if w == nil || p.draining.Load() {
		return nil
	}
	p.demandLocked()
	p.unlistLocked(w)
	w.claimed = true
	return w
}

// callDirect runs q on w, which the caller has claimed, and returns when q is settled,
// or will be by the owner.
func (w *worker) callDirect(q queued) {
	added := false
	w.hold.Lock()
	w.awake = w.mayWatch()
	defer func() {
		if !added { // see addAll
			w.pool.failExited(q)
			go w.unclaim()
		}
	}()
	b := w.add(q, true, w.out[:0])
	added = true
	if len(w.fresh) > 0 {
		w.fresh[0].direct = true
		b = w.enter(b)
	}
	if len(b) == 0 {
		w.unclaim()
		return
	}
	w.write(b)
	if w.awake && w.proc.board.AwaitAnswer(&w.vigil, w.ids) {
		w.proc.direct.arrived()
	}
	w.awaitDirect(q.record, false)
}

// mayWatch reports whether a caller and his worker may wait awake: they take a processor
// each.
func (w *worker) mayWatch() bool {
	return w.proc.board != nil && 2*w.pool.pending() <= int64(w.pool.allowed)
}

// awaitDirect reads the reply to r; w.hold is held, and is released when it is there. If
// r is settled before, a goroutine goes on with it, for which aside is true, and the
// caller is free.
func (w *worker) awaitDirect(r *runtime.Record, aside bool) {
	h, payload, err := w.direct.Next()
	for errors.Is(err, os.ErrDeadlineExceeded) && w.proc.direct.resume() {
		if r.Settled() && !aside {
			go w.awaitDirect(r, true)
			return
		}
		h, payload, err = w.direct.Next() // the interrupt was for a call before
	}
	if err == nil {
		err = w.concludeDirect(h, payload)
	}
	if err != nil {
		w.proc.kill(brokenPipe(err))
		w.abandon()
	}
}

// concludeDirect takes the reply, and has the worker do other things. An error is a
// violation of the protocol.
func (w *worker) concludeDirect(h frame.Header, payload []byte) error {
	w.mu.Lock()
	found := w.line.find(h.ID)
	if found == nil || !isReply(h) || !h.Has(frame.Last) {
		w.mu.Unlock()
		return fmt.Errorf("%w: %+v in the place of a reply", frame.ErrInvalid, h)
	}
	payload, err := w.payload(h, payload)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	if h.Kind != frame.Skipped {
		w.calls++
	}
	w.leaves(h)
	e := w.line.remove(found)
	w.mu.Unlock()
	defer w.unclaim() // whatever a codec of the user's does
	if h.Has(frame.Shared) {
		defer w.proc.board.ReplyRead()
	}
	w.awaitWriter()
	if !w.concluded(&e, h) {
		defer w.delivered(e.record) // as before
		deliver(e.queued, h, message(w.direct, h, payload))
	}
	return nil
}

// delivered takes r, which was delivered, off the books.
func (w *worker) delivered(r *runtime.Record) {
	w.spoiled(r)
	w.pool.finished()
}

// unclaim ends the claim of a worker that has no call: it gets others, or is idle, or
// ends. It releases w.hold.
func (w *worker) unclaim() {
	defer w.hold.Unlock()
	if !w.spent() {
		w.feedHeld()
		return
	}
	w.pool.succeed(w)
	w.proc.drain(w.pool.config.Grace)
	w.pool.disclaim(w)
}

// abandon ends the claim of a worker that is dead: its owner sees to the call. It
// releases w.hold.
func (w *worker) abandon() {
	w.pool.disclaim(w)
	w.hold.Unlock()
}

func (p *Pool) disclaim(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.claimed = false
}
