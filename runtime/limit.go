package runtime

import (
	"context"
	"errors"
	"slices"
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

// A limiter remembers when the last n calls passed: the next may pass when the
// oldest of them is per ago. Those that wait stand in a line, and its head alone
// is timed, so that one who leaves takes no turn with him.
type limiter struct {
	per time.Duration

	mu     sync.Mutex
	passed []time.Time     // guarded by mu: a ring of the last n times
	next   int             // guarded by mu: index of the oldest
	line   []chan struct{} // guarded by mu: closed when it is their turn
	timer  *time.Timer     // guarded by mu: of the head of the line; nil until there was one
}

// wait reports whether a call may pass; if not, it has settled it.
func (l *limiter) wait(ctx context.Context, r *Record) bool {
	turn, ok := l.enter(MayWait(ctx))
	switch {
	case !ok:
		r.Fail(ErrQueueFull)
		return false
	case turn == nil:
		return true
	}
	defer enterWait(ctx)()
	select {
	case <-turn:
		return true
	case <-ctx.Done():
	}
	if l.leave(turn) {
		r.end(endedBy(ctx))
		return false
	}
	return true // it was the turn at the last moment; ex looks at the context itself
}

// enter takes a turn if there is one, and a place in the line otherwise. It
// reports false if the caller must not wait.
func (l *limiter) enter(mayWait bool) (turn chan struct{}, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.line) == 0 && l.passLocked() {
		return nil, true
	}
	if !mayWait {
		return nil, false
	}
	turn = make(chan struct{})
	l.line = append(l.line, turn)
	if len(l.line) == 1 {
		l.timeLocked()
	}
	return turn, true
}

// passLocked takes a turn if there is one.
func (l *limiter) passLocked() bool {
	if l.leftLocked() > 0 {
		return false
	}
	l.passed[l.next] = time.Now()
	l.next = (l.next + 1) % len(l.passed)
	return true
}

// leftLocked returns how long it is until the next turn.
func (l *limiter) leftLocked() time.Duration {
	if l.passed[l.next].IsZero() {
		return 0
	}
	left := time.Until(l.passed[l.next].Add(l.per))
	if left > l.per {
		return 0 // a call of the future: now is another time, in a synctest bubble
	}
	return left
}

// timeLocked arranges for the head of the line to be admitted.
func (l *limiter) timeLocked() {
	if l.timer == nil {
		l.timer = time.AfterFunc(l.leftLocked(), l.admit)
	} else {
		l.timer.Reset(l.leftLocked())
	}
}

// admit lets those pass whose turn it is.
func (l *limiter) admit() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.line) > 0 && l.passLocked() {
		close(l.line[0])
		l.line = slices.Delete(l.line, 0, 1)
	}
	if len(l.line) > 0 {
		l.timeLocked()
	}
}

// leave takes a place out of the line and reports whether it was there.
func (l *limiter) leave(turn chan struct{}) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.line, turn)
	if i >= 0 {
		l.line = slices.Delete(l.line, i, i+1)
	}
	return i >= 0
}
