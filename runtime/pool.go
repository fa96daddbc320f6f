package runtime

import (
	"context"
	"fmt"
	"log/slog"
	goruntime "runtime"
	"runtime/trace"
	"sync"
	"sync/atomic"

	"github.com/offing-go/offing/runtime/internal/queue"
)

// PoolConfig configures a [Pool]. The zero value is a good one.
type PoolConfig struct {
	// Name appears in errors and logs, and in profiles as the label "pool" of
	// the pool's goroutines; see [Pool].
	Name string

	// Workers bounds how many calls run at once; 0 means five times
	// GOMAXPROCS, as calls on goroutines mostly wait.
	Workers int

	// Queue bounds how many calls wait for a worker; Submit then waits for
	// room. 0 means no bound. A call for which there is a free worker does not
	// count, although the worker may not have taken it yet. One that is canceled
	// while it waits does, until a worker comes by.
	Queue int

	// Logger receives panics that nobody observed; nil means slog.Default.
	Logger *slog.Logger
}

// Stats is a snapshot of a pool.
type Stats struct {
	Workers int // the limit
	Running int // calls that hold a worker
	Queued  int // calls that wait for one

	States StateStats // of the workers, see [Workers]; zero for none
}

// How a pool works inside.
//
//	Submit -> queue -> kick -> worker: pop, run, pop, run, ... -> retire
//	   |                 ^      ^  |
//	   |                 +------|--+  whoever finds work while more is queued
//	   |                        |     wakes the next one
//	   +------------------------+  the first call, with nothing before it in the
//	                               queue, goes to the worker that it wakes
//
// A worker holds a slot, counted in active, from its birth to its end, except
// while its task waits (nested.go). At most one worker is being woken at any
// time: it holds the searching token until it has found work, so that a burst
// of submits does not wake all workers for one call. Both ideas are those of
// the Go scheduler.
//
// The rule behind every lost-wakeup argument here: whoever adds work looks at
// the slots after, and whoever gives up a slot looks at the work after.

// A Pool runs calls on goroutines of this process, as many at once as it has
// workers, in the order of their submission (G10).
//
// Workers are born when there is work and end when there is none: an idle pool
// has no goroutines and costs nothing, so forgetting to close one leaks
// nothing but the states of workers, see [Workers], and a pool of package level works
// inside a testing/synctest bubble.
//
// The zero value is a pool with the zero [PoolConfig]. All methods may be
// called by any number of goroutines.
//
// CallX with a context that cannot end, as context.Background, runs its task on the
// goroutine of the caller if a worker is free, and takes its place: a call is then
// as cheap as a semaphore. It returns when the task does, whether or not the pool is
// closed meanwhile, and a task that calls runtime.Goexit ends that goroutine, as it
// would anywhere else. Use SubmitX where that matters. MapX runs items there as well,
// see [Map].
//
// Profiles and lists of goroutines show whose time it is: while a worker runs
// a call it has the pprof labels "task", the task's name, and "pool", the pool's
// if it has one. They replace what the submitter's goroutine has on; its labels
// travel in the context, as pprof means it: a task that calls
// pprof.SetGoroutineLabels or pprof.Do with its ctx gets those of the submit
// context with the other two. While an execution trace is taken each call is a
// task of it, from Submit to its outcome, under the task's short name, and what
// the task marks under its ctx belongs to it. Labels that a task takes from
// elsewhere than its ctx stay until the worker runs another task.
type Pool struct {
	queue     queue.Queue[Call]
	limit     atomic.Int64           // slots; 0 until the first use of a zero Pool
	active    atomic.Int64           // slots held
	searching atomic.Int32           // looking or carrying while a woken worker has not begun to work; else 0
	alive     atomic.Int64           // worker goroutines, also those without a slot, and callers' goroutines that run calls or items
	spare     atomic.Pointer[worker] // of the worker that ended last; free has the others
	resuming  atomic.Int64           // len(resumers)
	closed    atomic.Bool            // Close was called: running calls are canceled
	ready     atomic.Bool            // prepare ran
	hooks     Hooks                  // written by prepare, then read only
	name      string                 // written by NewPool, then read only
	labels    labels                 // of the goroutines that run calls
	shops     shops                  // states of workers, see Workers

	mu       sync.Mutex
	resumers []chan struct{}  // guarded by mu: tasks that want a slot back, in order
	workers  []*worker        // guarded by mu: as many as were ever alive at once
	free     []*worker        // guarded by mu: those of workers that have ended
	drains   []*drain         // guarded by mu: Shutdown calls that wait
	ends     map[*func()]bool // guarded by mu: what Close calls, see onClose
}

// A worker is what the pool knows of one worker goroutine.
type worker struct {
	current atomic.Pointer[Record] // of a call that did not come from the queue; nil if it has ended
	call    Call                   // that it took from the queue last; written with the queue's poppers locked, read by others in its Look
	first   Call                   // to run first; written by whoever starts it; nil to look into the queue
	start   func()                 // Pool.work for it, as a value: "go p.work(w)" would allocate
	worn    uint32                 // 1 + number of the task whose labels the goroutine has, or 0; its own

	_ [12]byte // written with every call, so on a cache line of its own
}

// NewPool returns a pool. It returns an error, and starts nothing, if a size is
// negative.
func NewPool(c PoolConfig) (*Pool, error) {
	switch {
	case c.Workers < 0:
		return nil, fmt.Errorf("offing: pool %q: Workers is %d; it must not be negative", c.Name, c.Workers)
	case c.Queue < 0:
		return nil, fmt.Errorf("offing: pool %q: Queue is %d; it must not be negative (0 means no bound)", c.Name, c.Queue)
	}
	p := &Pool{name: c.Name, hooks: Hooks{Logger: c.Logger}}
	p.limit.Store(int64(c.Workers))
	p.queue.SetLimit(c.Queue)
	p.prepare()
	return p, nil
}

// prepare makes the zero value usable.
func (p *Pool) prepare() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready.Load() {
		return
	}
	p.limit.CompareAndSwap(0, defaultWorkers())
	p.hooks.Release, p.hooks.Acquire = p.release, p.acquire
	p.hooks.closed, p.hooks.onClose = &p.closed, p.onClose
	p.labels.pool, p.hooks.labels = p.name, &p.labels
	p.ready.Store(true)
}

// defaultWorkers is what Python's ThreadPoolExecutor took for a long time.
func defaultWorkers() int64 { return 5 * int64(goruntime.GOMAXPROCS(0)) }

// Local marks the pool as one that runs calls in this process.
func (p *Pool) Local() {}

// Submit queues c. If the queue is bounded and full it waits for room until
// ctx ends (G9).
func (p *Pool) Submit(ctx context.Context, c Call) {
	if !p.ready.Load() {
		p.prepare()
	}
	r := c.Record()
	r.Attach(&p.hooks)
	if trace.IsEnabled() {
		r.trace()
	}
	if ctx == nil {
		ctx = r.SubmitContext()
	}
	if p.handOver(c) {
		return
	}
	err := p.queue.Push(ctx, c, r.Priority(), p.vacant(), false)
	if err == queue.ErrFull && MayWait(ctx) {
		leave, _, _ := p.stepAside(ctx) // a callback on a worker, too
		err = p.queue.Push(ctx, c, r.Priority(), p.vacant(), true)
		leave()
	}
	if err != nil {
		p.refuse(ctx, r, err)
		return
	}
	p.kickPushed()
}

// refuse settles a call that did not get into the queue.
func (p *Pool) refuse(ctx context.Context, r *Record, err error) {
	switch err {
	case queue.ErrFull:
		r.Fail(ErrQueueFull)
	case queue.ErrClosed:
		r.Fail(ErrClosed)
	default:
		r.end(endedBy(ctx))
	}
}

// Resize changes the number of workers; 0 means the default again. Calls that
// run are not disturbed; free states of which there are too many then, see [Workers], are
// closed, for which it does not wait. It returns an error if n is negative.
func (p *Pool) Resize(n int) error {
	if n < 0 {
		return fmt.Errorf("offing: pool %q: Resize to %d; it must not be negative", p.name, n)
	}
	limit := int64(n)
	if n == 0 {
		limit = defaultWorkers()
	}
	p.prepare()
	p.limit.Store(limit)
	p.resume()
	p.kick()
	p.shops.shrink()
	return nil
}

// Stats returns a snapshot; the numbers are not of the very same moment.
func (p *Pool) Stats() Stats {
	if !p.ready.Load() {
		p.prepare()
	}
	return Stats{
		Workers: int(p.limit.Load()),
		Running: int(p.active.Load()),
		Queued:  p.queue.Len(),
		States:  p.shops.stats(),
	}
}
