package runtime

import (
	"context"
	"runtime/trace"
)

// submitCalls submits n calls to ex, in order; call(i) returns the one with number i,
// and is called once for each. A [Pool] takes them all under one lock, unless its
// queue is bounded or an execution trace is taken: to begin the trace of a call asks
// the user's context, which must not happen under a lock.
func submitCalls(ctx context.Context, ex Executor, n int, call func(i int) Call) {
	if p, ok := ex.(*Pool); ok && n > 1 && !trace.IsEnabled() && p.submitAll(n, call) {
		return
	}
	for i := range n {
		ex.Submit(ctx, call(i))
	}
}

// submitAll queues n calls at once, or reports false and has done nothing: PushAll
// asks for no call then.
func (p *Pool) submitAll(n int, call func(i int) Call) bool {
	if !p.ready.Load() {
		p.prepare()
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
