package runtime

import "context"

// A WaitMode says when [Wait] returns.
type WaitMode int

// The modes of [Wait].
const (
	FirstCompleted WaitMode = iota // when one has settled, however
	FirstFailed                    // when one has failed; a canceled one has not
	AllCompleted                   // when all have settled
)

// Wait waits until the futures are as mode says, all have settled, or ctx ends.
// It returns those that have settled and those that have not, each in the
// order given, repeated ones once. err is the cause of ctx if that ended the
// wait, else nil: failures of calls are no error of Wait.
func Wait[T any](ctx context.Context, mode WaitMode, futures ...*Future[T]) (done, pending []*Future[T], err error) {
	c := newCompletion(futures)
	defer c.stop()
	for i := range c.futures {
		f := c.next(ctx, i)
		if f == nil {
			err = context.Cause(ctx)
			break
		}
		if mode == FirstCompleted || mode == FirstFailed && f.State() == Failed {
			break
		}
	}
	for _, f := range c.futures {
		if f.State().Settled() {
			done = append(done, f)
		} else {
			pending = append(pending, f)
		}
	}
	return done, pending, err
}
