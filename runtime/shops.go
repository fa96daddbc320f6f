package runtime

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
)

// shops are the stocks of states that calls of a pool have opened. The pool has free ones
// closed when it has fewer workers, and all when it ends.
//
// A stock calls in with its own lock held, so none is called with this one held.
type shops struct {
	some atomic.Bool // there is one, or was

	mu    sync.Mutex
	all   []shop // guarded by mu
	ended bool   // guarded by mu; there will be none any more
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

// shrink has states closed of which there are too many.
func (h *shops) shrink() {
	for _, s := range h.list() {
		s.shrink()
	}
}

// end has all states closed, for which await waits.
func (h *shops) end() {
	h.mu.Lock()
	h.ended = true
	h.mu.Unlock()
	for _, s := range h.list() {
		s.end()
	}
}

// await returns when no state is being closed, or when ctx ends, with its cause.
func (h *shops) await(ctx context.Context) error {
	for _, s := range h.list() {
		if err := s.await(ctx); err != nil {
			return err
		}
	}
	return nil
}

// reportState logs the error of a state's Close.
func (p *Pool) reportState(err error) {
	logger := p.hooks.Logger
	if logger == nil {
		logger = slog.Default()
	}
	reportState(logger.With("pool", p.name), err)
}

func reportState(logger *slog.Logger, err error) {
	logger.Error("offing: a worker's state was not closed", "error", err)
}
