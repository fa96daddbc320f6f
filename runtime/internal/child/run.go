package child

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
)

// lengthError says that a reply is too long to send.
type lengthError struct{ err error }

func (e *lengthError) Error() string {
	return "result " + runtime.ErrEncoding.Error() + ": " + e.err.Error()
}

func (e *lengthError) Unwrap() error { return runtime.ErrEncoding }

// lookup returns the task that h names, or an error for the pool.
func (s *server) lookup(h frame.Header) (*runtime.Task, error) {
	if int64(h.Task) >= int64(len(s.tasks)) {
		return nil, fmt.Errorf("%w: no task %d", runtime.ErrEncoding, h.Task)
	}
	return s.tasks[h.Task], nil
}

// runOne runs one call. Its reply is encoded where it is sent from.
func (s *server) runOne(ctx context.Context, h frame.Header, args []byte) error {
	t, err := s.lookup(h)
	if err != nil {
		return s.fail(h, err, frame.NotStarted)
	}
	reply, err := t.Handler(ctx, s.in.Message(args), frame.Begin(s.buf))
	if err != nil {
		return s.fail(h, err, frame.NotStarted)
	}
	defer s.reuse(reply)
	if n := len(reply) - frame.HeaderSize; n > s.limit {
		return s.fail(h, tooLong(n, s.limit), 0)
	}
	return s.send(reply, frame.Header{Kind: frame.Outcome, Flags: frame.Last, ID: h.ID})
}

func tooLong(n, limit int) error {
	return &lengthError{fmt.Errorf("%w: %d bytes, at most %d are allowed", frame.ErrTooLong, n, limit)}
}

// A sendError is a pipe that cannot be written, as opposed to what a task may
// return.
type sendError struct{ error }

// runBatch runs a batch and sends each outcome before the next item starts.
func (s *server) runBatch(ctx context.Context, h frame.Header, args []byte) error {
	t, err := s.lookup(h)
	if err != nil {
		return s.fail(h, err, frame.NotStarted)
	}
	started := frame.NotStarted
	var out []byte
	err = t.Batch(ctx, s.in.Message(args), s.buf, func(reply []byte) error {
		started = 0
		if len(reply) > s.limit {
			return tooLong(len(reply), s.limit)
		}
		out = append(frame.Begin(out[:0]), reply...)
		if err := s.send(out, frame.Header{Kind: frame.Outcome, ID: h.ID}); err != nil {
			return sendError{err}
		}
		return context.Cause(ctx) // ended: the other items do not start
	})
	switch lost, unsent := err.(sendError); {
	case unsent:
		return lost.error
	case ctx.Err() != nil:
	case err != nil:
		return s.fail(h, err, started)
	}
	return s.send(frame.Begin(out[:0]), frame.Header{Kind: frame.End, Flags: frame.Last, ID: h.ID})
}

// panicOf describes what ended a task that did not return; v is nil after
// runtime.Goexit.
func panicOf[V any](v V) error {
	text := runtime.PanicText(v)
	if text == "<nil>" {
		text = "runtime.Goexit called"
	}
	return &runtime.PanicError{Value: text, Stack: debug.Stack()}
}
