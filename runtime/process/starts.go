package process

import (
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/offing-go/offing/runtime"
)

// maxFailures is how many starts in a row may fail before the queued calls are
// given up, and spares until the next submit.
const maxFailures = 3

// usefulLife is how long a process that waits has to live to count as one that
// started well.
const usefulLife = time.Second

// starts paces the starts of a pool's processes.
type starts struct {
	mu       sync.Mutex
	failures int           // guarded by mu; in a row, of all workers
	next     time.Time     // guarded by mu; no start before
	took     time.Duration // guarded by mu; the last start that succeeded
}

// errSpareDied is a process that said hello, had no call, and died.
var errSpareDied = errors.New("a spare worker process died")

// timed notes how long a start took.
func (s *starts) timed(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took = d
}

// lead returns how long before its need a process should be started: others
// compete for the processors, and a start that is too late costs more than one
// that is too early.
func (s *starts) lead() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return 2 * s.took
}

// succeeded notes that a process is of use.
func (s *starts) succeeded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = 0
}

// failed notes that one is not, and reports whether to give up.
func (s *starts) failed(err error) (hopeless bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = time.Now().Add(runtime.Backoff(s.failures))
	s.failures++
	var mismatch *mismatchError
	return s.failures >= maxFailures || errors.As(err, &mismatch)
}

// pause returns how long to wait before the next start.
func (s *starts) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failures == 0 {
		return 0
	}
	return time.Until(s.next)
}

// awaitStart waits until a process may be started. It reports false if the
// pool was closed.
func (p *Pool) awaitStart() bool {
	pause := p.starts.pause()
	if pause <= 0 {
		return !p.killed()
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.closing:
		return false
	}
}

// started takes the outcome of a start of w. That of a spare says nothing yet: it
// may die before it is of any use. When starts are hopeless and nobody else
// serves, what is queued fails; a later submit tries again.
func (p *Pool) started(w *worker, err error) {
	if err != nil {
		p.startFailed(w, err)
		return
	}
	p.mu.Lock()
	defer p.release()
	w.ready = true
	if w.placed {
		p.starts.succeeded()
	}
	p.replenishLocked()
}

func (p *Pool) startFailed(w *worker, err error) {
	p.mu.Lock()
	hopeless := p.starts.failed(err)
	w.ready = false
	awaited := w.spare || w.placed
	switch {
	case w.spare:
		p.takeSpareLocked(w)
		p.wasted++
	case len(p.spares) > 0:
		p.succeedLocked(w)
	}
	if hopeless {
		p.setFreeLocked(w) // for those who serve, or to fail with the others
	}
	served := slices.ContainsFunc(p.workers, func(w *worker) bool { return w.ready })
	p.release()
	if awaited && !p.killed() {
		p.report(slog.LevelWarn, "offing: worker process did not start", slog.Any("error", err))
	}
	if hopeless && !served {
		p.flush(func(r *runtime.Record) { failAside(r, &brokenError{err}) })
	}
}

// flush has the calls settled that are queued now.
func (p *Pool) flush(settle func(*runtime.Record)) {
	for range p.queue.Len() {
		q, ok := p.queue.Pop()
		if !ok {
			return
		}
		settle(q.record)
		q.drop()
		p.finished()
	}
}
