package process

import (
	"context"

	"github.com/offing-go/offing/runtime/internal/shm"
)

// BriskWorkers returns how many workers count as brisk, and how many should.
func BriskWorkers(p *Pool) (count, are int) {
	for _, w := range p.snapshot() {
		w.mu.Lock()
		if w.brisk {
			are++
		}
		w.mu.Unlock()
	}
	return int(p.brisk.Load()), are
}

// Places returns how many workers have a place. One that is one too many keeps it until its
// process is gone and its goroutine has ended, a moment after Workers does not show it.
func Places(p *Pool) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.places
}

// SetProcessors has p, which has had no call yet, take the machine for one with n processors.
func SetProcessors(p *Pool, n int) { p.processors = int32(n) }

// Answered reports whether each worker has said of the last call that it replied to it, on
// the pipe for those who wait.
func Answered(p *Pool) bool {
	for _, w := range p.snapshot() {
		w.hold.Lock()
		answered := w.proc != nil && w.proc.board.AwaitAnswer(new(shm.Vigil), w.ids)
		w.hold.Unlock()
		if !answered {
			return false
		}
	}
	return true
}

// Watches reports whether each worker watches ctx for all of its calls that have it.
func Watches(p *Pool, ctx context.Context) bool {
	done := ctx.Done()
	for _, w := range p.snapshot() {
		w.mu.Lock()
		watches := w.watch.done == done
		w.mu.Unlock()
		if !watches {
			return false
		}
	}
	return true
}

// Pending returns how many calls are on the books of p.
func Pending(p *Pool) int64 { return p.pending() }

// OpenGauge opens and closes the gauge of a process.
func OpenGauge(pid int) error {
	g, err := openGauge(pid)
	g.close()
	return err
}
