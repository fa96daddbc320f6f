package runtime

import (
	"context"
	"runtime/trace"
)

// SubmitAll submits n calls to ex, in order; call(i) returns the one with number i,
// the same whenever it is called. A [Pool] takes them all under one lock, unless its
// queue is bounded.
//
// It is for generated code only; programs call SubmitAllX.
func SubmitAll(ctx context.Context, ex Executor, n int, call func(i int) Call) {
	if p, ok := ex.(*Pool); ok && n > 1 && p.submitAll(n, call) {
		return
	}
	for i := range n {
		ex.Submit(ctx, call(i))
	}
}

// submitAll queues n calls at once, or reports false and has done nothing.
func (p *Pool) submitAll(n int, call func(i int) Call) bool {
	if !p.ready.Load() {
		p.prepare()
	}
	if trace.IsEnabled() { // not under the lock: it asks the user's context
		for i := range n {
			call(i).Record().trace()
		}
	}
	err := p.queue.PushAll(n, func(i int) Call {
		c := call(i)
		c.Record().Attach(&p.hooks)
		return c
	})
	if err == nil {
		p.kickPushed()
	}
	return err == nil
}
