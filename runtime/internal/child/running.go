package child

import (
	"sync"
	"sync/atomic"

	"github.com/offing-go/offing/runtime"
)

// running is the calls that the worker runs. It is shared by the goroutines that run
// them and the one that takes cancels.
//
// A cancel may come, on a pipe of its own, before its call. It is noted then. Who begins
// a call says so first and looks whether anything is noted after that; who cancels notes
// it first and looks for the call after that: one of the two sees the other.
type running struct {
	lanes []lane

	mu    sync.Mutex
	early map[uint64]struct{} // guarded by mu; calls that were
	noted atomic.Int64        // len(early); written with mu held
}

// begin notes that l runs the call of ctx. ctx.finish must be called when it is over.
// Calls begin in order of their ids.
func (r *running) begin(l *lane, ctx *callContext) {
	l.current.Store(ctx)
	if r.noted.Load() > 0 && r.forget(ctx.id) {
		ctx.cancel(runtime.ErrCanceled)
	}
}

// forget takes out what is noted of a call and reports whether there was anything.
func (r *running) forget(id uint64) (noted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, noted = r.early[id]; noted {
		delete(r.early, id)
		r.noted.Store(int64(len(r.early)))
	}
	return noted
}

// skip notes that call id does not begin.
func (r *running) skip(id uint64) {
	if r.noted.Load() > 0 {
		r.forget(id)
	}
}

// cancel ends the context of call id, now or as soon as it begins; one that is over is
// left alone.
func (r *running) cancel(id, begun uint64) {
	if r.cancelNow(id) || id < begun {
		return
	}
	r.mu.Lock()
	if r.early == nil {
		r.early = map[uint64]struct{}{}
	}
	for old := range r.early { // of calls that were over, or withdrawn
		if old < begun {
			delete(r.early, old)
		}
	}
	r.early[id] = struct{}{}
	r.noted.Store(int64(len(r.early)))
	r.mu.Unlock()
	if r.cancelNow(id) {
		r.forget(id)
	}
}

// cancelNow ends the context of call id if it runs.
func (r *running) cancelNow(id uint64) (found bool) {
	for i := range r.lanes {
		if ctx := r.lanes[i].current.Load(); ctx != nil && ctx.id == id {
			ctx.cancel(runtime.ErrCanceled)
			return true
		}
	}
	return false
}
