package child

import (
	"fmt"
	"runtime/debug"
	"runtime/pprof"

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

// run runs one call, which has begun, and sends what came of it. Only a pipe that
// cannot be written is an error.
func (s *server) run(l *lane, h frame.Header, args []byte) (err error) {
	ctx := l.current.Load()
	pprof.SetGoroutineLabels(ctx.from.base)
	returned := false
	defer func() {
		ctx.finish()
		s.read(&h)
		if returned {
			return
		}
		err = s.fail(h, panicOf(recover()), 0)
		bare()
	}()
	if h.Has(frame.Shared) {
		l.message.StartShared(args)
	} else {
		l.message.Start(args)
	}
	if h.Has(frame.Batch) {
		err = s.runBatch(l, ctx, h)
	} else {
		err = s.runOne(l, ctx, h)
	}
	returned = true
	return err
}

// runOne runs one call. Its reply is encoded where it is sent from.
func (s *server) runOne(l *lane, ctx *callContext, h frame.Header) error {
	t, err := s.lookup(h)
	if err != nil {
		return s.fail(h, err, frame.NotStarted)
	}
	room, shared := l.replyRoom()
	reply, err := t.Handler(ctx, &l.message, frame.Begin(room))
	return s.answer(l, h, reply, room, shared, err)
}

// answer sends what a handler returned, which appended it to room.
func (s *server) answer(l *lane, h frame.Header, reply, room []byte, shared bool, err error) error {
	if err != nil {
		return s.fail(h, err, frame.NotStarted)
	}
	n := len(reply) - frame.HeaderSize
	if n > s.limit {
		return s.fail(h, tooLong(n, s.limit), 0)
	}
	out := frame.Header{Kind: frame.Outcome, Flags: frame.Last, ID: h.ID}
	if short, ok := l.share(reply, room, shared); ok {
		out.Flags |= frame.Shared
		return s.send(h, short, out)
	}
	if n <= rowSize && len(s.running.lanes) == 1 && !h.Has(frame.Direct) && !s.spoilt.Load() { // as in rowRun.run
		return s.out.outcome(h.ID, reply[frame.HeaderSize:], !s.in.Buffered())
	}
	return s.send(h, reply, out)
}

func tooLong(n, limit int) error {
	return &lengthError{fmt.Errorf("%w: %d bytes, at most %d are allowed", frame.ErrTooLong, n, limit)}
}

// runBatch runs a batch and puts each outcome into the outbox before the next item
// starts.
func (s *server) runBatch(l *lane, ctx *callContext, h frame.Header) error {
	t, err := s.lookup(h)
	if err != nil {
		return s.fail(h, err, frame.NotStarted)
	}
	y := &l.tray
	y.begin(l, ctx)
	switch err = t.Batch(ctx, &l.message, y); {
	case err != nil:
		return s.fail(h, err, frame.NotStarted)
	case y.unsent != nil:
		return y.unsent
	case y.tooLong != nil && ctx.Err() == nil:
		return s.fail(h, y.tooLong, 0)
	}
	return s.send(h, frame.Begin(nil), frame.Header{Kind: frame.End, Flags: frame.Last, ID: h.ID})
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
