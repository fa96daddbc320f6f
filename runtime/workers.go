package runtime

import (
	"context"
	"errors"
	"time"
)

// Workers are the workers of an executor, each with a state of type S: a model, an
// interpreter, a connection. Generated code has an alias of it for each constructor that
// is marked //offing:state, and a function that makes one. Only the methods of S that are
// tasks accept it as the place where they run.
//
// A state is opened by the first call that finds none free, and kept for others: no two
// calls have the same one at once. The context of its constructor is that of this call:
// it ends with it, and the task's timeout counts from before. If a constructor fails, so
// does that call, with its error, and the next call tries again.
//
// On a [Pool] there are at most as many states as workers, and one more for each task that
// waits for other calls with its own state, while somebody else has its slot. They are
// closed, by their method Close if they have one, when Resize leaves too few workers for
// them, when the pool ends, and by Close. In a process pool each process has its own, as
// many as it runs calls at once, for each constructor and its arguments; they are closed
// when the process ends, if nothing kills it, and not before: workers with ever new
// arguments fill it. The arguments travel with every call, so they should be short.
//
// A task that returns [Discard] has its state closed, or its process replaced. So is the
// state of one that panics closed: nobody knows how it leaves that. No call waits for the
// Close of a state; what opens the next one does, for at most five seconds. A Close that
// ends the pool waits for itself.
//
// All methods may be called by any number of goroutines.
type Workers[S any] struct {
	ex    Executor
	stock *stock[S] // for tasks that run in this process
	task  *Task     // of the constructor
	args  []byte    // which state it is, for Home
	bad   error     // why they could not be; nil if they were

	waiting *Workers[S] // of the executor for those who wait; nil if there is none
}

// NewWorkers returns workers of ex whose states c opens with arg, which must not change
// any more. It opens none yet.
//
// It is for generated code only; programs call NewXWorkers.
func NewWorkers[A, S any](ex Executor, c *Constructor[A, S], arg A) *Workers[S] {
	w := &Workers[S]{ex: ex, task: &c.Task}
	w.args, w.bad = c.encode(arg)
	here := encodes(ex)
	if here && w.bad == nil { // as it would arrive in another process
		arg, w.bad = c.decode(w.args)
	}
	w.stock = c.stock(arg)
	if p, ok := innermost(ex).(*Pool); ok {
		p.prepare()
		w.stock.pool = p
	}
	if here && w.bad == nil {
		w.args = c.Home.settle(w.stock)
		w.stock.enter() // or nobody would have it leave
	}
	if inner, ok := ex.(waiter); ok {
		other := *w
		other.ex, w.waiting = inner.Waiting(), &other
	}
	return w
}

// Submit submits a call to the executor.
func (w *Workers[S]) Submit(ctx context.Context, c Call) {
	switch {
	case w.ex == nil:
		turnAway(c, errZeroWorkers)
	case w.stock.shut.Load():
		turnAway(c, errWorkersClosed)
	default:
		w.ex.Submit(ctx, c)
	}
}

// turnAway settles a call that no executor has, and drops its arguments.
func turnAway(c Call, err error) {
	c.Record().Fail(err)
	c.Run() // cannot start any more
}

// errZeroWorkers is what a call gets from Workers that no constructor made.
var errZeroWorkers = errors.New("offing: these workers have no executor: make them by the generated New function, of an executor that is not nil")

// errWorkersClosed is ErrClosed, and says of what.
var errWorkersClosed error = &workersClosedError{}

type workersClosedError struct{}

func (*workersClosedError) Error() string { return "these workers are closed" }

func (*workersClosedError) Unwrap() error { return ErrClosed }

// Unwrap returns the executor.
func (w *Workers[S]) Unwrap() Executor { return w.ex }

// Waiting returns what a caller that does nothing but wait for his call submits it to:
// see the function [Waiting].
//
// It is for generated code only.
func (w *Workers[S]) Waiting(ctx context.Context) *Workers[S] {
	if w.waiting != nil && ctx != nil && recordOf(ctx) == nil {
		return w.waiting
	}
	return w
}

// Close closes the states that are open in this process: those that no call has at once,
// others when their calls are over. It waits for the first, five seconds at the longest,
// and returns the errors of that, joined. Calls from now on fail with [ErrClosed]. It
// leaves alone the executor, and states in worker processes, which end with these.
func (w *Workers[S]) Close() error {
	s := w.stock
	if s == nil {
		return nil
	}
	s.begin(true)
	if s.home != nil {
		s.home.leave(s)
	}
	ctx, cancel := context.WithTimeout(context.Background(), stateTime)
	defer cancel()
	return s.finish(ctx)
}

// StateStats is a snapshot of the states of some workers.
type StateStats struct {
	Open   int       // states that are open
	Opened int       // states that were ever opened
	Calls  int       // calls that they have had; a chunk of a Map or Stream is one, in a worker process each item
	Oldest time.Time // when the oldest that is open was opened; zero for none
}

// Add makes s say what s and other do.
//
// It is for executors only.
func (s *StateStats) Add(other StateStats) {
	s.Open += other.Open
	s.Opened += other.Opened
	s.Calls += other.Calls
	if !other.Oldest.IsZero() && (s.Oldest.IsZero() || other.Oldest.Before(s.Oldest)) {
		s.Oldest = other.Oldest
	}
}

// States returns a snapshot of the states in this process. Those in worker processes are
// described by [process.Pool.Workers] and its Stats.
//
// [process.Pool.Workers]: https://pkg.go.dev/github.com/offing-go/offing/runtime/process#Pool.Workers
func (w *Workers[S]) States() (s StateStats) {
	if w.stock != nil {
		s = w.stock.stats()
	}
	return s
}
