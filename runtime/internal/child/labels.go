package child

import (
	"context"
	"runtime/pprof"

	"github.com/offing-go/offing/runtime/internal/frame"
)

// wear labels the serving goroutine with the task that h calls, so that profiles
// and lists of goroutines say whose time it is, and returns a context with the
// label, for what the task adds by pprof.Do. off takes the label off again.
func (s *server) wear(h frame.Header) (ctx context.Context, off func()) {
	if int64(h.Task) >= int64(len(s.tasks)) {
		return context.Background(), func() {}
	}
	if s.labels == nil {
		s.labels = make([]context.Context, len(s.tasks))
	}
	ctx = s.labels[h.Task]
	if ctx == nil {
		ctx = pprof.WithLabels(context.Background(), pprof.Labels("task", s.tasks[h.Task].Name))
		s.labels[h.Task] = ctx
	}
	pprof.SetGoroutineLabels(ctx)
	return ctx, bare
}

// bare takes all labels off.
func bare() { pprof.SetGoroutineLabels(context.Background()) }
