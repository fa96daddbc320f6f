package runtime

import (
	"context"
	"errors"
	"time"
)

// A taskContext is the record seen as the task's context. Handing out the
// record itself makes a context per call cost nothing: a real one, which can
// be ended on its own, is made only for a task that asks for Done, for a task
// with a timeout, and by Cancel of a running one.
type taskContext Record

// recordKey finds the record of the task that a context belongs to.
type recordKey struct{}

// recordOf returns the record of the task that ctx belongs to, if that task
// holds a worker's slot, or nil.
func recordOf(ctx context.Context) *Record {
	r, _ := ctx.Value(recordKey{}).(*Record)
	return r
}

// current returns the context to ask: the real one if there is one.
func (c *taskContext) current() context.Context {
	if s := c.side.Load(); s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.ctx != nil {
			return s.ctx
		}
	}
	return c.ctx
}

// Deadline returns the earlier of the submit's deadline and the task's own.
func (c *taskContext) Deadline() (time.Time, bool) { return c.current().Deadline() }

// Err is not nil once the task should stop; the cause is ErrCanceled, wraps
// ErrTimeout, or is that of the submit context. A task whose call is settled should
// stop, so calls that it submitted under its context and did not wait for are
// canceled with it: whether somebody had asked for Done must not matter.
//
// Whether it is over is asked before there is a real context is: the other way round one
// that is made in between, and ends a moment later, would have what has ended go on.
func (c *taskContext) Err() error {
	over := (*Record)(c).over()
	current := c.current()
	if over && current == c.ctx {
		ctx, _ := (*Record)(c).realContext()
		return ctx.Err()
	}
	err := current.Err()
	if err != nil {
		(*Record)(c).sideBlock() // for Return: the task knows
	}
	return err
}

// over reports whether the task should stop, as far as that can be told without its
// context: once it has, for good.
func (r *Record) over() bool { return r.Settled() || r.isHere() && r.hooks.closed.Load() }

// Value answers from the submit context. For recordKey it answers with the
// innermost record that holds a slot: a call run by [Inline] inside a pool's
// task has none of its own and waits on the slot of that task.
func (c *taskContext) Value(key any) any {
	switch {
	case key == (recordKey{}) && c.hooks != nil && c.hooks.Release != nil:
		return (*Record)(c)
	case key == labelsKey && c.hooks != nil && c.hooks.labels != nil && !(*Record)(c).isHere():
		return (*Record)(c).labelsValue()
	}
	return c.current().Value(key)
}

// Done returns a channel that is closed when the task should stop, and at the
// latest when its call is settled.
func (c *taskContext) Done() <-chan struct{} {
	r := (*Record)(c)
	ctx, end := r.realContext()
	if r.isHere() && ctx.Err() == nil {
		r.endOnClose(end)
	}
	return ctx.Done()
}

// endOnClose has end called when the pool is closed, for a call on its caller's goroutine.
func (r *Record) endOnClose(end context.CancelCauseFunc) {
	s := r.sideBlock()
	s.mu.Lock()
	watched := s.unwatch != nil
	s.mu.Unlock()
	if !watched {
		s.keepWatch(r.hooks.onClose(func() { end(ErrCanceled) }))
	}
}

// keepWatch keeps how a watch is ended, unless there is one, or the call is over: then
// it is ended now.
func (s *side) keepWatch(unwatch func() bool) {
	s.mu.Lock()
	if !s.settled && s.unwatch == nil {
		s.unwatch, unwatch = unwatch, nil
	}
	s.mu.Unlock()
	if unwatch != nil {
		unwatch()
	}
}

// realContext returns the context that can end, and what ends it. It is made with nothing
// locked, as the submit context may be the user's own, with a lock of its own.
func (r *Record) realContext() (context.Context, context.CancelCauseFunc) {
	s := r.sideBlock()
	if ctx, end := s.real(); ctx != nil {
		return ctx, end
	}
	ctx, end := context.WithCancelCause(r.parent())
	if !s.install(r, ctx, end) { // another was faster, or all is over
		end(r.lateCause())
		s.install(r, ctx, end)
	}
	return s.real()
}

// real returns the context that can end, and what ends it, if there is one.
func (s *side) real() (context.Context, context.CancelCauseFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ctx, s.endCtx
}

// install has ctx be the context that can end, unless there is one, and reports whether
// it is. It has to have ended if all is over: settle, which takes the lock before it ends
// the context, may have been here.
func (s *side) install(r *Record, ctx context.Context, end context.CancelCauseFunc) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil && (ctx.Err() != nil || !r.over()) {
		s.ctx, s.endCtx = ctx, end
	}
	return s.ctx == ctx
}

// lateCause is why a context ends that is asked for when all is over.
func (r *Record) lateCause() error {
	if r.Settled() {
		return nil
	}
	return ErrCanceled // the pool was closed
}

// parent returns the submit context.
func (r *Record) parent() context.Context {
	if r.ctx == nil { // of a zero Future
		return context.Background()
	}
	return r.ctx
}

// unseen makes a context that has ended with cause, for a running task if nobody has asked
// for one that can end; else nil, as settle ends that one. It is for who is about to claim
// the call: he installs it once he has, before the outcome is there. Err knows by that,
// too, that the context is over, but not why; and if the context came without its end, Err
// would say for a moment that it is not over. It is made before the claim, as methods of
// the submit context may do anything.
func (r *Record) unseen(cause error) context.Context {
	if r.phase() != running {
		return nil
	}
	if s := r.side.Load(); s != nil {
		if ctx, _ := s.real(); ctx != nil {
			return nil
		}
	}
	return r.endedContext(cause)
}

// installUnseen installs what unseen made, for a call that was running when it was claimed.
// One that has begun in between gets its context now.
func (s *side) installUnseen(r *Record, ctx context.Context, cause error) {
	if real, _ := s.real(); real != nil {
		return // settle ends it
	}
	if ctx == nil {
		ctx = r.endedContext(cause)
	}
	s.install(r, ctx, func(error) {})
}

// endedContext makes a context that has ended with cause.
func (r *Record) endedContext(cause error) context.Context {
	ctx, end := context.WithCancelCause(r.parent())
	end(cause)
	return ctx
}

// startTimeout arms the task's own timeout, with nothing locked: it calls methods of the
// submit context.
func (r *Record) startTimeout() {
	limit := r.TimeLeft()
	expires := time.Now().Add(limit)
	inner, cancel := context.WithTimeoutCause(r.ctx, limit, &causeError{ErrTimeout, &overrunError{r.Task()}})
	ctx, end := context.WithCancelCause(inner)
	stop := context.AfterFunc(inner, func() { r.end(endedBy(inner)) })
	timeout := func() bool {
		stopped := stop() // first: cancel would fire it
		cancel()
		return stopped
	}
	if !r.arm(ctx, end, timeout, expires) {
		timeout()
		end(nil)
	}
}

// arm gives the call the context of its timeout, unless it has one, or is over, or is not
// running any more: whoever takes its start back, or ends it, has changed the phase before
// he looks for a timeout to stop.
func (r *Record) arm(ctx context.Context, end context.CancelCauseFunc, timeout func() bool, expires time.Time) bool {
	s := r.lockOpen()
	if s == nil {
		return false
	}
	defer s.mu.Unlock()
	if r.phase() != running || s.timeout != nil || s.ctx != nil && s.ctx.Err() != nil {
		return false
	}
	s.ctx, s.endCtx, s.timeout, s.expires = ctx, end, timeout, expires
	return true
}

// TimeLeft returns how long the task's own timeout lets the call run once it begins: all of
// it, but for one that has been tried before, see [Record.Again]. 0 means no timeout.
//
// It is for executors only.
func (r *Record) TimeLeft() time.Duration {
	limit := r.Task().Timeout
	if s := r.side.Load(); s != nil && limit > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.left > 0 {
			return s.left
		}
	}
	return limit
}

// keepLeft notes what a try that is lost has left of the task's own timeout: a moment at
// least, as 0 would be all of it.
func (s *side) keepLeft() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timeout != nil {
		s.left = max(1, time.Until(s.expires))
	}
}

// stopTimeout takes startTimeout back.
func (s *side) stopTimeout() {
	s.mu.Lock()
	stop, end := s.timeout, s.endCtx
	s.timeout, s.ctx, s.endCtx = nil, nil, nil
	s.mu.Unlock()
	if end != nil {
		end(nil)
	}
	if stop != nil {
		stop()
	}
}

// endedBy returns the error of a call that the end of ctx ended. A cause that
// the user gave stays visible to errors.Is and errors.As.
func endedBy(ctx context.Context) error {
	cause := context.Cause(ctx)
	switch cause {
	case context.DeadlineExceeded:
		return errDeadline
	case context.Canceled:
		return ErrCanceled
	case ErrTimeout, ErrCanceled: // of the task around this call
		return cause
	}
	if ended, ok := cause.(*causeError); ok { // the same, or of the task around this call
		return ended
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &causeError{ErrTimeout, cause}
	}
	return &causeError{ErrCanceled, cause}
}

// becauseEnded reports whether err, which a task returned, only repeats why the
// task's context ended, and returns the error of a call that ended by that.
func becauseEnded(ctx context.Context, err error) (error, bool) {
	ended := ctx.Err()
	if ended == nil || err == nil || !is(err, ended) && !is(err, context.Cause(ctx)) {
		return err, false
	}
	return endedBy(ctx), true
}

// failure returns the phase and the error of a running call whose task returned
// err.
func (r *Record) failure(err error) (uint32, error) {
	if ended, yes := becauseEnded(r.Context(), err); yes {
		err = r.taskError(running, ended)
	}
	return outcomeOf(err), err
}

// itemError is failure for an item of a chunk.
func (r *Record) itemError(ctx context.Context, err error) error {
	if ended, yes := becauseEnded(ctx, err); yes {
		return r.taskError(running, ended)
	}
	return err
}

// causeError is a sentinel with the cause that the user gave to the context.
type causeError struct {
	sentinel error
	cause    error
}

func (e *causeError) Error() string { return e.sentinel.Error() + ": " + e.cause.Error() }

func (e *causeError) Unwrap() []error { return []error{e.sentinel, e.cause} }

// errDeadline is ErrTimeout for a call whose submit context had a deadline, as
// opposed to a task that has a timeout: whoever reads it must know which to
// change.
var errDeadline = &causeError{ErrTimeout, errors.New("the deadline of its context")}

// An overrunError is a task that took longer than its directive allows.
type overrunError struct{ task *Task }

func (e *overrunError) Error() string {
	return "timeout=" + e.task.Timeout.String() + " of " + shortName(e.task.Name)
}
