package process

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/shm"
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
//	 retired: no process, and no place or nothing to do; the goroutine ends
//
// Whether it has a place, or waits for one, is the pool's to decide: see spare.
//
// Two things are done by others, so that a call costs no switch between
// goroutines that it can do without. A submitter may claim an idle worker, take
// it off the pool's list, and send it a call itself; the owner, blocked in a
// read, learns of it by the reply. And the ownership of a worker that is lent,
// whose owner is inside a callback of the user, may be taken over: by whoever
// closes the pool, and by the pool's lookout if others wait.
type worker struct {
	pool   *Pool
	number int

	// Of the owner.
	proc   *proc // written with mu held too, so that others read it under mu
	frames *frame.Reader
	direct *frame.Reader // of replies to those who wait; belongs to whoever has claimed the worker
	vigil  shm.Vigil     // likewise; for their replies
	low    int           // so few calls left are time to send others
	row    replies       // that it delivers; whoever takes the worker over takes what is left, while lent says which that is

	// lent is the call that the owner is delivering, nil if it is not. To take it
	// out is to own the worker from then on.
	lent atomic.Pointer[runtime.Record]

	// rowed says that there may be others behind that call whose replies are here, too.
	rowed atomic.Bool

	// hold is held by whoever sends calls: the owner, or the one who claimed
	// the worker.
	hold       sync.Mutex
	last       int           // guarded by hold; length of the last frame, with its header
	ids        uint64        // guarded by hold; of the last call
	out        []byte        // guarded by hold; memory for frames
	ends       []int         // guarded by hold; where in out the frames end that are not sent
	fresh      []entry       // guarded by hold; calls that are about to be sent
	spans      []span        // guarded by hold; where they are in what is to be written
	taken      []queued      // guarded by hold; room for calls that are taken out of the queue
	task       *runtime.Task // guarded by hold; of the last call
	taskNumber uint32        // guarded by hold; its position in runtime.Tasks
	awake      bool          // guarded by hold; who sends a direct call waits awake
	began      time.Time     // guarded by hold; when the process was sent its first call
	writer     chan struct{} // guarded by hold; closed when the rest of what was sent is written; nil without one

	// Guarded by the pool's mu.
	pins    []queued    // calls that are for this worker alone: see pinned.go
	seat    uint64      // of its place: grows from place to place, a successor takes it over; 0 without one
	claimed bool        // taken off the idle list and being fed
	wrote   bool        // its pipe has room again, since it was claimed: unclaim has it fed once more
	placed  bool        // it serves, and counts against the limit
	spare   bool        // it waits for a place; with neither it ends
	parked  bool        // it is a spare and its process is ready
	leaving bool        // Resize made it one too many
	due     bool        // it will vacate its place soon
	ready   bool        // the process has said hello and is not buried
	parks   int         // times that it became idle
	timer   *time.Timer // ends a worker that is idle; nil without limits
	tidying *time.Timer // gives shared memory back; nil if there is none to give

	// pinned is len(pins), for those who do not hold the pool's mu, with which it is written.
	pinned atomic.Int32

	// spread is how far into the shared memory calls and replies have come since it was
	// given back.
	spread atomic.Int64

	// spoilt says that the process is of no use any more, as a task said. Its owner sets
	// it, and who feeds a worker that runs several calls reads it meanwhile.
	spoilt atomic.Bool

	// Of the pool's lookout.
	sighted sighting

	mu     sync.Mutex
	line   line     // guarded by mu
	doomed bool     // guarded by mu; the process was killed for the call that it runs
	calls  int      // guarded by mu; that the process has completed
	pace   pace     // guarded by mu; how long they take
	fed    bool     // guarded by mu; it has had calls, and nobody has found since that it has none: see rest
	brisk  bool     // guarded by mu; it counts as brisk
	watch  ctxWatch // guarded by mu; replaced with hold held, too

	watches sync.WaitGroup // the goroutines of watch; retire waits for them
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
	w.frames, w.low = frame.NewReader(p.results, c.FrameLimit), 0
	w.spoilt.Store(false)
	w.direct = frame.NewReader(p.direct, c.FrameLimit)
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
	p.board.Close()
	return &startError{err, exit}
}

func (w *worker) setProc(p *proc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proc, w.doomed, w.calls, w.pace, w.fed = p, false, 0, pace{}, false
	w.countLocked()
	w.spread.Store(0)
}

// serve speaks with the process until that is gone, and reports whether the
// goroutine still owns the worker.
func (w *worker) serve() bool {
	if len(w.row.calls) == 0 && !w.pool.parkSpare(w) { // as in relieved
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

// relieved owns the worker after one whose goroutine is inside a callback, or has ended. What
// that one left of a row is delivered first, by read: who is inside a callback must not be
// idle as well, where others send it calls whose replies nobody reads.
func (w *worker) relieved() {
	if len(w.row.calls) == 0 {
		w.next()
	}
	if w.read() {
		w.run()
	}
}

// read takes what the process sends until that is gone; see serve.
func (w *worker) read() (mine bool) {
	for {
		if len(w.row.calls) > 0 && !w.deliverRow() { // of an owner before
			return false
		}
		h, payload, err := w.frames.Next()
		if err == nil {
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

// next gives the worker calls, or makes it idle, or drains it. It returns with
// nothing left to do but to read.
func (w *worker) next() {
	defer w.rest() // also where the process comes to its end, and nobody makes it idle
	for {
		if w.proc.dying() {
			return
		}
		if w.spoilt.Load() {
			w.pool.unlist(w) // or who looks for a worker might choose it
			none := w.forsake()
			w.rest()          // as below
			w.pool.succeed(w) // after that: it would be fed from behind what is taken back
			if none {
				w.proc.drain(w.pool.config.Grace)
			}
			return
		}
		none, spent := w.empty(), w.spent()
		if spent {
			w.rest() // first: its successor is not to find that it has a processor
			w.pool.succeed(w)
		}
		if spent || w.pool.over(w) {
			if none { // or what it has comes first
				w.proc.drain(w.pool.config.Grace)
			}
			return
		}
		if w.feedOwn() || w.pool.park(w) {
			return
		}
	}
}

// feedOwn is feed for the owner. It may end the goroutine, see addAll.
func (w *worker) feedOwn() (full bool) {
	returned := false
	w.hold.Lock()
	defer func() {
		w.hold.Unlock()
		if !returned {
			go w.relieved()
		}
	}()
	full = w.feed()
	returned = true
	return full
}

// empty reports whether the worker has no call. Who sent it the last one has let go of
// it then: a worker that replies before it has read a call does not live long.
func (w *worker) empty() bool {
	w.hold.Lock()
	defer w.hold.Unlock()
	if w.has() > 0 {
		return false
	}
	w.awaitWriter()
	return true
}

// awaitWriter waits for the rest of a call that has been replied to; w.hold is held.
func (w *worker) awaitWriter() {
	if w.writing() {
		w.proc.killAfter(w.pool.config.Grace, "reply to a call that was not read")
		<-w.writer
		w.proc.keep()
		w.writer = nil
	}
}

// writing reports whether the rest of what was sent is still being written; w.hold is
// held.
func (w *worker) writing() bool {
	select {
	case <-w.writer:
		w.writer = nil
	default:
	}
	return w.writer != nil
}

// bury reaps the process and decides what becomes of its calls.
func (w *worker) bury(err error) {
	w.proc.kill(brokenPipe(err)) // first: who waits for a reply has it claimed, and may wait for one that lives
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
	lost, p := w.line.take(), w.proc
	w.fed = false
	w.countLocked()
	// It may have left in peace, as after runtime.Discard. One that does so before
	// it has done anything is none that works.
	told := p.leftAsTold(exit)
	peace := w.calls > 0 && told
	w.proc = nil
	w.mu.Unlock()
	w.pool.outlived(p)
	if idle := len(lost) == 0 && !spare; idle && exit.Code != 0 && !told && !w.pool.killed() {
		w.pool.report(slog.LevelWarn, "offing: idle worker process died", slog.Any("error", exit)) // no call has the error
	}
	w.bequest(lost, p, exit, peace)
	p.board.Close()
}

// bequest decides about the calls of the dead process p: first those that it ran, by
// its fault; those that waited inside it go back to where they were in the queue.
func (w *worker) bequest(lost []entry, p *proc, exit *ExitError, peace bool) {
	begun := func(e *entry) bool { return e.sent }
	if p.board != nil {
		last := p.board.Begun()
		begun = func(e *entry) bool { return e.id <= last || e.delivered() > 0 } // a worker that lies: what has come must not come again
	}
	ran := false
	for i := range lost { // before one is settled: a batch is its user's then
		e := &lost[i]
		e.ran = !e.gone && begun(e)
		ran = ran || e.ran
	}
	var again *runtime.Task // of a call that is tried again
	var healed error
	for i := range lost {
		if e := &lost[i]; e.ran {
			task := e.record.Task()
			if err := w.pool.ranLast(*e, p, exit); err != nil && again == nil {
				again, healed = task, err
			}
		}
	}
	var first *entry // of those that did not begin
	for i := range lost {
		if e := &lost[i]; first == nil && !e.gone && !e.ran {
			first = e
		}
	}
	var back []queued
	for i := range slices.Backward(lost) {
		e := &lost[i]
		if !e.gone && !e.ran && w.pool.neverRan(e, p, exit, !peace && !ran && e == first) {
			back = append(back, e.queued)
		}
	}
	w.pool.requeueAll(back)
	if again != nil { // the last thing, as a handler may block
		w.pool.reportRetry(again, exit.PID, healed)
	}
}
