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
	passed []time.Time // guarded by mu: a ring of the last n times
	next   int         // guarded by mu: index of the oldest
	line   []*place    // guarded by mu
	timers uint64      // guarded by mu: how many were made; the last one counts
}

// A place is where one stands in the line.
type place struct {
	turn  chan struct{} // closed when it is his
	timer *time.Timer   // written before others see the place: of one who came first; else nil
}

// wait reports whether a call may pass; if not, it has settled it.
func (l *limiter) wait(ctx context.Context, r *Record) bool {
	at, ok := l.enter(MayWait(ctx))
	switch {
	case !ok:
		r.Fail(ErrQueueFull)
		return false
	case at == nil:
		return true
	}
	defer enterWait(ctx)()
	select {
	case <-at.turn:
		return true
	case <-ctx.Done():
	}
	if l.leave(at) {
		r.end(endedBy(ctx))
		return false
	}
	return true // it was the turn at the last moment; ex looks at the context itself
}

// enter takes a turn if there is one, and a place in the line otherwise. It
// reports false if the caller must not wait.
func (l *limiter) enter(mayWait bool) (at *place, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.line) == 0 && l.passLocked() {
		return nil, true
	}
	if !mayWait {
		return nil, false
	}
	at = &place{turn: make(chan struct{})}
	if len(l.line) == 0 {
		at.timer = l.timeLocked()
	}
	l.line = append(l.line, at)
	return at, true
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

// timeLocked arranges for the head of the line to be admitted, by a timer of its own: one
// that was made in a synctest bubble must not be set again or stopped outside of it, and
// one from outside does not go by the clock of a bubble.
func (l *limiter) timeLocked() *time.Timer {
	l.timers++
	number := l.timers
	return time.AfterFunc(l.leftLocked(), func() { l.admit(number) })
}

// admit lets those pass whose turn it is. It does nothing for a timer that is not the last:
// each would be followed by another.
func (l *limiter) admit(timer uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if timer != l.timers {
		return
	}
	for len(l.line) > 0 && l.passLocked() {
		close(l.line[0].turn)
		l.line = slices.Delete(l.line, 0, 1)
	}
	if len(l.line) > 0 {
		l.timeLocked()
	}
}

// leave takes a place out of the line and reports whether it was there. The timer goes on
// for those behind it; without any it is stopped by the one who has made it, or it runs out.
func (l *limiter) leave(at *place) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.line, at)
	if i < 0 {
		return false
	}
	l.line = slices.Delete(l.line, i, i+1)
	if len(l.line) == 0 && at.timer != nil {
		at.timer.Stop()
	}
	return true
}
