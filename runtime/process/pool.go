package process

import (
	"context"
	"errors"
	"fmt"
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
	pending  atomic.Int64  // calls accepted and not finished: queued, delayed, on a worker
	starts   starts        // paces starts
	closing  chan struct{} // closed by Close
	done     chan struct{} // closed when everything has ended

	inProcess *runtime.Pool // what runs the calls if OFFING_INPROCESS is set; nil otherwise; read only

	mu        sync.Mutex
	limit     int       // guarded by mu; of workers
	workers   []*worker // guarded by mu; all that have not retired
	places    int       // guarded by mu; of workers, those that have a place; limit bounds it
	leaving   int       // guarded by mu; of places, those that Resize made too many
	due       int       // guarded by mu; of places, those that will be vacated soon
	wasted    int       // guarded by mu; spares that were of no use since the last submit
	spares    []*worker // guarded by mu; those that wait for a place
	idle      []*worker // guarded by mu; the last one became idle last
	returning []*worker // guarded by mu; lent ones that will look at the queue and that no submit counts on yet
	delayed   []*delay  // guarded by mu; calls that wait for their retry
	draining  bool      // guarded by mu; Shutdown or Close was called
	closed    bool      // guarded by mu; Close was called
	ended     bool      // guarded by mu; done is closed
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
	p.hooks = runtime.Hooks{Ending: p.ending, Ended: p.endedOutside, Logger: c.Logger}
	p.queue.SetLimit(c.Queue)
	var err error
	if p.inProcess, err = openInProcess(&c); err != nil {
		return nil, err
	}
	if p.inProcess == nil {
		p.replenish()
	}
	return p, nil
}

// Submit queues c. If the queue is bounded and full it waits for room until
// ctx ends (G9).
func (p *Pool) Submit(ctx context.Context, c runtime.Call) {
	r := c.Record()
	r.Attach(&p.hooks)
	if ctx == nil { // a panic below would leave a call that is counted and never ends
		ctx = r.SubmitContext()
	}
	if p.tasks == nil {
		r.Fail(errZeroPool)
		return
	}
	if _, ok := p.tasks[r.Task()]; !ok {
		r.Fail(&encodingError{"task", fmt.Errorf("%s runs in its own process only", r.Task().Name)})
		return
	}
	if p.inProcess != nil {
		p.submitInProcess(ctx, c)
		return
	}
	p.pending.Add(1)
	q := queued{call: c, record: r}
	err := p.queue.Push(ctx, q, r.Priority(), p.vacant(), runtime.MayWait(ctx))
	if err != nil {
		p.finished()
		refuse(ctx, r, err)
		q.drop()
		return
	}
	p.wake()
}

// vacant returns how many calls in the queue have a worker, as good as: those of its
// places that no call of the pool has, the one that is being submitted aside. It is
// not looked at if the queue has no bound.
func (p *Pool) vacant() int {
	if !p.queue.Bounded() {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limit - (int(p.pending.Load()) - 1 - p.queue.Len())
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
// sent the call right here; by one that is on its way back; or by a new one.
func (p *Pool) wake() {
	p.mu.Lock()
	p.demandLocked()
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.unlistLocked(w)
		w.claimed = true
		p.mu.Unlock()
		p.feedClaimed(w)
		return
	}
	defer p.mu.Unlock()
	if n := len(p.returning); n > 0 {
		w := p.returning[n-1]
		p.returning = p.returning[:n-1]
		p.relyLocked(w)
		return
	}
	if p.queue.Len() > 0 { // or a worker has taken the call already
		p.growLocked()
	}
}

// growLocked gives a worker a place, a new one if need be, if there may be one
// more.
func (p *Pool) growLocked() {
	switch {
	case p.closed || p.places >= p.limit:
	case len(p.spares) > 0:
		p.promoteLocked()
		p.replenishLocked()
	default:
		p.addLocked(&worker{placed: true})
		p.places++
	}
}

// feedClaimed gives a claimed worker its call. The owner waits for the end of
// the claim, should the process die meanwhile.
func (p *Pool) feedClaimed(w *worker) {
	w.hold.Lock()
	defer w.hold.Unlock()
	for {
		busy := w.feed()
		if p.unclaim(w, busy) {
			return
		}
	}
}

// unclaim ends a claim after feed. It reports false if there is work again.
func (p *Pool) unclaim(w *worker, busy bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case busy:
	case p.overLocked(w):
		w.proc.drain(p.config.Grace)
	case p.queue.Len() > 0:
		return false
	default:
		p.listLocked(w)
	}
	w.claimed = false
	return true
}

// park makes w idle. It reports false if there is something to do: the one who
// queued it may have looked for idle workers just before.
func (p *Pool) park(w *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.overLocked(w) || p.queue.Len() > 0 {
		return false
	}
	p.listLocked(w)
	return true
}

// listLocked puts w on the idle list and sets the timer that ends its idleness.
func (p *Pool) listLocked(w *worker) {
	p.arrivedLocked(w)
	p.idle = append(p.idle, w)
	w.parks++
	wait := p.config.IdleTimeout
	if p.config.MaxAge > 0 {
		left := max(1, p.config.MaxAge-time.Since(w.proc.started))
		if wait == 0 || left < wait {
			wait = left
		}
	}
	if wait > 0 {
		parks := w.parks
		w.timer = time.AfterFunc(wait, func() { p.dismiss(w, parks) })
	}
}

// unlistLocked takes w off the idle list and reports whether it was there.
func (p *Pool) unlistLocked(w *worker) bool {
	i := slices.Index(p.idle, w)
	if i < 0 {
		return false
	}
	p.idle = slices.Delete(p.idle, i, i+1)
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
	return true
}

// dismiss drains w if it is idle and has been since its given park.
func (p *Pool) dismiss(w *worker, parks int) {
	p.mu.Lock()
	defer p.mu.Unlock()
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
		p.arrivedLocked(w)
		if w.spare {
			spare = true
			p.mournLocked(w)
		}
		w.ready = false
		claimed := w.claimed
		p.mu.Unlock()
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
	}
	return w.leaving || !w.placed && !w.spare || p.closed || p.draining && p.pending.Load() == 0
}

// wants reports whether w should have a process.
func (p *Pool) wants(w *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return (w.spare || p.queue.Len() > 0) && !p.overLocked(w)
}

// retire forgets w, whose goroutine ends. Somebody may have counted on it.
func (p *Pool) retire(w *worker) {
	p.mu.Lock()
	p.vacateLocked(w)
	p.replenishLocked()
	p.workers = slices.DeleteFunc(p.workers, func(other *worker) bool { return other == w })
	p.checkDoneLocked()
	p.mu.Unlock()
	if p.queue.Len() > 0 {
		p.wake()
	}
}

// finished takes one call off the books.
func (p *Pool) finished() {
	if p.pending.Add(-1) == 0 {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.checkDoneLocked()
	}
}
