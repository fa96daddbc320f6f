package runtime

import (
	"context"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
)

// labels are the pprof labels of the goroutines that run a pool's calls: they
// say in a profile, or in a list of goroutines, whose time it is. Putting some on
// costs about 20 ns, a tenth of a short call, so a worker does it only when the
// task is not that of the call before.
type labels struct {
	pool string // the pool's name, or empty; written before the first call, then read only

	mu   sync.Mutex                        // held by whoever replaces made
	made atomic.Pointer[[]context.Context] // by number of the task; nil where there is none yet
}

// of returns a context that has the labels of r's task, and no others.
func (l *labels) of(r *Record) context.Context {
	id := r.meta & taskMask
	if made := l.made.Load(); made != nil && int(id) < len(*made) && (*made)[id] != nil {
		return (*made)[id]
	}
	return l.add(id)
}

// add makes the labels of a task unless somebody was faster.
func (l *labels) add(id uint32) context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	var made []context.Context
	if old := l.made.Load(); old != nil {
		made = slices.Clone(*old)
	}
	made = append(made, make([]context.Context, max(0, int(id)+1-len(made)))...)
	if made[id] == nil {
		made[id] = pprof.WithLabels(context.Background(), l.set(taskByID(id)))
		l.made.Store(&made)
	}
	return made[id]
}

func (l *labels) set(t *Task) pprof.LabelSet {
	if l.pool == "" {
		return pprof.Labels("task", t.Name)
	}
	return pprof.Labels("pool", l.pool, "task", t.Name)
}

// wear labels the worker's goroutine for r, unless it wears these already.
func (w *worker) wear(l *labels, r *Record) {
	if worn := r.meta&taskMask + 1; w.worn != worn {
		w.worn = worn
		pprof.SetGoroutineLabels(l.of(r))
	}
}

// undress forgets what w wears if the task of r may have changed it.
func (w *worker) undress(r *Record) {
	if s := r.side.Load(); s != nil && s.relabeled.Load() {
		w.worn = 0
	}
}

// labelsValue answers a task that asks its context for pprof labels, as pprof.Do
// and pprof.SetGoroutineLabels do: those of the submit context with the pool's and
// the task's own. What the task makes of them stays on the goroutine. (The any is
// that of context.Context; no call comes by here unless its task asks.)
func (r *Record) labelsValue() any {
	r.sideBlock().relabeled.Store(true)
	if r.ctx.Value(labelsKey) == nil {
		return r.hooks.labels.of(r).Value(labelsKey)
	}
	return pprof.WithLabels(r.ctx, r.hooks.labels.set(r.Task())).Value(labelsKey)
}

// labelsKey is the key under which contexts carry pprof labels. It has no name
// outside of pprof, but WithLabels asks the context for it. (It is an any since keys of
// contexts are; it is compared with, on the path of no call.)
var labelsKey = func() any {
	spy := &keySpy{Context: context.Background(), key: new(int)} // a key that nobody has, should pprof ask no more
	pprof.WithLabels(spy, pprof.Labels())
	return spy.key
}()

// A keySpy is a context that keeps the key it was asked for, an any as all of them. It
// is used once, while the package is initialised.
type keySpy struct {
	context.Context
	key any
}

func (s *keySpy) Value(key any) any {
	s.key = key
	return nil
}
