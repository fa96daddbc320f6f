package process

import (
	"errors"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
)

const (
	// keepBuffer bounds the memory that a worker keeps after a long call.
	keepBuffer = 4 << 20

	// writeSize is from how many bytes on frames are not collected for one write any
	// more.
	writeSize = 64 << 10
)

// feed sends the worker as many calls as it should have, and reports whether it can
// take no more; w.hold is held.
func (w *worker) feed() (full bool) {
	for !w.writing() { // else it has more than its pipe can hold
		room := w.roomFor(w.pool.queue.Len())
		b, sent := w.out[:0], 0
		for sent < room && len(b) < writeSize {
			q, ok := w.pool.queue.Pop()
			if !ok {
				break
			}
			if b, ok = w.dispatch(q, b); ok {
				sent++
			} else if w.proc.dying() {
				break
			}
			if w.proc.board == nil {
				break // nobody could say which of several has begun
			}
		}
		if sent == 0 {
			w.out = b
			break
		}
		w.write(b)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.line.len() >= w.pool.config.TasksPerWorker
}

// dispatch makes q a call of the worker and appends its frame to b, which is to be
// written. false means that q is settled and off the books, or queued again as the
// worker is being killed. w.hold is held.
//
// The call is made the worker's own before it starts, so that whoever ends it
// from then on finds the worker.
func (w *worker) dispatch(q queued, b []byte) ([]byte, bool) {
	if q.record.SubmitContext().Err() != nil {
		lookAside(q.record)
		w.pool.dismissed(q)
		return b, false
	}
	start := len(b)
	b, err := encode(q, b, w.pool.config.FrameLimit)
	if err != nil {
		failAside(q.record, err)
		w.pool.dismissed(q)
		return b, false
	}
	w.ids++
	begins, ok := w.enter(entry{queued: q, id: w.ids, args: w.pool.kept(b[start:])})
	if !ok {
		w.pool.putBack(q) // its owner looks at the queue when it is dead
		return b[:start], false
	}
	// The context may have ended while the arguments were encoded. Start would
	// settle the call then, whose callbacks must not run here: they may wait for
	// this very worker.
	ended := q.record.SubmitContext().Err() != nil
	if ended || begins && !q.record.Begin() || !begins && !q.record.Hand() {
		w.mu.Lock()
		w.line.drop()
		w.mu.Unlock()
		if ended {
			lookAside(q.record)
		}
		w.pool.dismissed(q)
		return b[:start], false
	}
	frame.Put(b[start:], w.header(q, begins), len(b)-start-frame.HeaderSize)
	w.ends = append(w.ends, len(b))
	if w.nearsEnd() {
		w.pool.announce(w)
	}
	q.record.Watch()
	return b, true
}

// enter adds a call to the line, unless the worker is being killed, and reports whether
// it begins it at once.
func (w *worker) enter(e entry) (begins, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.doomed {
		return false, false
	}
	if w.line.len() == 0 {
		w.pace.busy(time.Now())
		w.proc.logs.tail.forget()
	}
	if begins = w.line.begun < w.pool.config.TasksPerWorker; begins {
		e.begun = true
		w.line.begun++
	} else {
		w.pool.watch()
	}
	w.line.push(e)
	return begins, true
}

// encode appends a frame to b, with the arguments of q and without a header yet.
// Codecs call methods of the user's types, which may panic. After an error b is as it
// was.
func encode(q queued, b []byte, limit int) (out []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errors.New("panic: " + runtime.PanicText(v))
		}
		if err != nil {
			out, err = b, &encodingError{"arguments", err}
		}
	}()
	if out, err = q.call.AppendArgs(frame.Begin(b)); err != nil {
		return nil, err
	}
	return out, frame.Finish(out[len(b):], frame.Header{}, limit)
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

// write writes b, the frames that w.ends tells apart. What the pipe does not take at
// once is left to a goroutine, which has the memory for itself: a submitter
// must not block on a worker. A pipe that cannot be written is left to the
// owner, who reads its end.
func (w *worker) write(b []byte) {
	n, err := w.proc.tasks.attempt(b)
	ends := w.ends
	for len(ends) > 0 && ends[0] <= n {
		ends = ends[1:]
	}
	w.wereSent(len(ends))
	if err == nil && n < len(b) {
		w.out, w.ends, w.writer = nil, nil, make(chan struct{})
		go w.writeRest(w.proc.tasks, b, n, ends, w.writer)
		return
	}
	w.ends = w.ends[:0]
	if cap(b) <= keepBuffer {
		w.out = b
	} else {
		w.out = nil
	}
}

// writeRest writes b from one byte on, frame by frame.
func (w *worker) writeRest(p *pipe, b []byte, from int, ends []int, done chan struct{}) {
	defer close(done)
	for i, end := range ends {
		if p.write(b[from:end]) != nil {
			return
		}
		from = end
		w.wereSent(len(ends) - i - 1)
	}
}

// wereSent notes that all frames are in the pipe but for the last few.
func (w *worker) wereSent(except int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	entries := w.line.all()
	for i := len(entries) - 1 - except; i >= 0 && !entries[i].sent; i-- {
		entries[i].sent = true
	}
}

func (w *worker) header(q queued, begins bool) frame.Header {
	t := q.record.Task()
	h := frame.Header{Kind: frame.Call, ID: w.ids, Task: w.number32(t)}
	if q.batch() {
		h.Flags = frame.Batch
	}
	if q.past != nil {
		h.Tries = uint32(q.past.tries)
	}
	if deadline, ok := q.record.Context().Deadline(); ok {
		h.Deadline = max(1, time.Until(deadline))
	}
	if !begins && t.Timeout > 0 && (h.Deadline == 0 || t.Timeout < h.Deadline) {
		h.Deadline = t.Timeout // which counts from when it begins
	}
	return h
}

// number32 returns the position of t in runtime.Tasks. A map costs as much as the rest
// of a header, and most calls are of the task that the one before was of.
func (w *worker) number32(t *runtime.Task) uint32 {
	if t != w.task {
		w.task, w.taskNumber = t, w.pool.tasks[t]
	}
	return w.taskNumber
}
