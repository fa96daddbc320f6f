package runtime

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A stock is the states that one constructor has opened with the same arguments, for
// the workers of one executor, or in one worker process.
//
//	          open (user's)
//	             |              task returns
//	             v      take <------------------+
//	free ----> in use --------------------------+--> free
//	  |                                         |
//	  |  Resize down, the pool's end, Close     |  discarded, or a panic;
//	  v                                         v  too many; or the stock is shut
//	closing (user's, on a goroutine)          closing
//
// Who takes a state has it alone, and no state is closed while a call has it: it is
// either in the list of free ones, or somebody's, and closed by who takes it off the
// list or does not put it back.
//
// No call waits until the state that it has spoilt is closed, as the user's Close may
// hang. Who opens the next one does, for some seconds at most: what a state holds there
// may be one of.
type stock[S any] struct {
	name  string // of the constructor
	open  func(ctx context.Context) (S, error)
	close func(S) error // nil if nothing is to be closed
	pool  *Pool         // closes states at its end; nil for none
	home  *Home[S]      // where it has settled; nil if it has not

	shut atomic.Bool // no state stays open from now on; written with mu held

	mu      sync.Mutex
	free    []*resident[S] // guarded by mu; the one that was used last is the last
	all     []*resident[S] // guarded by mu; free, in use, or being closed
	used    int            // guarded by mu; states that calls have or open, and that Warm opens
	opening int            // guarded by mu; states that are being opened, and that Warm will open
	warming int            // guarded by mu; of those, the ones of Warm
	closing int            // guarded by mu; states that are being closed
	change  chan struct{}  // guarded by mu; closed when there is news for those who wait; nil if nobody does
	opened  int            // guarded by mu; states that were ever opened
	calls   int            // guarded by mu
	entered bool           // guarded by mu
	awaited int            // guarded by mu; those who want the errors of what is being closed
	errs    []error        // guarded by mu; for them
}

// A resident is one state that is open.
type resident[S any] struct {
	state S
	since time.Time
}

// A shop is a stock without its type, as a pool sees it.
type shop interface {
	stats() StateStats

	// shrink has free states closed until there are no more than workers.
	shrink()

	// end has all states closed: those that are free now, others when their calls are
	// over. It may be called again.
	end()

	// await returns when nothing is being closed, or when ctx ends, with its cause.
	await(ctx context.Context) error
}

// stateTime is how long something waits for the Close methods of states that has to go on
// some day.
const stateTime = 5 * time.Second

// take returns a state that the caller has until he gives it back, for so many calls of
// the task, one or none: a free state, or a new one, which ctx may end while it is opened.
// Its error is that of the constructor, the cause of ctx, or a *TaskError around
// ErrClosed.
func (s *stock[S]) take(ctx context.Context, task string, calls int) (*resident[S], error) {
	s.mu.Lock()
	if len(s.free) == 0 && (s.warming > 0 || s.closing > 0) {
		if err := s.queueLocked(ctx); err != nil {
			s.mu.Unlock()
			return nil, err
		}
	}
	if s.shut.Load() || !s.enterLocked() {
		s.mu.Unlock()
		return nil, &TaskError{Task: task, Err: ErrClosed}
	}
	s.used++
	if n := len(s.free); n > 0 {
		r := s.free[n-1]
		s.free[n-1] = nil
		s.free = s.free[:n-1]
		s.calls += calls
		s.mu.Unlock()
		return r, nil
	}
	s.opening++
	s.mu.Unlock()
	r, err := s.openCounted(ctx, calls)
	if err == nil && ctx.Err() != nil { // nobody wants the call any more
		s.give(r, false)
		return nil, context.Cause(ctx)
	}
	return r, err
}

// queueLocked waits before another state is opened: while Warm opens as many as there may
// be, and while others are being closed. It returns the cause of ctx if that ends first.
func (s *stock[S]) queueLocked(ctx context.Context) error {
	patience := time.NewTimer(stateTime)
	defer patience.Stop()
	for len(s.free) == 0 && !s.shut.Load() {
		var until <-chan time.Time
		switch {
		case s.warming > 0 && (s.pool == nil || int64(s.used) >= s.pool.limit.Load()):
		case s.closing > 0:
			until = patience.C
		default:
			return nil
		}
		if late, err := s.pauseLocked(ctx, until); late || err != nil {
			return err
		}
	}
	return nil
}

// pauseLocked waits for news, without the lock. It reports whether until came first, and
// returns the cause of ctx if that ended. A call keeps its slot meanwhile, unlike one that
// waits for another: the next one would take it, and wait here too, and so on to the end
// of the queue. What it waits for is Open and Close, which are no calls.
func (s *stock[S]) pauseLocked(ctx context.Context, until <-chan time.Time) (late bool, err error) {
	if s.change == nil {
		s.change = make(chan struct{})
	}
	change := s.change
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-change:
	case <-until:
		late = true
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	return late, err
}

// changedLocked tells those who wait that there is news.
func (s *stock[S]) changedLocked() {
	if s.change != nil {
		close(s.change)
		s.change = nil
	}
}

// enter is enterLocked ahead of the first state.
func (s *stock[S]) enter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enterLocked()
}

// enterLocked tells the pool that there are states, before the first is opened: a pool
// that ends meanwhile is waiting for the call that opens it. It reports false if the pool
// is closed.
func (s *stock[S]) enterLocked() bool {
	if !s.entered && s.pool != nil {
		s.entered = s.pool.shops.enter(s)
		return s.entered
	}
	return true
}

// openCounted is openOne for a call, which counts among those that open one.
func (s *stock[S]) openCounted(ctx context.Context, calls int) (*resident[S], error) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.opening--
		s.changedLocked()
	}()
	return s.openOne(ctx, calls)
}

// openOne opens a state for somebody who counts as having one, for so many calls: one, or
// none. The constructor may panic, or call runtime.Goexit.
func (s *stock[S]) openOne(ctx context.Context, calls int) (r *resident[S], err error) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r == nil {
			s.used--
			s.leaveLocked()
			return
		}
		s.opened++
		s.calls += calls
		s.all = append(s.all, r)
	}()
	v, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	// S is a pointer, and the methods of a nil one would be blamed for what comes. (The any
	// is for the comparison; only a call that opens a state comes by here.)
	if any(v) == any(*new(S)) {
		return nil, errors.New("offing: " + s.name + " returned nil and no error")
	}
	return &resident[S]{v, time.Now()}, nil
}

// give ends a take. A state that is spoilt is closed, and one of which there are too many:
// more free ones than workers. Those in use do not count. A task that waits for others
// keeps its state while somebody else has its slot, and each state that is given back
// meanwhile would be one too many, and opened again by the next call.
func (s *stock[S]) give(r *resident[S], spoilt bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used--
	if spoilt || s.shut.Load() || s.overLocked(1) {
		s.disposeLocked(r)
	} else {
		s.free = append(s.free, r)
	}
	s.changedLocked()
}

// overLocked reports whether with so many more free states there were more than the pool
// has workers.
func (s *stock[S]) overLocked(more int) bool {
	return s.pool != nil && int64(len(s.free)+more) > s.pool.limit.Load()
}

// disposeLocked has states closed that nobody else has, each on a goroutine, for which
// await waits.
func (s *stock[S]) disposeLocked(list ...*resident[S]) {
	for _, r := range list {
		if s.close == nil {
			s.forgetLocked(r)
			continue
		}
		s.closing++
		go s.dispose(r)
	}
}

func (s *stock[S]) forgetLocked(r *resident[S]) {
	s.all = slices.DeleteFunc(s.all, func(other *resident[S]) bool { return other == r })
	s.leaveLocked()
}

// leaveLocked takes enterLocked back once there is nothing for the pool to wait for, nor
// will be.
func (s *stock[S]) leaveLocked() {
	if s.shut.Load() && s.pool != nil && s.used == 0 && len(s.all) == 0 {
		s.pool.shops.leave(s)
	}
}

// dispose closes a state. The user's Close may panic, or end the goroutine.
func (s *stock[S]) dispose(r *resident[S]) {
	var err error
	returned := false
	defer func() {
		if v := recover(); v != nil {
			err = newPanicError(PanicText(v))
		} else if !returned {
			err = newPanicError(goexit)
		}
		if err != nil {
			err = &closeError{s.name, err}
		}
		s.disposed(r, err)
	}()
	err = s.close(r.state)
	returned = true
}

// disposed notes that a state is closed.
func (s *stock[S]) disposed(r *resident[S], err error) {
	s.mu.Lock()
	if err != nil && s.awaited > 0 {
		s.errs = append(s.errs, err)
		err = nil
	}
	s.mu.Unlock()
	s.report(err) // before anybody thinks that this is done
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing--
	s.forgetLocked(r)
	s.changedLocked()
}

// A closeError is the failure of a state's Close.
type closeError struct {
	name string // of the constructor
	err  error
}

func (e *closeError) Error() string {
	return "offing: closing a state of " + e.name + ": " + e.err.Error()
}

func (e *closeError) Unwrap() error { return e.err }

// report takes the error of a close that nobody waits for. In a worker process the default
// logger is its standard error, which its pool logs.
func (s *stock[S]) report(err error) {
	switch {
	case err == nil:
	case s.pool != nil:
		s.pool.reportState(err)
	default:
		reportState(slog.Default(), err)
	}
}

// shrink implements shop.
func (s *stock[S]) shrink() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.free) > 0 && s.overLocked(0) {
		r := s.free[0] // unused for longest
		s.free = slices.Delete(s.free, 0, 1)
		s.disposeLocked(r)
	}
	s.changedLocked() // or there may be more now
}

// end implements shop.
func (s *stock[S]) end() {
	s.mu.Lock()
	s.endLocked()
	s.mu.Unlock()
	if s.home != nil {
		s.home.leave(s)
	}
}

func (s *stock[S]) endLocked() {
	s.shut.Store(true)
	s.emptyLocked()
	s.leaveLocked()
	s.changedLocked()
}

// emptyLocked has the states closed that are free.
func (s *stock[S]) emptyLocked() {
	free := s.free
	s.free = nil
	s.disposeLocked(free...)
}

// await implements shop.
func (s *stock[S]) await(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.closing > 0 {
		if _, err := s.pauseLocked(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// begin has the states closed that are free, for somebody who calls finish.
func (s *stock[S]) begin(shut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awaited++
	if shut {
		s.endLocked()
	} else {
		s.emptyLocked()
	}
}

// finish returns, when nothing is being closed, the errors of what was, joined; or, with
// the cause of ctx, what there is when that ends.
func (s *stock[S]) finish(ctx context.Context) error {
	late := s.await(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awaited--
	errs := s.errs
	s.errs = nil
	return errors.Join(append(errs, late)...)
}

// stats implements shop.
func (s *stock[S]) stats() (st StateStats) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st = StateStats{Open: len(s.all), Opened: s.opened, Calls: s.calls}
	if len(s.all) > 0 {
		st.Oldest = s.all[0].since
	}
	return st
}
