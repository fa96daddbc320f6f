package process

import (
	"errors"
	"time"

	"github.com/offing-go/offing/runtime"
)

// maxReturns bounds how often a call that no worker began is handed to
// another one.
const maxReturns = 5

// queued is a call on its way to a worker.
type queued struct {
	call   runtime.Call
	record *runtime.Record // call.Record()
	past   *past           // nil unless it was on a worker that died
}

func (q queued) priority() int { return q.record.Priority() }

// past is what happened to a call on workers that died.
type past struct {
	returns    int     // times that it came back although it may have been the cause
	suspicions []error // how they died, one for each of these times
	causes     []error // one for each time that it was lost
	tries      int     // retries used, by its workers and by us
}

// history returns the past of q and makes one if need be.
func (q *queued) history() *past {
	if q.past == nil {
		q.past = &past{}
	}
	return q.past
}

// batched is implemented by calls whose arguments are for Task.Batch.
type batched interface {
	Batch() bool
	Delivered() int
	Took(time.Duration)
}

// batch reports whether the call's arguments are for Task.Batch.
func (q *queued) batch() bool {
	b, ok := q.call.(batched)
	return ok && b.Batch()
}

// delivered returns how many items of a batch have an outcome. Only the owner of the
// worker may ask.
func (q *queued) delivered() int {
	if b, ok := q.call.(batched); ok {
		return b.Delivered()
	}
	return 0
}

// lost is the error of a call that is given up: what became of the workers
// that ran it, or seem to have died of it.
func (p *past) lost() error {
	causes := append(p.causes, p.suspicions...)
	if len(causes) == 1 {
		return causes[0]
	}
	return errors.Join(causes...)
}

// drop lets go of the arguments of a call that is settled: the future would pin
// them. Run does nothing else for such a call.
func (q *queued) drop() {
	if q.record.Settled() {
		q.call.Run()
	}
}
