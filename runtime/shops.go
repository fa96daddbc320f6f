package runtime

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// shops are the stocks of states that calls of a pool have opened. The pool closes what is
// free when it has fewer workers, and all when it ends.
//
// A stock calls in with its own lock held, so none is called with this one held.
type shops struct {
	some atomic.Bool // there is one, or was

	mu    sync.Mutex
	all   []shop        // guarded by mu
	ended bool          // guarded by mu; there will be none any more
	done  chan struct{} // guarded by mu; closed when all are; nil before the end
}

// enter adds s, and reports whether it may open states.
func (h *shops) enter(s shop) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.some.Store(true)
		h.all = append(h.all, s)
	}
	return !h.ended
}

// leave takes enter back.
func (h *shops) leave(s shop) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = slices.DeleteFunc(h.all, func(other shop) bool { return other == s })
}

func (h *shops) list() []shop {
	if !h.some.Load() {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.all)
}

// stats returns what there is to say of all.
func (h *shops) stats() (sum StateStats) {
	for _, s := range h.list() {
		sum.Add(s.stats())
	}
	return sum
}

// shrink closes states of which there are too many.
func (h *shops) shrink() {
	for _, s := range h.list() {
		s.shrink()
	}
}

// end has all states closed, on a goroutine: the user's Close may hang. What it returns is
// closed when that is done. It may be called again.
func (h *shops) end(report func(error)) (done <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.done != nil {
		return h.done
	}
	h.ended, h.done = true, make(chan struct{})
	if all := h.all; len(all) > 0 {
		h.all = nil
		go h.endAll(all, report)
	} else {
		close(h.done)
	}
	return h.done
}

func (h *shops) endAll(all []shop, report func(error)) {
	defer close(h.done)
	for _, s := range all {
		report(s.end())
	}
}

// stateTime is how long Close waits for the Close methods of states.
const stateTime = 5 * time.Second

// endStates has all states closed and waits for it until ctx ends.
func (p *Pool) endStates(ctx context.Context) error {
	done := p.shops.end(p.reportState)
	select {
	case <-done:
		return nil
	default:
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// reportState logs the error of a state's Close.
func (p *Pool) reportState(err error) {
	if err == nil {
		return
	}
	logger := p.hooks.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Error("offing: a worker's state was not closed", slog.String("pool", p.name), slog.Any("error", err))
}
