package runtime

import (
	"fmt"
	goruntime "runtime"
	"runtime/debug"
	"sync/atomic"
)

// A PanicError is the detail of [ErrPanic]: what a task panicked with and
// where. Value is the text of the panic value; the value itself is not kept, as
// it may be anything, and on a worker process it is elsewhere.
type PanicError struct {
	Value string
	Stack []byte // as debug.Stack prints it; not part of Error()
}

// Error returns the panic value's text.
func (e *PanicError) Error() string { return ErrPanic.Error() + ": " + e.Value }

// Is reports whether target is ErrPanic.
func (e *PanicError) Is(target error) bool { return target == ErrPanic }

// goexit is the value of a PanicError for a task that did not return but
// called runtime.Goexit, as t.FailNow does.
const goexit = "runtime.Goexit called"

// newPanicError describes a recovered value; call it while the stack of the
// panic is still there.
func newPanicError(text string) *PanicError {
	return &PanicError{Value: text, Stack: debug.Stack()}
}

// PanicText returns the text of a panic value. Its Error or String method may
// panic in turn, which fmt survives, and so may that of what it panics with,
// which fmt does not.
//
// It is for executors only.
func PanicText[V any](v V) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("a %T, whose text panics", v)
		}
	}()
	return fmt.Sprint(v)
}

// recovered settles a running call that ended without returning: by a panic
// with that text, or by runtime.Goexit.
func (r *Record) recovered(text string, panicked bool) {
	p := newPanicError(text)
	if !r.claimRunning() {
		// The call was canceled and nobody will look at how its task ended. A
		// Goexit is then as good as a return; a panic is not.
		if panicked {
			r.reportLate(p)
		}
		return
	}
	r.reportUnobserved(p)
	r.publish(failed, r.taskError(running, p), nil)
}

// reportLate logs a panic of a call that was settled by something else.
func (r *Record) reportLate(p *PanicError) {
	r.logger().Error("offing: task panicked after its call was canceled",
		"task", r.Task().Name, "panic", p.Value, "stack", string(p.Stack))
}

// A panicReport is a panic that nobody has seen yet.
type panicReport struct {
	seen atomic.Bool // set by whoever asks for the outcome
}

// reportUnobserved arranges for p to be logged if the call becomes garbage
// before anybody asked for its outcome (G8). golang/go#53757 is the history
// behind it: errgroup propagated panics to Wait, and had to take that back
// since a panic that surfaces late, or never, hides the crash.
func (r *Record) reportUnobserved(p *PanicError) {
	report := &panicReport{}
	s := r.sideBlock()
	s.mu.Lock()
	s.panicked = report
	s.mu.Unlock()
	log, task := r.logger(), r.Task().Name
	goruntime.AddCleanup(s, func(report *panicReport) {
		if !report.seen.Load() {
			log.Error("offing: task panicked and nobody looked at its result",
				"task", task, "panic", p.Value, "stack", string(p.Stack))
		}
	}, report)
}

// observe notes that somebody asked for the outcome.
func (s *side) observe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.panicked != nil {
		s.panicked.seen.Store(true)
	}
}

// guard runs a callback and reports its panic.
func (r *Record) guard(run func()) {
	defer func() {
		if v := recover(); v != nil {
			r.logger().Error("offing: callback panicked",
				"task", r.Task().Name, "panic", PanicText(v), "stack", string(debug.Stack()))
		}
	}()
	run()
}
