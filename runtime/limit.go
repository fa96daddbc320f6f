package runtime

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Limit returns an executor that passes at most n calls to ex in a stretch of
// time per, but for the jitter of timers: items of a Map or Stream count one by
// one. Submit waits for its turn, in order, until its context ends.
// Under [NonBlocking] outside of it a call that would wait fails with
// [ErrQueueFull]. n must be at least 1 and per positive; a Limit that is
// neither refuses every call with an error that says so.
func Limit(ex Executor, n int, per time.Duration) Executor {
	if n < 1 || per <= 0 {
		return &decorator{inner: ex, submit: func(_ context.Context, c Call) { c.Record().Fail(errLimit) }}
	}
	l := &limiter{per: per, passed: make([]time.Time, n)}
	return &decorator{inner: ex, counts: true, submit: func(ctx context.Context, c Call) {
		if l.wait(ctx, c.Record()) {
			ex.Submit(ctx, c)
		}
	}}
}

// errLimit is what a call gets from a Limit that makes no sense.
var errLimit = errors.New("offing: Limit needs n of at least 1 and a positive duration")

// A limiter remembers when the last n calls passed, or will: the next may pass
// when the oldest of them is per ago. A reservation given up by a context that
// ended is not handed on; the turn is lost, the bound holds.
type limiter struct {
	per time.Duration

	mu     sync.Mutex
	passed []time.Time // guarded by mu: a ring of the last n turns
	next   int         // guarded by mu: index of the oldest
}

// wait reports whether c may pass; if not, it has settled it.
func (l *limiter) wait(ctx context.Context, r *Record) bool {
	pausing, ok := l.reserve(MayWait(ctx))
	switch {
	case !ok:
		r.Fail(ErrQueueFull)
		return false
	case pausing > 0:
		defer enterWait(ctx)()
		if !pause(ctx, pausing) {
			r.end(endedBy(ctx))
			return false
		}
	}
	return true
}

// reserve takes the next turn and returns how long it is until then.
func (l *limiter) reserve(mayWait bool) (pausing time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	turn := now
	if oldest := l.passed[l.next]; !oldest.IsZero() && oldest.Add(l.per).After(now) {
		turn = oldest.Add(l.per)
	}
	if turn.After(now) && !mayWait {
		return 0, false
	}
	l.passed[l.next] = turn
	l.next = (l.next + 1) % len(l.passed)
	return turn.Sub(now), true
}
