package process

import (
	"time"

	"github.com/offing-go/offing/runtime"
)

// spent reports whether the process has done what it may, after a call. One
// that has done nothing yet is not spent, or a limit that no process keeps
// would have them replaced for ever.
func (w *worker) spent() bool {
	c := &w.pool.config
	if w.spoilt.Load() {
		return true
	}
	if !c.recycles() {
		return false
	}
	calls := w.completed()
	return calls > 0 && (c.MaxTasks > 0 && calls >= c.MaxTasks ||
		c.MaxAge > 0 && time.Since(w.proc.started) >= c.MaxAge ||
		c.RecycleMemory > 0 && w.proc.residentNow() > c.RecycleMemory)
}

// nearsEnd reports whether it is time to start the successor of w, which has
// just been sent a call: at the latest with the last one, and earlier if the
// calls that wait will be done by this process before another one can be ready.
// w.hold is held.
func (w *worker) nearsEnd() bool {
	c := &w.pool.config
	if !c.recycles() {
		return false
	}
	now, calls, has := time.Now(), w.completed(), w.has()
	if calls == 0 && has == 1 {
		w.began = now
	}
	left := c.MaxTasks - calls // calls, with those that it has
	if left == has {
		return true
	}
	if w.pool.queue.Len() == 0 || calls == 0 {
		return false
	}
	lead := w.pool.starts.lead()
	return left > 0 && time.Duration(left)*now.Sub(w.began)/time.Duration(calls) <= lead ||
		c.MaxAge > 0 && now.Sub(w.proc.started)+lead >= c.MaxAge ||
		c.RecycleMemory > 0 && w.proc.resident.Load() > c.RecycleMemory/10*9
}

// recycles reports whether workers are replaced between two calls.
func (c *Config) recycles() bool { return c.MaxTasks > 0 || c.MaxAge > 0 || c.RecycleMemory > 0 }

// spoiled notes whether the process is of no use any more, after call r.
func (w *worker) spoiled(r *runtime.Record) {
	if r.Discarded() {
		w.spoilt.Store(true)
	}
}

// has returns how many calls the process has.
func (w *worker) has() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.line.len()
}

// full reports whether w takes no call that would begin at once: who thinks that it does
// and finds the queue not empty tries again.
func (w *worker) full() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, n := &w.pool.config, w.line.len()
	return w.doomed || w.spoilt.Load() || n >= c.TasksPerWorker || c.MaxTasks > 0 && w.calls+n >= c.MaxTasks
}

// completed returns how many calls the process has completed.
func (w *worker) completed() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}
