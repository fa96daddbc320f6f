package child

import (
	"sync"

	"github.com/offing-go/offing/runtime"
)

// running is the calls that the worker runs. It is shared by the goroutines that run
// them and the one that takes cancels.
type running struct {
	mu    sync.Mutex
	last  uint64              // guarded by mu; the highest id that began
	lanes []lane              // the contexts and ids in them are guarded by mu
	early map[uint64]struct{} // guarded by mu; cancels, on a pipe of their own, that were faster than their calls
}

// begin notes that l runs call id under ctx. end must be called when it is over.
func (r *running) begin(l *lane, id uint64, ctx *callContext) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = max(r.last, id)
	l.id, l.ctx = id, ctx
	if _, canceled := r.early[id]; canceled {
		delete(r.early, id)
		ctx.cancel(runtime.ErrCanceled)
	}
}

func (r *running) end(l *lane) {
	r.mu.Lock()
	ctx := l.ctx
	l.id, l.ctx = 0, nil
	r.mu.Unlock()
	ctx.finish()
}

// skip notes that call id does not begin.
func (r *running) skip(id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = max(r.last, id)
	delete(r.early, id)
}

// cancel ends the context of call id, now or as soon as it begins; one that is over is
// left alone.
func (r *running) cancel(id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.lanes {
		if l := &r.lanes[i]; l.id == id && l.ctx != nil {
			l.ctx.cancel(runtime.ErrCanceled)
			return
		}
	}
	if id > r.last {
		if r.early == nil {
			r.early = map[uint64]struct{}{}
		}
		r.early[id] = struct{}{}
	}
}
