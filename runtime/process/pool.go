package process

import (
	"context"
	"errors"
	"fmt"
	"math"
	stdruntime "runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/child"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/queue"
)

// A Pool is an executor that runs calls in processes of its own: this same
// program, started again, whose [Main] serves them. Workers are started when
// there is work, run one call at a time, and are replaced when they die.
//
// Close or Shutdown must be called: a pool that is dropped keeps its processes
// and their pipes until this process ends; they do not outlive it. All methods
// may be called by any number of goroutines at once, and from callbacks.
//
// In a worker, profiles show whose time it is by the pprof label "task", which the
// context of the task has too.
type Pool struct {
	config   Config // read only
	greeting frame.Greeting
	tasks    map[*runtime.Task]uint32 // positions in runtime.Tasks; read only
	hooks    runtime.Hooks            // read only
	queue    queue.Queue[queued]
	starts   starts        // paces starts
	reports  atomic.Int64  // goroutines that log what the pool has to say, see report
	closing  chan struct{} // closed by Close
	done     chan struct{} // closed when everything has ended

	// Calls that were accepted, and those of them that are finished: neither queued nor
	// delayed nor on a worker. They are two, and apart, so that who submits and who
	// delivers do not take a cache line from each other.
	_         [56]byte
	accepted  atomic.Int64
	_         [56]byte
	concluded atomic.Int64
	_         [56]byte

	draining atomic.Bool  // Shutdown or Close was called; written with mu held
	restless atomic.Bool  // a submit has something to do besides queueing; written with mu held: see release
	width    atomic.Int32 // limit, for those who do not hold mu
	watching atomic.Bool  // the lookout is set: see watch
	brisk    atomic.Int32 // workers that are: see countLocked

	processors int32 // of the machine, for this process; read only
	allowed    int32 // of these, for threads that compute at once, by GOMAXPROCS, which knows the limits of a container; read only

	inProcess *runtime.Pool // what runs the calls if OFFING_INPROCESS is set; nil otherwise; read only

	waiting waiting        // this pool; read only
	wakes   sync.WaitGroup // goroutines of wakeLater; begun with mu held, before ended

	mu      sync.Mutex
	limit   int                // guarded by mu; of workers
	workers []*worker          // guarded by mu; all that have not retired
	places  int                // guarded by mu; of workers, those that have a place; limit bounds it
	seats   uint64             // guarded by mu; places that there have been
	leaving int                // guarded by mu; of places, those that Resize made too many
	due     int                // guarded by mu; of places, those that will be vacated soon
	wasted  int                // guarded by mu; spares that were of no use since the last submit
	spares  []*worker          // guarded by mu; those that wait for a place
	idle    []*worker          // guarded by mu; those that can take a call; the last one came last
	delayed []*delay           // guarded by mu; calls that wait for their retry
	past    runtime.StateStats // guarded by mu; states of processes that are gone
	closed  bool               // guarded by mu; Close was called
	ended   bool               // guarded by mu; done is closed
}

// NewPool returns a pool. It starts no process yet, but for a spare one. It
// returns an error if the configuration cannot be, if the program has not called
// [Main] ([ErrNoMain]), and inside a worker.
func NewPool(c Config) (*Pool, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	switch {
	case child.Active():
		return nil, errInWorker
	case !mainCalled.Load():
		return nil, ErrNoMain
	}
	c.fill()
	if err := c.makeDump(); err != nil {
		return nil, err
	}
	p := &Pool{
		config:   c,
		greeting: frame.Greeting{Version: frame.Version, Fingerprint: runtime.Fingerprint()},
		tasks:    map[*runtime.Task]uint32{},
		limit:    c.Workers,
		closing:  make(chan struct{}),
		done:     make(chan struct{}),
	}
	for i, t := range runtime.Tasks() {
		p.tasks[t] = uint32(i)
	}
	p.hooks = runtime.Hooks{Withdraw: p.withdraw, Ending: p.ending, Ended: p.endedOutside, Logger: c.Logger}
	p.waiting.pool, p.processors = p, int32(stdruntime.NumCPU())
	p.allowed = min(p.processors, int32(stdruntime.GOMAXPROCS(0)))
	p.width.Store(int32(min(c.Workers, math.MaxInt32)))
	p.queue.SetLimit(c.Queue)
	var err error
	if p.inProcess, err = openInProcess(&c); err != nil {
		return nil, err
	}
	p.restless.Store(true)
	if p.inProcess == nil {
		p.replenish()
	}
	return p, nil
}

// Submit queues c. If the queue is bounded and full it waits for room until
// ctx ends (G9).
func (p *Pool) Submit(ctx context.Context, c runtime.Call) {
	if q, ok := p.accept(&ctx, c); ok {
		p.enqueue(ctx, q)
	}
}

// accept begins a Submit under *ctx. It reports false if that is all.
func (p *Pool) accept(ctx *context.Context, c runtime.Call) (q queued, ok bool) {
	r := c.Record()
	r.Attach(&p.hooks)
	if *ctx == nil { // a panic later would leave a call that is counted and never ends
		*ctx = r.SubmitContext()
	}
	switch {
	case p.tasks == nil:
		r.Fail(errZeroPool)
	case r.Task().Handler == nil:
		r.Fail(&encodingError{"task", fmt.Errorf("%s runs in its own process only", r.Task().Name)})
	case p.inProcess != nil:
		p.submitInProcess(*ctx, c)
	default:
		p.accepted.Add(1)
		return queued{call: c, record: r}, true
	}
	return q, false
}

// enqueue puts an accepted call into the queue.
func (p *Pool) enqueue(ctx context.Context, q queued) {
	err := p.queue.Push(ctx, q, q.record.Priority(), p.vacant(), runtime.MayWait(ctx))
	if err != nil {
		p.refused(ctx, q, err)
		return
	}
	p.wake()
}

// refused takes a call off the books and settles it as it did not get into the queue.
func (p *Pool) refused(ctx context.Context, q queued, err error) {
	p.finished()
	refuse(ctx, q.record, err)
	q.drop()
}

// vacant returns how many calls in the queue have a worker, as good as: those of its
// places that no call of the pool has, the one that is being submitted aside. A call
// that is pinned to a worker counts as having a place, even behind one that runs there: it
// takes that before the queue does. It is not looked at if the queue has no bound.
func (p *Pool) vacant() int {
	if !p.queue.Bounded() {
		return 0
	}
	room := int(p.width.Load()) * p.config.TasksPerWorker
	return room - (int(p.pending()) - 1 - p.queue.Len())
}

// pending returns how many calls are accepted and not finished. It is not too low.
func (p *Pool) pending() int64 {
	concluded := p.concluded.Load()
	return p.accepted.Load() - concluded
}

// errZeroPool is what a call gets from a Pool that NewPool did not make.
var errZeroPool = errors.New("offing: this process.Pool was not made by process.NewPool")

// refuse settles a call that did not get into the queue.
func refuse(ctx context.Context, r *runtime.Record, err error) {
	switch err {
	case queue.ErrFull:
		r.Fail(runtime.ErrQueueFull)
	case queue.ErrClosed:
		r.Fail(runtime.ErrClosed)
	default:
		if r.State().Settled() {
			return // by the end of its own context
		}
		if ctx.Err() == context.DeadlineExceeded {
			err = runtime.ErrTimeout
		} else {
			err = runtime.ErrCanceled
		}
		r.Fail(err)
	}
}

// wake has the first call of the queue looked at: by an idle worker, which is
// sent the call right here, or by a new one. If there is neither, or they would only
// take processors from others, see briskTime, whoever is done first will look. The call
// is in the queue by now, and who becomes idle looks there after he has said so: one of
// the two sees the other. Behind a call that is left to brisk workers there is the lookout,
// as one of those may be at its end, or its owner be held up.
func (p *Pool) wake() {
	if !p.restless.Load() || p.processorsTaken() {
		p.watch()
		return
	}
	p.mu.Lock()
	p.demandLocked()
	if w := p.chooseLocked(); w != nil {
		p.unlistLocked(w)
		w.claimed = true
		p.release()
		p.feedClaimed(w)
		return
	}
	defer p.release()
	// First who may take the call, then whether it is still there: the other way round
	// one who takes it in between would count for nothing.
	returning := p.returningLocked()
	if p.queue.Len() <= returning || p.growLocked(nil) == nil {
		p.watch()
	}
}

// returningLocked returns how many workers will look at the queue as soon as their
// owners are back, as they have no call: those deliver the last one. One that has a call
// pinned to it takes that first.
func (p *Pool) returningLocked() (n int) {
	for _, w := range p.workers {
		if w.ready && w.placed && !w.leaving && !w.claimed && len(w.pins) == 0 && w.has() == 0 {
			n++
		}
	}
	return n
}

// release unlocks p.mu. Whoever has changed what a submit has to know uses it.
func (p *Pool) release() {
	p.restless.Store(len(p.idle) > 0 || p.places < p.limit && !p.closed || p.wasted > 0)
	p.mu.Unlock()
}

// chooseLocked returns the idle worker that a call should go to, nil if there is none:
// one that has the fewest, and of these the last that came, whose memory is warm.
func (p *Pool) chooseLocked() (best *worker) {
	if n := len(p.idle); n > 0 && p.config.TasksPerWorker == 1 {
		return p.idle[n-1]
	}
	least := 0
	for _, w := range slices.Backward(p.idle) {
		if n := w.has(); best == nil || n < least {
			best, least = w, n
		}
	}
	return best
}

// growLocked gives a worker a place, a new one if need be, and returns it, or nil if there
// may not be one more. It succeeds before, which has given up its place, unless that is nil.
func (p *Pool) growLocked(before *worker) (w *worker) {
	switch {
	case p.closed || p.places >= p.limit:
		return nil
	case len(p.spares) > 0:
		w = p.promoteLocked(before)
		p.replenishLocked()
	default:
		w = &worker{}
		p.seatLocked(w, before)
		p.addLocked(w)
	}
	return w
}

// feedClaimed gives a claimed worker its call. The owner waits for the end of
// the claim, should the process die meanwhile.
func (p *Pool) feedClaimed(w *worker) {
	w.hold.Lock()
	defer w.hold.Unlock()
	w.feedHeld()
}

// feedHeld is feedClaimed with w.hold held. It may end the goroutine, see addAll.
func (w *worker) feedHeld() {
	returned := false
	defer func() {
		if !returned {
			go w.pool.feedClaimed(w)
		}
	}()
	for !w.pool.unclaim(w, w.feed()) {
	}
	returned = true
}

// unclaim ends a claim after feed. It reports false if there is work again.
func (p *Pool) unclaim(w *worker, full bool) bool {
	p.mu.Lock()
	defer p.release()
	wrote := w.wrote
	w.wrote = false
	switch {
	case full && wrote:
		return false
	case full:
		if p.queue.Len() > 0 || len(w.pins) > 0 {
			p.watch() // it was chosen for what is there, and nobody else was
		}
	case p.overLocked(w):
		if w.has() == 0 { // or its owner sees to it
			w.proc.drain(p.config.Grace)
		}
	case !p.idleLocked(w):
		return false
	}
	w.claimed = false
	return true
}

// park makes w idle. It reports false if there is something to do.
func (p *Pool) park(w *worker) bool {
	p.mu.Lock()
	defer p.release()
	if w.claimed {
		return true // whoever has claimed it sees to it
	}
	return !p.overLocked(w) && p.idleLocked(w)
}

// idleLocked puts w on the idle list, unless there is work.
func (p *Pool) idleLocked(w *worker) bool {
	w.rest()
	p.listLocked(w)
	p.restless.Store(true)
	if p.queue.Len() == 0 && len(w.pins) == 0 { // after that: see wake
		return true
	}
	p.unlistLocked(w)
	return false
}

// listLocked puts w on the idle list and, if it has nothing to do, sets the timer that
// ends its idleness.
func (p *Pool) listLocked(w *worker) {
	p.unlistLocked(w)
	p.idle = append(p.idle, w)
	w.parks++
	p.tidyLaterLocked(w)
	if p.config.IdleTimeout == 0 && p.config.MaxAge == 0 || w.has() > 0 {
		return
	}
	wait := p.config.IdleTimeout
	if p.config.MaxAge > 0 {
		left := max(1, p.config.MaxAge-time.Since(w.proc.started))
		if wait == 0 || left < wait {
			wait = left
		}
	}
	parks := w.parks
	w.timer = time.AfterFunc(wait, func() { p.dismiss(w, parks) })
}

// unlistLocked takes w off the idle list and reports whether it was there.
func (p *Pool) unlistLocked(w *worker) bool {
	i := slices.Index(p.idle, w)
	if i < 0 {
		return false
	}
	p.idle = slices.Delete(p.idle, i, i+1)
	for _, t := range []**time.Timer{&w.timer, &w.tidying} {
		if *t != nil {
			(*t).Stop()
			*t = nil
		}
	}
	return true
}

// dismiss drains w if it is idle and has been since its given park.
func (p *Pool) dismiss(w *worker, parks int) {
	p.mu.Lock()
	defer p.release()
	if w.parks == parks && p.unlistLocked(w) {
		p.vacateLocked(w)
		p.replenishLocked()
		w.proc.drain(p.config.Grace)
	}
}

// seize makes sure that nobody else uses w, whose process has died, and reports
// whether it was a spare.
func (p *Pool) seize(w *worker) (spare bool) {
	for {
		p.mu.Lock()
		p.unlistLocked(w)
		if w.spare {
			spare = true
			p.mournLocked(w)
		}
		w.ready = false
		claimed := w.claimed
		p.release()
		if !claimed {
			return spare
		}
		w.hold.Lock() // until the claim is over
		w.hold.Unlock()
	}
}

// over reports whether w should end between two calls.
func (p *Pool) over(w *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.overLocked(w)
}

func (p *Pool) overLocked(w *worker) bool {
	if w.placed && p.places-p.leaving > p.limit && !w.leaving {
		w.leaving = true
		p.leaving++
		p.setFreeLocked(w)
	}
	return w.leaving || !w.placed && !w.spare || p.closed || p.draining.Load() && p.pending() == 0
}

// wants reports whether w should have a process.
func (p *Pool) wants(w *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return (w.spare || p.queue.Len() > 0 || len(w.pins) > 0) && !p.overLocked(w)
}

// retire forgets w, whose goroutine ends. Somebody may have counted on it.
func (p *Pool) retire(w *worker) {
	w.unwatch()
	p.mu.Lock()
	p.vacateLocked(w)
	if len(w.pins) > 0 { // since it was asked whether it wants a process
		p.passOnLocked(w)
	}
	p.replenishLocked()
	p.workers = slices.DeleteFunc(p.workers, func(other *worker) bool { return other == w })
	p.checkDoneLocked()
	p.release()
	if p.queue.Len() > 0 {
		p.wake()
	}
}

// dismissed takes a call off the books that is settled and that no worker has.
func (p *Pool) dismissed(q queued) {
	q.drop()
	p.finished()
}

// finished takes one call off the books.
func (p *Pool) finished() { p.finishedSome(1) }

// finishedSome takes n calls off the books.
func (p *Pool) finishedSome(n int) {
	p.concluded.Add(int64(n))
	if p.draining.Load() && p.pending() == 0 {
		p.mu.Lock()
		defer p.release()
		p.checkDoneLocked()
	}
}
