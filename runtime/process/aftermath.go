package process

import (
	"context"
	"sync/atomic"

	"github.com/offing-go/offing/runtime"
)

// An Aftermath is what becomes of a worker whose call was canceled or timed out
// while it ran. The call's future settles at once, when nobody knows yet whether
// the task will return or its worker has to be killed, and never changes after
// that (G2). So its error has an Aftermath, which errors.As finds and which tells
// later:
//
//	var after *process.Aftermath
//	if errors.As(err, &after) {
//		if exit, err := after.Wait(ctx); err == nil && exit != nil {
//			log.Print(exit.Stacks) // where the task hung
//		}
//	}
//
// Once it is known, errors.As finds the *[ExitError] in the call's error too. All
// methods may be called by any number of goroutines.
type Aftermath struct {
	cause error
	known chan struct{}             // closed when exit is final
	exit  atomic.Pointer[ExitError] // nil before, and for a task that returned in time
}

func newAftermath(cause error) *Aftermath {
	return &Aftermath{cause: cause, known: make(chan struct{})}
}

// Error says why the call ended.
func (a *Aftermath) Error() string { return a.cause.Error() }

// Unwrap returns why the call ended.
func (a *Aftermath) Unwrap() error { return a.cause }

// As lets errors.As find how the worker died, once that is known. The any is that
// of package errors; no call comes by here.
func (a *Aftermath) As(target any) bool {
	found, ok := target.(**ExitError)
	exit := a.exit.Load()
	if ok && exit != nil {
		*found = exit
	}
	return ok && exit != nil
}

// Wait waits until it is known what became of the worker: at the latest when
// Config.Grace has passed and the worker is dead. It returns how the worker
// died, or nil if the task returned in time. If ctx ends first, the error is the
// cause of ctx.
func (a *Aftermath) Wait(ctx context.Context) (*ExitError, error) {
	select {
	case <-a.known:
		return a.exit.Load(), nil
	default:
	}
	select {
	case <-a.known:
		return a.exit.Load(), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// settle tells what became of the worker. It is called once, by the owner of the
// worker; a is nil for a call that was not ended from outside.
func (a *Aftermath) settle(exit *ExitError) {
	if a == nil {
		return
	}
	a.exit.Store(exit)
	close(a.known)
}

// ending is the hook of a running call that is being canceled or timed out. A
// call whose worker has replied, or died, has no aftermath.
func (p *Pool) ending(r *runtime.Record, cause error) error {
	for _, w := range p.snapshot() {
		if a := w.bequeath(r, cause); a != nil {
			return a
		}
	}
	return cause
}

// bequeath returns the aftermath of r, if w runs it.
func (w *worker) bequeath(r *runtime.Record, cause error) *Aftermath {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.line.of(r)
	if e == nil {
		return nil
	}
	e.after = newAftermath(cause)
	return e.after
}
