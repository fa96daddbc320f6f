package runtime

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/offing-go/offing/runtime/wire"
)

// Warm opens a state for each worker that has none, all at once, and returns when that is
// done, with the errors of those that failed joined: what the constructor returned, a
// *[TaskError] with its name around [ErrPanic], [ErrCrashed], [ErrClosed] or why ctx ended.
// In a process pool it starts the processes that are missing. One that is started later
// opens its state with its first call.
//
// A constructor must not wait for calls on the pool of its workers: calls on states wait in
// their slots for those that Warm opens.
func (w *Workers[S]) Warm(ctx context.Context) error {
	switch {
	case w.ex == nil:
		return errZeroWorkers
	case w.stock.shut.Load():
		return &TaskError{Task: w.task.Name, Err: errWorkersClosed}
	}
	if each, ok := innermost(w.ex).(everyWorker); ok {
		return w.warmElsewhere(ctx, each)
	}
	if !runsHere(w.ex) {
		return errWarm
	}
	n := int64(1)
	if p := w.stock.pool; p != nil {
		p.alive.Add(1) // like a worker: Shutdown waits for us
		defer p.leave(false)
		if p.queue.Closed() {
			return &TaskError{Task: w.task.Name, Err: ErrClosed}
		}
		n = p.limit.Load()
	}
	return w.stock.warm(ctx, int(n))
}

// errWarm is Warm on workers that are out of reach.
var errWarm = errors.New("offing: Warm: the executor does not say which workers it has; one that decorates another needs a method Unwrap() runtime.Executor")

// An everyWorker is an executor whose workers are elsewhere. EachWorker calls submit once
// for each, with an executor that runs what is submitted to it on that worker.
type everyWorker interface {
	EachWorker(ctx context.Context, submit func(ex Executor))
}

func (w *Workers[S]) warmElsewhere(ctx context.Context, each everyWorker) error {
	if w.bad != nil {
		return w.bad
	}
	var calls []*warming
	each.EachWorker(ctx, func(ex Executor) {
		c := &warming{args: w.args}
		c.Init(ctx, w.task)
		calls = append(calls, c)
		ex.Submit(ctx, c)
	})
	var errs []error
	for _, c := range calls {
		_, err := c.Future().Result(ctx)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// A warming is a call of a constructor, which opens a state where it runs.
type warming struct {
	Promise[struct{}]
	args []byte
}

// Run does nothing: a call that is settled is dropped so.
func (c *warming) Run() {
	if c.Start() {
		c.Record().Fail(ErrEncoding)
	}
}

// AppendArgs appends which state it is.
func (c *warming) AppendArgs(b []byte) ([]byte, error) { return wire.AppendBytes(b, c.args), nil }

// Deliver takes the outcome, which is an error or nothing.
func (c *warming) Deliver(reply *wire.Reader) {
	f := Func[[]byte, struct{}]{Task: *c.Record().Task(), ReadResult: func(*wire.Reader, *struct{}) {}}
	f.Deliver(&c.Promise, reply)
}

// warm opens states until so many are open, all at once, and returns what kept some of
// them from it.
func (s *stock[S]) warm(ctx context.Context, n int) error {
	missing, err := s.missing(ctx, n)
	if err != nil {
		return err
	}
	errs := make([]error, missing)
	var openings sync.WaitGroup
	for i := range errs {
		openings.Go(func() { s.warmOne(ctx, &errs[i]) })
	}
	openings.Wait()
	return errors.Join(errs...)
}

// missing reserves the states that there are less than n, and returns how many those are.
// If there are as many, but some of them only for others who are opening them, it waits
// for these: they may fail. Like a call it gives what is being closed some seconds.
func (s *stock[S]) missing(ctx context.Context, n int) (missing int, err error) {
	patience := time.NewTimer(stateTime)
	defer patience.Stop()
	late := false
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case ctx.Err() != nil:
			return 0, &TaskError{Task: s.name, Err: endedBy(ctx)}
		case s.shut.Load() || !s.enterLocked():
			return 0, &TaskError{Task: s.name, Err: ErrClosed}
		}
		missing = max(0, n-s.used-len(s.free))
		if missing > 0 && (s.closing == 0 || late) || missing == 0 && s.opening == 0 {
			s.used += missing
			s.opening += missing
			s.warming += missing
			return missing, nil
		}
		overdue, err := s.pauseLocked(ctx, patience.C)
		if err != nil {
			return 0, &TaskError{Task: s.name, Err: endedBy(ctx)}
		}
		late = late || overdue
	}
}

// warmOne opens a state that was reserved, and writes what kept it from that. The
// constructor may panic, or end the goroutine.
func (s *stock[S]) warmOne(ctx context.Context, err *error) {
	returned := false
	defer func() {
		v := recover()
		switch {
		case v != nil:
			*err = &TaskError{Task: s.name, Started: true, Err: newPanicError(PanicText(v))}
		case !returned:
			*err = &TaskError{Task: s.name, Started: true, Err: newPanicError(goexit)}
		case *err != nil:
			*err, _ = becauseEnded(ctx, *err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.warming--
		s.opening--
		s.changedLocked()
	}()
	r, bad := s.openOne(ctx, 0)
	if returned = true; bad == nil {
		s.give(r, false)
	}
	*err = bad
}
