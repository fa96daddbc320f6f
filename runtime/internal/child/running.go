package child

import (
	"context"
	"sync"
	"time"

	"github.com/offing-go/offing/runtime"
)

// running is the call that the worker runs. It is shared by the goroutine that
// runs it and the one that takes cancels.
type running struct {
	mu       sync.Mutex
	id       uint64                  // guarded by mu
	end      context.CancelCauseFunc // guarded by mu; nil between calls
	canceled uint64                  // guarded by mu; the highest id that a cancel named
}

// begin makes the context of a call from one that never ends. end must be called
// when it is over.
func (r *running) begin(ctx context.Context, id uint64, remaining time.Duration) (_ context.Context, end func()) {
	stop := func() {}
	if remaining > 0 {
		ctx, stop = context.WithTimeoutCause(ctx, remaining, runtime.ErrTimeout)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.id, r.end = id, cancel
	if r.canceled >= id { // the cancel, on its own pipe, was faster than the call
		cancel(runtime.ErrCanceled)
	}
	return ctx, func() {
		r.mu.Lock()
		r.end = nil
		r.mu.Unlock()
		cancel(nil)
		stop()
	}
}

// cancel ends the context of call id, now or as soon as it begins; one that is
// over is left alone.
func (r *running) cancel(id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.canceled = max(r.canceled, id)
	if r.end != nil && r.id == id {
		r.end(runtime.ErrCanceled)
	}
}
