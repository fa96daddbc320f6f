package runtime

import "context"

// Then returns a future of fn applied to the result of f. fn runs once f has
// succeeded, on the goroutine that settles f, or at once, on that of the caller, if f has
// settled; so it should be quick; for more, submit a task from it. If f fails, the new future fails with the same error
// and fn is not called. A panic in fn becomes a *[PanicError]. Canceling the new
// future does not cancel f.
func Then[T, U any](f *Future[T], fn func(T) (U, error)) *Future[U] {
	p := new(Promise[U])
	p.Init(context.Background(), noTask)
	p.Record().Attach(f.record.hooks) // its callbacks, and its panics, are of the same executor
	f.record.onDone(func() {
		if !p.Start() {
			return
		}
		defer p.Recover()
		if err := f.record.outcome(); err != nil {
			if q, ok := remotePanic(err); ok { // seen by us, not by anybody who can tell
				p.Record().reportUnobserved(q)
			}
			var zero U
			p.Settle(zero, err)
			return
		}
		p.Settle(fn(f.value))
	})
	return p.Future()
}
