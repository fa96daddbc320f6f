package process

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/wire"
)

// errUnknownCall is a worker that speaks of a call that it does not have.
var errUnknownCall = errors.New("a reply to no call")

// isReply reports whether a worker may send h.
func isReply(h frame.Header) bool {
	flags := frame.Last
	switch h.Kind {
	case frame.Outcome:
		flags &= h.Flags // or not, for a part of a batch
		if flags != 0 {
			flags |= h.Flags & frame.Shared
		} else {
			h.Time = 0 // they say how long they took
		}
	case frame.Failure:
		flags |= h.Flags & frame.NotStarted
	case frame.End, frame.Skipped:
	case frame.Outcomes:
		return h == frame.Header{Kind: h.Kind, ID: h.ID}
	default:
		return false
	}
	if flags&frame.Last != 0 {
		flags |= h.Flags & frame.Leaving
	}
	return h == frame.Header{Kind: h.Kind, Flags: flags, ID: h.ID}
}

// handle takes one frame. An error is a violation of the protocol.
func (w *worker) handle(h frame.Header, payload []byte) (mine bool, err error) {
	if !isReply(h) {
		return true, fmt.Errorf("%w: %+v in the place of a reply", frame.ErrInvalid, h)
	}
	if h.Kind == frame.Outcomes {
		return w.handleRow(h, payload)
	}
	w.mu.Lock()
	e := w.line.find(h.ID)
	switch {
	case e == nil || e.direct: // whoever waits for that one does not see it here, and would wait on
		w.mu.Unlock()
		return true, fmt.Errorf("%w: %w", frame.ErrInvalid, errUnknownCall)
	case !h.Has(frame.Last) && !e.begun: // it may be another worker's before it is delivered
		w.mu.Unlock()
		return true, fmt.Errorf("%w: a part of a reply to a call that has not begun", frame.ErrInvalid)
	case !h.Has(frame.Last):
		part := *e
		w.mu.Unlock()
		return true, w.deliverPart(part, h.Time, payload)
	}
	if payload, err = w.payload(h, payload); err != nil {
		w.mu.Unlock()
		return true, err
	}
	if h.Kind != frame.Skipped {
		w.calls++
		w.pace.count++
	}
	w.leaves(h)
	w.line.replied(h.ID, h.Kind == frame.Skipped)
	over := w.line.remove(e)
	left := w.line.len()
	next := w.line.advance(w.pool.config.TasksPerWorker)
	w.mu.Unlock()
	if next != nil {
		next.Begin()
	}
	return w.conclude(over, left, h, payload), nil
}

// conclude delivers the last reply to a call and sees to it that the worker has others.
func (w *worker) conclude(e entry, left int, h frame.Header, payload []byte) (mine bool) {
	mine = w.concluded(&e, h) || w.deliverLast(e.queued, left, h, payload)
	if mine && w.runsLow(left) {
		w.turnOver()
	}
	return mine
}

// runsLow reports whether it is time to look what else the worker should have, as so many
// calls are left.
func (w *worker) runsLow(left int) bool {
	return left <= w.low || left < w.pool.config.TasksPerWorker || w.spoilt.Load()
}

// concluded ends what was waiting for the last reply to a call, and reports whether that
// is all: there is nothing to deliver for one that did not begin.
func (w *worker) concluded(e *entry, h frame.Header) bool {
	if e.expiry != nil {
		e.expiry.Stop()
	}
	e.after.settle(nil)
	switch {
	case e.gone:
		return true
	case h.Kind == frame.Skipped:
		w.pool.skipped(e)
		w.mu.Lock()
		w.line.replied(h.ID, false) // it is in the queue now
		w.mu.Unlock()
		return true
	case !e.begun:
		e.record.Begin()
	}
	if e.timed && awaitTimer(e.record) {
		w.pool.save(e, "timed out; the task returned after that", "")
	}
	return false
}

// turnOver takes what was done into account and goes on.
func (w *worker) turnOver() {
	w.mu.Lock()
	w.paceLocked()
	w.mu.Unlock()
	w.next()
	w.setLow()
}

// setLow notes how many calls are to be left when the worker is fed again: before it has
// nothing to do.
func (w *worker) setLow() { w.low = w.has() / 4 }

// paceLocked has the mean know of the calls that are over.
func (w *worker) paceLocked() {
	if board := w.proc.board; board != nil && w.pool.config.TasksPerWorker == 1 {
		w.pace.tell(board.Worked())
	} else {
		w.pace.over(time.Now())
	}
	w.countLocked()
}

// deliverPart takes the outcomes of some items of a batch, the first of which began so long
// before. Once the call is settled its results are the user's, whatever the worker still
// sends; it has the grace to come to an end.
func (w *worker) deliverPart(e entry, took time.Duration, payload []byte) (err error) {
	batch, ok := e.call.(batched)
	if !ok || !batch.Batch() || e.gone {
		return fmt.Errorf("%w: a part of a reply to a call that is no batch", frame.ErrInvalid)
	}
	returned := false
	defer func() {
		if e.record.Settled() {
			w.mu.Lock()
			w.expectEndLocked(e.id)
			w.mu.Unlock()
		}
		if !returned { // a codec of the user's called runtime.Goexit
			go w.readOn()
		}
	}()
	awaitTimer(e.record)
	if reply := w.frames.Message(payload); !e.record.Settled() {
		batch.Took(took)
		deliver(e.queued, frame.Header{Kind: frame.Outcome}, reply)
		if bad := reply.Err(); bad != nil && !e.record.Settled() {
			err = fmt.Errorf("%w: %w", frame.ErrInvalid, bad)
		}
	}
	returned = true
	return err
}

// timerGrace bounds how long a timer may be late.
const timerGrace = 100 * time.Millisecond

// awaitTimer lets the end of a deadline settle r if it has passed. The worker
// has the same deadline, and its task may say so before our timer does: the
// call has then timed out, whatever the task made of it. It reports whether
// the call has.
func awaitTimer(r *runtime.Record) (expired bool) {
	deadline, ok := r.Context().Deadline()
	if !ok || time.Now().Before(deadline) {
		return false
	}
	r.Watch()
	timer := time.NewTimer(timerGrace)
	defer timer.Stop()
	select {
	case <-r.Done():
	case <-timer.C:
	}
	return r.Settled() && r.State() == runtime.Failed
}

// deliverLast settles a call. That runs callbacks of the user, which may close
// the pool and wait for this worker, or block, or call runtime.Goexit: the
// worker is lent meanwhile, and may have another owner afterwards.
func (w *worker) deliverLast(q queued, left int, h frame.Header, payload []byte) (mine bool) {
	reply := message(w.frames, h, payload) // w.frames may be another's from here on
	if h.Has(frame.Shared) {
		board := w.proc.board
		board.Retain() // it may be decoded when the worker is buried by another owner
		defer board.Release()
		defer board.ReplyRead()
	}
	if !w.pool.lend(w, q.record, left) {
		deliverAside(q, h, slices.Clone(payload))
		w.spoiled(q.record)
		w.pool.finished()
		return true
	}
	returned := false
	defer func() {
		mine = w.reclaim(q.record)
		if mine && !returned {
			go w.run()
		}
	}()
	deliver(q, h, reply)
	returned = true
	return
}

// payload returns what a frame has, or tells of.
func (w *worker) payload(h frame.Header, payload []byte) ([]byte, error) {
	if !h.Has(frame.Shared) {
		return payload, nil
	}
	reply, block, err := w.proc.board.Reply(payload)
	if err == nil {
		w.used(block)
		err = frame.CheckLength(len(reply), w.pool.config.FrameLimit)
	}
	return reply, err
}

// message returns a reader of a reply whose header is h.
func message(frames *frame.Reader, h frame.Header, payload []byte) *wire.Reader {
	if h.Has(frame.Shared) {
		return frames.SharedMessage(payload)
	}
	return frames.Message(payload)
}

// deliver settles q, or a part of it, with what a worker sent.
func deliver(q queued, h frame.Header, reply *wire.Reader) {
	returned := false
	defer func() {
		if !returned {
			if v := recover(); v != nil { // a codec calls methods of the user's types
				q.record.Fail(&encodingError{"result", errors.New("panic: " + runtime.PanicText(v))})
			} else if !q.record.Settled() {
				q.record.Fail(&encodingError{"result", errGoexit})
			}
		}
		if h.Has(frame.Last) {
			q.drop()
		}
	}()
	switch h.Kind {
	case frame.Outcome:
		q.call.Deliver(reply)
	case frame.Failure:
		failed(q.record, h, reply)
	}
	if h.Has(frame.Last) && !q.record.Settled() {
		q.record.Fail(&encodingError{"result", errSentLess})
	}
	returned = true
}

// failed settles a call with the error in reply.
func failed(r *runtime.Record, h frame.Header, reply *wire.Reader) {
	err := runtime.ReadError(reply)
	if bad := reply.Finish(); bad != nil {
		err = &encodingError{"error", bad}
	}
	if err == nil {
		return
	}
	if h.Has(frame.NotStarted) {
		r.Unstart()
	}
	r.Fail(err)
}
