package process

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
)

// A worker is one place for a process. One goroutine owns it, which runs the
// state machine below: it starts the process, reads what it sends, and buries
// it.
//
//	                                 waiting
//	                          hello, |     | place
//	                          spare  |     v
//	              start              |  hello              call
//	(no process) ------> starting ---+------> idle <----------------> busy
//	     ^                   |                 |        last reply      |
//	     |                   | failed,         | MaxTasks, MaxAge,      | end of the
//	     |                   | too slow        | RecycleMemory, Resize, | results,
//	     |                   |                 | IdleTimeout, Shutdown  | killed
//	     |                   v                 v                        |
//	     +----------------- dead <--------- draining                    |
//	     |  reaped           ^                                          |
//	     v                   +------------------------------------------+
//	 retired: no process, and no place or nothing queued; the goroutine ends
//
// Whether it has a place, or waits for one, is the pool's to decide: see spare.
//
// Two things are done by others, so that a call costs no switch between
// goroutines that it can do without. A submitter may claim an idle worker, take
// it off the pool's list, and send it a call itself; the owner, blocked in a
// read, learns of it by the reply. And the ownership of a worker that is lent,
// whose owner is inside a callback of the user, may be taken over: by whoever
// closes the pool, and for a call that has waited for it too long.
type worker struct {
	pool   *Pool
	number int

	// Of the owner.
	proc   *proc // written with mu held too, so that others read it under mu
	frames *frame.Reader
	calls  int  // that the process has completed; read by whoever holds hold, so written after awaitSender
	spoilt bool // a task said that the process is of no use any more

	// hold is held by whoever sends a call: the owner, or the one who claimed
	// the worker.
	hold   sync.Mutex
	ids    uint64        // guarded by hold; of the last call
	out    []byte        // guarded by hold; memory for frames
	began  time.Time     // guarded by hold; when the process was sent its first call
	writer chan struct{} // guarded by hold; closed when the rest of a frame is written; nil without one

	// Guarded by the pool's mu.
	claimed  bool            // taken off the idle list and not yet busy
	lent     *runtime.Record // the owner is delivering its outcome
	placed   bool            // it serves, and counts against the limit
	spare    bool            // it waits for a place; with neither it ends
	parked   bool            // it is a spare and its process is ready
	leaving  bool            // Resize made it one too many
	due      bool            // it will vacate its place soon
	ready    bool            // the process has said hello and is not buried
	patience *time.Timer     // gives a lent worker another owner; nil until a call counted on one
	parks    int             // times that it became idle
	timer    *time.Timer     // ends a worker that is idle; nil without limits

	mu      sync.Mutex
	current current // guarded by mu
}

// current is the call that a worker runs. Whoever wants to kill the worker
// because of a call holds mu while it makes sure that it runs this very call.
type current struct {
	queued               // zero between calls
	id       uint64      // of the call's frames
	sent     bool        // all of its frame is in the pipe
	outcomes int         // that were delivered, of a batch
	args     []byte      // encoded; nil unless they may have to be saved; valid until the worker has another call
	expiry   *time.Timer // kills the worker; nil unless the call was ended from outside
	after    *Aftermath  // nil unless the call was ended from outside
}

// run owns the worker until it retires, or until another goroutine takes over.
func (w *worker) run() {
	for w.proc != nil || w.start() {
		if !w.serve() {
			return
		}
	}
	w.pool.retire(w)
}

// start starts a process, if need be several times, and reports whether there
// is one; false means that there is nothing to do for it.
func (w *worker) start() bool {
	for w.pool.wants(w) {
		if !w.pool.awaitStart() {
			return false
		}
		err := w.launch()
		w.pool.started(w, err)
		if err == nil {
			return true
		}
	}
	return false
}

// launch starts a process and awaits its hello.
func (w *worker) launch() error {
	c := &w.pool.config
	p, err := start(c, w.number)
	if err != nil {
		return err
	}
	w.setProc(p)
	w.frames, w.calls, w.spoilt = frame.NewReader(results{p.results}, c.FrameLimit), 0, false
	if w.pool.killed() {
		p.kill("pool closed")
	}
	p.killAfter(c.StartTimeout, "not ready within "+c.StartTimeout.String())
	if err = p.greet(w.frames, w.pool.greeting); err != nil {
		err = fmt.Errorf("no hello: %w", err)
	} else if err = p.guard(c.Memory); err == nil {
		p.keep()
		w.pool.starts.timed(time.Since(p.started))
		return nil
	}
	exit := p.reap(err)
	w.setProc(nil)
	return &startError{err, exit}
}

func (w *worker) setProc(p *proc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proc = p
}

// serve speaks with the process until that is gone, and reports whether the
// goroutine still owns the worker.
func (w *worker) serve() bool {
	if !w.pool.parkSpare(w) {
		w.next()
	}
	return w.read()
}

// readOn owns the worker after a goroutine that has ended in the middle of a call.
func (w *worker) readOn() {
	if w.read() {
		w.run()
	}
}

// read takes what the process sends until that is gone; see serve.
func (w *worker) read() (mine bool) {
	for {
		h, payload, err := w.frames.Next()
		if err == nil {
			var mine bool
			if mine, err = w.handle(h, payload); !mine {
				return false
			}
		}
		if err != nil {
			w.bury(err)
			return true
		}
	}
}

// next gives the worker a call, or makes it idle, or drains it. It returns with
// nothing left to do but to read.
func (w *worker) next() {
	for {
		if w.proc.dying() {
			return
		}
		spent := w.spent()
		if spent {
			w.pool.succeed(w)
		}
		if spent || w.pool.over(w) {
			w.proc.drain(w.pool.config.Grace)
			return
		}
		w.hold.Lock()
		busy := w.feed()
		w.hold.Unlock()
		if busy {
			w.pool.busy(w)
			return
		}
		if w.pool.park(w) {
			return
		}
	}
}

// bury reaps the process and decides what becomes of its call.
func (w *worker) bury(err error) {
	spare := w.pool.seize(w)
	w.pool.bereave(w)
	exit := w.proc.reap(err)
	if spare && !w.pool.killed() {
		w.pool.report(slog.LevelWarn, "offing: spare worker process died", slog.Any("error", exit))
	}
	w.hold.Lock()
	if w.writer != nil { // its pipe is broken: it ends at once
		<-w.writer
		w.writer = nil
	}
	w.hold.Unlock()
	w.mu.Lock()
	lost, p := w.takeLocked(), w.proc
	w.proc = nil
	w.mu.Unlock()
	if lost.call != nil {
		cause, idle := p.fault(exit), !lost.sent || p.known && p.last < lost.id
		if !idle {
			w.pool.autopsy(&lost, exit, cause)
		}
		if p.known && p.last == lost.id {
			lost.history().tries = max(lost.history().tries, p.tries)
		}
		lost.after.settle(exit)
		w.pool.lost(lost, cause, idle)
	}
}

// takeLocked ends the current call, so that nobody kills the worker for it any
// more.
func (w *worker) takeLocked() current {
	c := w.current
	if c.expiry != nil {
		c.expiry.Stop()
	}
	w.current = current{}
	return c
}

// errUnknownCall is a worker that speaks of a call that it does not run.
var errUnknownCall = errors.New("a reply to no call")

// isReply reports whether a worker may send h.
func isReply(h frame.Header) bool {
	flags := frame.Last
	switch h.Kind {
	case frame.Outcome:
		flags &= h.Flags // or not, for a part of a batch
	case frame.Failure:
		flags |= h.Flags & frame.NotStarted
	case frame.End:
	default:
		return false
	}
	return h == frame.Header{Kind: h.Kind, Flags: flags, ID: h.ID}
}

// handle takes one frame. An error is a violation of the protocol.
func (w *worker) handle(h frame.Header, payload []byte) (mine bool, err error) {
	last := h.Has(frame.Last)
	if !isReply(h) {
		return true, fmt.Errorf("%w: %+v in the place of a reply", frame.ErrInvalid, h)
	}
	w.mu.Lock()
	c := w.current
	if c.call == nil || c.id != h.ID {
		w.mu.Unlock()
		return true, fmt.Errorf("%w: %w", frame.ErrInvalid, errUnknownCall)
	}
	if !last {
		w.current.outcomes++
		w.mu.Unlock()
		return true, w.deliverPart(c, h, payload)
	}
	c = w.takeLocked()
	w.mu.Unlock()
	c.after.settle(nil)
	return w.conclude(c, h, payload), nil
}

// deliverPart takes the outcome of one item of a batch. Once the call is settled
// its results are the user's, whatever the worker still sends; it has the grace
// to come to an end.
func (w *worker) deliverPart(c current, h frame.Header, payload []byte) error {
	if !c.batch() {
		return fmt.Errorf("%w: a part of a reply to a call that is no batch", frame.ErrInvalid)
	}
	returned := false
	defer func() {
		if c.record.Settled() {
			w.mu.Lock()
			w.expectEndLocked()
			w.mu.Unlock()
		}
		if !returned { // a codec of the user's called runtime.Goexit
			go w.readOn()
		}
	}()
	if awaitTimer(c.record); !c.record.Settled() {
		deliver(c.queued, h, w.frames.Message(payload))
	}
	returned = true
	return nil
}

// conclude delivers the last reply and goes on to the next call.
func (w *worker) conclude(c current, h frame.Header, payload []byte) (mine bool) {
	q := c.queued
	w.awaitSender()
	w.calls++
	if awaitTimer(q.record) {
		w.pool.save(&c, "timed out; the task returned after that", "")
	}
	if mine = w.deliverLast(q, h, payload); mine {
		w.next()
	}
	return mine
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
	timer := time.NewTimer(timerGrace)
	defer timer.Stop()
	select {
	case <-r.Done():
	case <-timer.C:
	}
	return r.Settled() && r.State() == runtime.Failed
}

// awaitSender returns once whoever sent the call has let go of the worker. A
// worker that replies before it has read the call does not live long.
func (w *worker) awaitSender() {
	w.hold.Lock()
	defer w.hold.Unlock()
	if w.writer == nil {
		return
	}
	w.proc.killAfter(w.pool.config.Grace, "reply to a call that was not read")
	<-w.writer
	w.proc.keep()
	w.writer = nil
}

// deliverLast settles a call. That runs callbacks of the user, which may close
// the pool and wait for this worker, or block, or call runtime.Goexit: the
// worker is lent meanwhile, and may have another owner afterwards.
func (w *worker) deliverLast(q queued, h frame.Header, payload []byte) (mine bool) {
	reply := w.frames.Message(payload) // w.frames may be another's from here on
	if !w.pool.lend(w, q.record) {
		deliverAside(q, h, slices.Clone(payload))
		w.spoilt = q.record.Discarded()
		w.pool.finished()
		return true
	}
	returned := false
	defer func() {
		mine = w.pool.reclaim(w)
		if mine && !returned {
			go w.run()
		}
	}()
	deliver(q, h, reply)
	returned = true
	return
}
