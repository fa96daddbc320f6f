package process

import (
	"errors"
	"fmt"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/wire"
)

// keepBuffer bounds the memory that a worker keeps after a long call.
const keepBuffer = 4 << 20

// feed sends the worker the first call that can start, and reports whether
// there was one; w.hold is held.
func (w *worker) feed() bool {
	for {
		q, ok := w.pool.queue.Pop()
		if !ok {
			return false
		}
		if w.dispatch(q) {
			return true
		}
		q.drop()
		w.pool.finished()
	}
}

// dispatch sends q to the worker and reports whether it did; false means that q
// is settled. w.hold is held.
//
// The call is made the worker's own before it starts, so that whoever ends it
// from then on finds the worker.
func (w *worker) dispatch(q queued) bool {
	if q.record.SubmitContext().Err() != nil {
		lookAside(q.record)
		return false
	}
	b, err := encode(q, frame.Begin(w.out[:0]), w.pool.config.FrameLimit)
	if err != nil {
		failAside(q.record, err)
		return false
	}
	w.ids++
	w.setCurrent(current{queued: q, id: w.ids, args: w.pool.kept(b)})
	// The context may have ended while the arguments were encoded. Start would
	// settle the call then, whose callbacks must not run here: they may wait for
	// this very worker.
	ended := q.record.SubmitContext().Err() != nil
	if ended || !q.record.Begin() {
		w.mu.Lock()
		w.takeLocked()
		w.mu.Unlock()
		if ended {
			lookAside(q.record)
		}
		return false
	}
	w.proc.logs.tail.forget()
	w.send(q, b)
	if w.nearsEnd() {
		w.pool.announce(w)
	}
	q.record.Watch()
	return true
}

func (w *worker) setCurrent(c current) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.current = c
}

// encode appends the arguments of q to b, which has room for a header. Codecs
// call methods of the user's types, which may panic.
func encode(q queued, b []byte, limit int) (out []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &encodingError{"arguments", errors.New("panic: " + runtime.PanicText(v))}
		}
	}()
	if out, err = q.call.AppendArgs(b); err != nil {
		return nil, &encodingError{"arguments", err}
	}
	if err := frame.Finish(out, frame.Header{}, limit); err != nil {
		return nil, &encodingError{"arguments", err}
	}
	return out, nil
}

// An encodingError is runtime.ErrEncoding with what and why.
type encodingError struct {
	what string
	err  error
}

func (e *encodingError) Error() string {
	return e.what + " " + runtime.ErrEncoding.Error() + ": " + e.err.Error()
}

func (e *encodingError) Unwrap() []error { return []error{runtime.ErrEncoding, e.err} }

// send writes b, a frame without its header yet. What the pipe does not take at
// once is left to a goroutine, which has the memory for itself: a submitter
// must not block on a worker. A pipe that cannot be written is left to the
// owner, who reads its end.
func (w *worker) send(q queued, b []byte) {
	frame.Finish(b, w.header(q), w.pool.config.FrameLimit) // encode has checked the length
	n, err := w.proc.tasks.attempt(b)
	switch {
	case err != nil:
	case n == len(b):
		w.wasSent()
	default:
		w.out, w.writer = nil, make(chan struct{})
		go w.sendRest(w.proc.tasks, b[n:], w.writer)
		return
	}
	if cap(b) <= keepBuffer {
		w.out = b
	}
}

func (w *worker) sendRest(p *pipe, b []byte, done chan struct{}) {
	defer close(done)
	if p.write(b) == nil {
		w.wasSent()
	}
}

func (w *worker) wasSent() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.current.sent = true
}

func (w *worker) header(q queued) frame.Header {
	h := frame.Header{Kind: frame.Call, ID: w.ids, Task: w.pool.tasks[q.record.Task()]}
	if q.batch() {
		h.Flags = frame.Batch
	}
	if q.past != nil {
		h.Tries = uint32(q.past.tries)
	}
	if deadline, ok := q.record.Context().Deadline(); ok {
		h.Deadline = max(1, time.Until(deadline))
	}
	return h
}

// deliver settles q, or a part of it, with what a worker sent.
func deliver(q queued, h frame.Header, reply *wire.Reader) {
	returned := false
	defer func() {
		switch v := recover(); { // a codec calls methods of the user's types
		case v != nil:
			q.record.Fail(&encodingError{"result", errors.New("panic: " + runtime.PanicText(v))})
		case !returned && !q.record.Settled():
			q.record.Fail(&encodingError{"result", errors.New("runtime.Goexit called")})
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
		q.record.Fail(&encodingError{"result", fmt.Errorf("the worker sent less than it should")})
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

// cancel asks the worker to end the context of r, if it runs r, and kills it
// after the grace if it still does then.
func (w *worker) cancel(r *runtime.Record) (found bool) {
	w.mu.Lock()
	c, p := &w.current, w.proc
	if c.record != r || p == nil {
		w.mu.Unlock()
		return false
	}
	id := c.id
	w.expectEndLocked()
	w.mu.Unlock()
	p.cancel(id)
	return true
}

// expectEndLocked has the worker killed after the grace if it still runs its
// current call then.
func (w *worker) expectEndLocked() {
	if id := w.current.id; w.current.expiry == nil {
		w.current.expiry = time.AfterFunc(w.pool.config.Grace, func() { w.expire(id) })
	}
}

// expire kills the worker if it still runs call id: the lock keeps the owner
// from going on to the next call in between.
func (w *worker) expire(id uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current.call != nil && w.current.id == id {
		w.proc.quit("no return within the grace of " + w.pool.config.Grace.String() + " after its call was ended")
	}
}
