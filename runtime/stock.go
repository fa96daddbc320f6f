package runtime

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
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
//	close (user's)                            close (user's)
//
// Who takes a state has it alone, and no state is closed while a call has it: it is
// either in the list of free ones, or somebody's, and closed by who takes it off the
// list or does not put it back.
type stock[S any] struct {
	name  string // of the constructor
	open  func(ctx context.Context) (S, error)
	close func(S) error // nil if nothing is to be closed
	pool  *Pool         // closes states at its end; nil for none
	apart bool          // spoilt states are closed beside the calls: in a worker process, whose pool bounds only the end

	mu      sync.Mutex
	free    []*resident[S] // guarded by mu; the one that was used last is the last
	all     []*resident[S] // guarded by mu; free or not
	used    int            // guarded by mu; states that calls have, or open
	opened  int            // guarded by mu; states that were ever opened
	calls   int            // guarded by mu
	entered bool           // guarded by mu
	shut    bool           // guarded by mu; no state stays open from now on
	closing chan struct{}  // guarded by mu; closed when the spoilt states are that are being closed; nil for none
}

// A resident is one state that is open.
type resident[S any] struct {
	state S
	since time.Time
}

// A shop is a stock without its type, as a pool sees it.
type shop interface {
	// shrink closes free states until no more than the limit are open.
	shrink()
	stats() StateStats

	// end closes all states: the free ones before it returns, others when their
	// calls are over.
	end() error
}

// take returns a state that the caller has until he gives it back, for so many calls of
// the task, one or none: a free state, or a new one, which ctx may end while it is opened.
// Its error is that of the constructor, or a *TaskError around ErrClosed.
func (s *stock[S]) take(ctx context.Context, task string, calls int) (*resident[S], error) {
	s.mu.Lock()
	if s.shut || !s.enterLocked() {
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
	s.mu.Unlock()
	return s.openOne(ctx, calls)
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

// openOne opens a state for somebody who counts as having one, for so many calls: one, or
// none. The constructor may panic, or call runtime.Goexit.
func (s *stock[S]) openOne(ctx context.Context, calls int) (r *resident[S], err error) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r == nil {
			s.used--
			return
		}
		s.opened++
		s.calls += calls
		s.all = append(s.all, r)
	}()
	if err = s.awaitClosing(ctx); err != nil {
		return nil, err
	}
	v, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	return &resident[S]{v, time.Now()}, nil
}

// give ends a take. A state that is spoilt is closed, and one of which there are too many.
func (s *stock[S]) give(r *resident[S], spoilt bool) {
	s.mu.Lock()
	s.used--
	if !spoilt && !s.shut && !s.overLocked(1) {
		s.free = append(s.free, r)
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	if s.apart {
		s.closeApart(r)
	} else {
		s.report(s.closeOne(r))
	}
}

// closeApart closes a state on a goroutine: what came of the call that has spoilt it does
// not wait for that. Who opens the next one does, and so does the end.
func (s *stock[S]) closeApart(r *resident[S]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, done := s.closing, make(chan struct{})
	s.closing = done
	go func() {
		s.report(s.closeOne(r))
		if before != nil {
			<-before
		}
		s.mu.Lock()
		if s.closing == done {
			s.closing = nil
		}
		s.mu.Unlock()
		close(done)
	}()
}

// awaitClosing returns when no spoilt state is being closed, or when ctx ends, with its
// cause: two states at once may be one too many for what they hold.
func (s *stock[S]) awaitClosing(ctx context.Context) error {
	s.mu.Lock()
	closing := s.closing
	s.mu.Unlock()
	if closing == nil {
		return nil
	}
	select {
	case <-closing:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// overLocked reports whether with so many more free states there were more than the pool
// has workers.
func (s *stock[S]) overLocked(more int) bool {
	return s.pool != nil && int64(s.used+len(s.free)+more) > s.pool.limit.Load()
}

// shrink implements shop.
func (s *stock[S]) shrink() {
	for {
		s.mu.Lock()
		if len(s.free) == 0 || !s.overLocked(0) {
			s.mu.Unlock()
			return
		}
		r := s.free[0] // unused for longest
		s.free = slices.Delete(s.free, 0, 1)
		s.mu.Unlock()
		s.report(s.closeOne(r))
	}
}

// end implements shop.
func (s *stock[S]) end() error {
	s.mu.Lock()
	s.shut = true
	s.mu.Unlock()
	return s.empty()
}

// empty closes the states that are free, and waits for those that are being closed as
// they are spoilt.
func (s *stock[S]) empty() error {
	s.mu.Lock()
	free, closing := s.free, s.closing
	s.free = nil
	s.mu.Unlock()
	var errs []error
	for _, r := range slices.Backward(free) {
		errs = append(errs, s.closeOne(r))
	}
	if closing != nil {
		<-closing
	}
	return errors.Join(errs...)
}

// closeOne closes a state that nobody else has. A panic is an error, and so is
// runtime.Goexit.
func (s *stock[S]) closeOne(r *resident[S]) (err error) {
	s.mu.Lock()
	s.all = slices.DeleteFunc(s.all, func(other *resident[S]) bool { return other == r })
	s.mu.Unlock()
	if s.close == nil {
		return nil
	}
	done := make(chan error)
	go func() { // which Close may end: others are still to be closed
		err := error(newPanicError(goexit))
		defer func() {
			if v := recover(); v != nil {
				err = newPanicError(PanicText(v))
			}
			done <- err
		}()
		err = s.close(r.state)
	}()
	if err = <-done; err != nil {
		return &closeError{s.name, err}
	}
	return nil
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

// report takes the error of a close that nobody waits for.
func (s *stock[S]) report(err error) {
	switch {
	case err == nil:
	case s.pool != nil:
		s.pool.reportState(err)
	default: // in a worker process that is its standard error, which its pool logs
		slog.Error("offing: a worker's state was not closed", slog.Any("error", err))
	}
}

// warm opens states until so many are open, all at once, and returns what kept some of
// them from it.
func (s *stock[S]) warm(ctx context.Context, n int) error {
	s.mu.Lock()
	missing := max(0, n-s.used-len(s.free))
	s.mu.Unlock()
	errs := make([]error, missing)
	var openings sync.WaitGroup
	for i := range errs {
		openings.Go(func() { s.warmOne(ctx, &errs[i]) })
	}
	openings.Wait()
	return errors.Join(errs...)
}

// warmOne opens a state that is free then, and writes what kept it from that. The
// constructor may end the goroutine.
func (s *stock[S]) warmOne(ctx context.Context, err *error) {
	*err = newPanicError(goexit)
	defer func() {
		if v := recover(); v != nil {
			*err = newPanicError(PanicText(v))
		}
	}()
	s.mu.Lock()
	if s.shut || !s.enterLocked() {
		s.mu.Unlock()
		*err = ErrClosed
		return
	}
	s.used++
	s.mu.Unlock()
	var r *resident[S]
	if r, *err = s.openOne(ctx, 0); *err == nil {
		s.give(r, false)
	}
}

// stats returns a snapshot.
func (s *stock[S]) stats() (st StateStats) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st = StateStats{Open: len(s.all), Opened: s.opened, Calls: s.calls}
	if len(s.all) > 0 {
		st.Oldest = s.all[0].since
	}
	return st
}
