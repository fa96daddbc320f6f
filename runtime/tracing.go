package runtime

import "runtime/trace"

// trace makes the call a task of the execution trace, from now to its outcome. The
// context of the trace's task takes the place of the submit context, so that the
// regions, logs and calls of the task belong to it. It must be called before the
// call becomes visible to another goroutine.
func (r *Record) trace() {
	ctx, task := trace.NewTask(r.ctx, shortName(r.Task().Name))
	r.ctx = ctx
	r.onDone(task.End)
}
