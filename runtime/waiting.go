package runtime

import "context"

// Waiting returns what a caller that does nothing but wait for his call submits it to:
// ex, or an executor that stands for it and whose Submit may return only when the call
// is settled. A caller that waits itself saves those who would wake it.
//
// A task that waits for a call of another pool gets ex: its slot is given back while it
// waits, see [Future.Result].
//
// It is for generated code only.
func Waiting(ctx context.Context, ex Executor) Executor {
	if w, ok := ex.(waiter); ok && ctx != nil && recordOf(ctx) == nil {
		return w.Waiting()
	}
	return ex
}

// A waiter is an executor that has another one for those who wait. Decorators are none:
// what they do would be left out.
type waiter interface{ Waiting() Executor }
