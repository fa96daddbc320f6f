package runtime

import (
	"context"
	"errors"
	"time"

	"github.com/offing-go/offing/runtime/wire"
)

// Workers are the workers of an executor, each with a state of type S: a model, an
// interpreter, a connection. Generated code has an alias of it for each constructor that
// is marked //offing:state, and a function that makes one. Only the methods of S that are
// tasks accept it as the place where they run.
//
// A state is opened by the first call that finds none free, and kept for others: no two
// calls have the same one at once. The context of its constructor is that of this call,
// and ends with it. If a constructor fails, so does that call, with its error, and the
// next call tries again.
//
// On a [Pool] there are at most as many states as workers, but for those of tasks that
// wait for other calls, whose slot somebody else has. They are closed, by their method
// Close if they have one, when Resize leaves too few workers for them, when the pool ends,
// and by Close. In a process pool each process has its own, for each constructor and its
// arguments; they are closed when the process ends, if nothing kills it.
//
// A task that returns [Discard] has its state closed, or its process replaced. So does
// one that panics: nobody knows in which state it leaves its own.
//
// All methods may be called by any number of goroutines.
type Workers[S any] struct {
	ex    Executor
	stock *stock[S] // for tasks that run in this process
	task  *Task     // of the constructor
	args  []byte    // of the constructor, encoded
	home  *Home[S]  // for tasks that run in this process, and are encoded all the same
	bad   error     // why they could not be; nil if they were

	waiting *Workers[S] // of the executor for those who wait; nil if there is none
}

// NewWorkers returns workers of ex whose states c opens with arg, which must not change
// any more. It opens none yet.
//
// It is for generated code only; programs call NewXWorkers.
func NewWorkers[A, S any](ex Executor, c *Constructor[A, S], arg A) *Workers[S] {
	w := &Workers[S]{ex: ex, stock: c.stock(arg), task: &c.Task, home: &c.Home}
	w.args, w.bad = c.encode(arg)
	if p, ok := innermost(ex).(*Pool); ok {
		p.prepare()
		w.stock.pool = p
	}
	if inner, ok := ex.(waiter); ok {
		other := *w
		other.ex, w.waiting = inner.Waiting(), &other
	}
	return w
}

// Submit submits a call to the executor.
func (w *Workers[S]) Submit(ctx context.Context, c Call) { w.ex.Submit(ctx, c) }

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

// Warm opens a state for each worker that has none, all at once, and returns when that is
// done, with the errors of those that failed joined. In a process pool it starts the
// processes that are missing. One that is started later opens its state with its first
// call.
func (w *Workers[S]) Warm(ctx context.Context) error {
	if each, ok := innermost(w.ex).(everyWorker); ok {
		return w.warmElsewhere(ctx, each)
	}
	n := int64(1)
	if p := w.stock.pool; p != nil {
		n = p.limit.Load()
	}
	return w.stock.warm(ctx, int(n))
}

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

func (c *warming) AppendArgs(b []byte) ([]byte, error) { return wire.AppendBytes(b, c.args), nil }

func (c *warming) Deliver(reply *wire.Reader) {
	f := Func[[]byte, struct{}]{Task: *c.Record().Task(), ReadResult: func(*wire.Reader, *struct{}) {}}
	f.Deliver(&c.Promise, reply)
}

// Close closes the states that are open in this process: those that no call has before it
// returns, others when their calls are over. It returns the errors of the first, joined.
// Calls from now on fail with [ErrClosed]. It leaves alone the executor, and states in
// worker processes, which end with these.
func (w *Workers[S]) Close() error {
	err := w.stock.end()
	if p := w.stock.pool; p != nil {
		p.shops.leave(w.stock)
	}
	return errors.Join(err, w.home.emptyOf(w.args))
}

// StateStats is a snapshot of the states of some workers.
type StateStats struct {
	Open   int       // states that are open
	Opened int       // states that were ever opened
	Calls  int       // calls that they have had; of a Map or Stream each chunk is one, or in a worker process each item
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
// described by [process.Pool.Workers].
//
// [process.Pool.Workers]: https://pkg.go.dev/github.com/offing-go/offing/runtime/process#Pool.Workers
func (w *Workers[S]) States() StateStats { return w.stock.stats() }
