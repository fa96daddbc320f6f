package process

import "time"

// spent reports whether the process has done what it may, after a call. One
// that has done nothing yet is not spent, or a limit that no process keeps
// would have them replaced for ever.
func (w *worker) spent() bool {
	c := &w.pool.config
	switch {
	case w.spoilt:
		return true
	case w.calls == 0:
		return false
	}
	return c.MaxTasks > 0 && w.calls >= c.MaxTasks ||
		c.MaxAge > 0 && time.Since(w.proc.started) >= c.MaxAge ||
		c.RecycleMemory > 0 && w.proc.residentNow() > c.RecycleMemory
}

// nearsEnd reports whether it is time to start the successor of w, which has
// just been sent a call: at the latest with the last one, and earlier if the
// calls that wait will be done by this process before another one can be ready.
// w.hold is held.
func (w *worker) nearsEnd() bool {
	c := &w.pool.config
	if c.MaxTasks == 0 && c.MaxAge == 0 && c.RecycleMemory == 0 {
		return false
	}
	now := time.Now()
	if w.calls == 0 {
		w.began = now
	}
	left := c.MaxTasks - w.calls // calls, with the one that runs
	if left == 1 {
		return true
	}
	if w.pool.queue.Len() == 0 || w.calls == 0 {
		return false
	}
	lead := w.pool.starts.lead()
	return left > 0 && time.Duration(left)*now.Sub(w.began)/time.Duration(w.calls) <= lead ||
		c.MaxAge > 0 && now.Sub(w.proc.started)+lead >= c.MaxAge ||
		c.RecycleMemory > 0 && w.proc.resident.Load() > c.RecycleMemory/10*9
}
