package process

import (
	"errors"
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/child"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/wire"
)

// keepBuffer bounds the memory that a worker keeps after a long call.
const keepBuffer = 4 << 20

// feed sends the worker as many calls as it should have, and reports whether it can
// take no more; w.hold is held. One that has replied meanwhile is left to its owner, who
// waits for w.hold: it may have to end. One with more than its pipe can hold is fed by
// written, whatever it could run.
func (w *worker) feed() (full bool) {
	sent := false
	for !w.writing() { // else it has more than its pipe can hold
		taken := w.take()
		if len(taken) == 0 {
			break
		}
		b := w.addAll(taken, w.out[:0])
		clear(taken)
		if b = w.enter(b); len(b) > 0 {
			w.write(b)
			sent = true
		}
	}
	return w.full() || w.writer != nil || sent && (w.pool.config.TasksPerWorker == 1 || w.spent())
}

// take returns the calls that w is to be sent next, which are in w.taken; w.hold is held.
func (w *worker) take() []queued {
	if w.pinned.Load() > 0 {
		return w.takePinned()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	waiting := w.pool.queue.Len()
	room := min(w.roomForLocked(waiting), waiting)
	if room > len(w.taken) {
		w.taken = make([]queued, room)
	}
	n := w.pool.queue.TakeSome(w.taken[:room])
	w.line.feeding, w.line.back = n > 0, nil
	return w.taken[:n]
}

// addAll is add for each of taken. A codec of the user's may call runtime.Goexit, and
// with it end this goroutine: then what is encoded is sent, its call fails, and those
// behind it are queued again. The caller sees to it that another goroutine goes on.
func (w *worker) addAll(taken []queued, b []byte) []byte {
	i := 0
	defer func() {
		if i == len(taken) {
			return
		}
		w.pool.failExited(taken[i])
		b = w.enter(b, taken[i+1:]...)
		clear(taken)
		if len(b) > 0 {
			w.write(b)
		}
	}()
	for ; i < len(taken); i++ {
		b = w.add(taken[i], false, b)
	}
	return b
}

// failExited settles a call whose arguments are not encoded as their codec ended the
// goroutine, and takes it off the books.
func (p *Pool) failExited(q queued) {
	p.dismissAside(q, func(r *runtime.Record) { failAside(r, &encodingError{"arguments", errGoexit}) })
}

// errGoexit is a codec that ends the goroutine that it is called on.
var errGoexit = errors.New("runtime.Goexit called")

// add appends the frame of q to b, but for its header, and makes it one of the calls
// that enter; direct says that its caller waits for it. One whose context has ended, or
// whose arguments cannot be encoded, is settled instead, aside, and taken off the books.
// w.hold is held.
func (w *worker) add(q queued, direct bool, b []byte) []byte {
	start := len(b)
	b, m, err := w.marshal(q, b)
	ctx := q.record.SubmitContext()
	done := ctx.Done()
	_, timed := ctx.Deadline()
	timed = timed || q.record.Task().Timeout > 0
	// After that: user code may have run. What settles a call runs callbacks, and methods
	// of contexts and errors, which must not happen here, as they may wait for this very
	// worker.
	switch {
	case ctx.Err() != nil:
		w.pool.dismissAside(q, lookAside)
	case err != nil:
		w.pool.dismissAside(q, func(r *runtime.Record) { failAside(r, err) })
	default:
		w.ids++
		e := w.another()
		e.queued, e.id, e.timed, e.done, e.args = q, w.ids, timed, done, w.pool.kept(b[start:])
		at := start
		switch n := len(b) - start - frame.HeaderSize; {
		case m == nil && !direct && w.ofRows(&q, timed, n):
			e.rows = true
			b, at = w.intoRow(b, start)
		case m != nil:
			e.args, e.shared = w.pool.kept(m), true
			block := w.proc.calls.Take(len(m))
			w.used(block)
			b = frame.AppendBlock(frame.Begin(b[:start]), block)
		}
		w.spans = append(w.spans, span{at, len(b)})
		return b
	}
	return b[:start]
}

// another appends an entry to w.fresh. It is filled in where it is, and so is that of the
// line: to copy what has just been written, in pieces, has the processor wait for that.
// w.hold is held.
func (w *worker) another() *entry {
	if n := len(w.fresh); n < cap(w.fresh) {
		w.fresh = w.fresh[:n+1] // enter has cleared it
	} else {
		w.fresh = append(w.fresh, entry{})
	}
	return &w.fresh[len(w.fresh)-1]
}

// enter makes the calls in w.fresh, whose frames are in b, calls of the worker, and
// returns what of b is to be written. Those behind them go back into the queue. w.hold is
// held.
//
// A call is the worker's own when it starts, so that whoever ends it from then on finds
// the worker.
func (w *worker) enter(b []byte, behind ...queued) []byte {
	fresh, spans, board := w.fresh, w.spans, w.proc.board
	w.fresh, w.spans = fresh[:0], spans[:0]
	defer clear(fresh)
	joined, before := w.join(fresh, behind)
	if joined && len(before) == 0 {
		w.pool.returned(len(behind))
	} else {
		defer w.pool.putBehind(before, fresh, behind) // when the frames are made: others may have the calls then
	}
	if !joined {
		return nil
	}
	startTimeouts(fresh)
	w.putHeaders(fresh, spans, b)
	for i := range fresh {
		e := &fresh[i]
		switch {
		case e.gone:
			board.Withdraw(e.id)
		case !e.settled:
			if !e.watched {
				w.watchContext(e)
			}
			w.withdrawLate(e)
		case board != nil:
			board.Withdraw(e.id)
		default: // it is the only one
			w.leave(e)
			return nil
		}
	}
	if len(fresh) > 0 && w.nearsEnd() {
		w.pool.announce(w)
	}
	return b
}

// join adds calls to the line, unless the process is being killed, and puts those behind
// them into the queue, first. They start in the same breath: as soon as w.mu is free the
// owner may advance one of them, and who came later would take that for a call which
// somebody has settled; and the lookout may take them back, to before those behind them.
//
// Since they were taken out of the queue, calls before them may have been taken back, which
// join returns. Then all of them belong behind those and are none of the worker's: it gets
// the frames, which may be in shared memory, but for nothing.
func (w *worker) join(fresh []entry, behind []queued) (joined bool, before []*runtime.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before = w.line.back
	w.line.feeding, w.line.back = false, nil
	if w.doomed {
		return false, before
	}
	if w.line.len() == 0 {
		w.pace.busy(time.Now())
		w.proc.logs.tail.forget()
	}
	if len(before) > 0 {
		for i := range fresh {
			e := &fresh[i]
			e.gone = true
			w.line.push(&entry{id: e.id, gone: true})
		}
		return true, before
	}
	for i := range fresh {
		e := &fresh[i]
		e.watched = w.watch.covers(e)
		own := w.line.push(e)
		if own.begun = w.line.begun < w.pool.config.TasksPerWorker; own.begun {
			w.line.begun++
			own.settled = !e.record.BeginUntimed()
		} else {
			own.settled = !e.record.Hand()
		}
		e.begun, e.settled = own.begun, own.settled
	}
	if len(behind) > 0 {
		behind = slices.Clone(behind)
		slices.Reverse(behind)
		w.pool.queue.PushAllFront(behind, queued.priority)
	}
	if w.line.waiting() > 0 || w.lent.Load() != nil { // a callback that the owner is inside of may wait for it
		w.pool.watch()
	}
	if len(fresh) > 0 && !fresh[0].direct {
		w.fed = true
		w.countLocked()
	}
	return true, nil
}

// startTimeouts has the timeouts count of those of fresh that have begun, which are the
// first ones. It is apart from join as it calls methods of contexts, which may be the user's.
func startTimeouts(fresh []entry) {
	for i := range fresh {
		e := &fresh[i]
		if !e.begun {
			return
		}
		if e.timed && !e.settled {
			e.record.StartTimeout()
		}
	}
}

// leave takes e, which is settled and will not be sent, off the line and the books.
func (w *worker) leave(e *entry) {
	w.mu.Lock()
	w.line.remove(w.line.find(e.id))
	w.countLocked()
	w.mu.Unlock()
	w.ends = w.ends[:0]
	w.pool.dismissed(e.queued)
}

// marshal encodes the frame of q: it appends it to b, or returns it in m, which is at the
// start of the room that w.proc.calls has returned last. What is long goes there, at
// once if the last one was long, too. w.hold is held.
func (w *worker) marshal(q queued, b []byte) (out, m []byte, err error) {
	ring, limit := w.proc.calls, w.pool.config.FrameLimit
	if ring != nil && w.last >= child.SharedSize {
		if room := ring.Room(w.last); room != nil {
			if m, err = encode(q, room, limit); err != nil {
				return b, nil, err
			}
			w.last = len(m)
			switch here := &m[0] == &room[:1][0]; {
			case here && len(m) >= child.SharedSize:
				return b, m, nil
			case len(b) > 0 || here:
				out = wire.Extend(b, m)
			default: // it did not fit, and is long
				out = m
			}
		}
	}
	if out == nil {
		if out, err = encode(q, b, limit); err != nil {
			return b, nil, err
		}
		w.last = len(out) - len(b)
	}
	if ring == nil || w.last < child.SharedSize {
		return out, nil, nil
	}
	room := ring.Room(w.last)
	if room == nil {
		return out, nil, nil
	}
	return out, wire.Extend(room, out[len(b):]), nil
}

// encode appends a frame to b, with the arguments of q and without a header yet.
// Codecs call methods of the user's types, which may panic. After an error b is as it
// was.
func encode(q queued, b []byte, limit int) (out []byte, err error) {
	returned := false
	defer func() {
		if !returned {
			if v := recover(); v != nil {
				err = errors.New("panic: " + runtime.PanicText(v))
			}
		}
		if err != nil {
			out, err = b, &encodingError{"arguments", err}
		}
	}()
	if out, err = q.call.AppendArgs(frame.Begin(b)); err == nil {
		err = frame.CheckLength(len(out)-len(b)-frame.HeaderSize, limit)
	}
	returned = true
	return out, err
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
	w.proc.board.Sent(w.ids)
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
	defer w.pool.written(w)
	defer close(done)
	for i, end := range ends {
		if end > from && p.write(b[from:end]) != nil { // or it is of a row that is written
			return
		}
		from = end
		w.wereSent(len(ends) - i - 1)
	}
}

// written has w take calls again, whose pipe has room: feed said that it was full, so
// nobody else comes to it, as it is not idle either. A worker that runs one call at a time
// has that one, and is given others when it replies.
func (p *Pool) written(w *worker) {
	if p.config.TasksPerWorker == 1 {
		return
	}
	p.mu.Lock()
	defer p.release()
	switch {
	case w.claimed:
		w.wrote = true // whoever feeds it may have found it full just before
	case w.ready && !p.ended && !slices.Contains(p.idle, w):
		w.claimed = true
		p.wakes.Go(func() { p.feedClaimed(w) })
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

func (w *worker) header(e *entry) frame.Header {
	q, t := &e.queued, e.record.Task()
	h := frame.Header{Kind: frame.Call, ID: e.id, Task: w.number32(t)}
	if e.rows {
		h.Kind = frame.Calls
		return h
	}
	if q.batch() {
		h.Flags = frame.Batch
	}
	if e.direct {
		h.Flags |= frame.Direct
		if w.awake {
			h.Flags |= frame.Awake
		}
	}
	if e.shared {
		h.Flags |= frame.Shared
	}
	if q.past != nil {
		h.Tries = uint32(q.past.tries)
	}
	if deadline, ok := q.record.Context().Deadline(); e.timed && ok {
		h.Time = max(1, time.Until(deadline))
	}
	if limit := e.record.TimeLeft(); !e.begun && limit > 0 && (h.Time == 0 || limit < h.Time) {
		h.Time = limit // which counts from when it begins
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
