package child

import (
	"runtime/pprof"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/part"
)

// rowSize is the length up to which an outcome goes into a row: the copy is nothing then,
// and the header would be most of it.
const rowSize = 1 << 10

// outcome is put for the outcome of call id, of at most rowSize bytes, from a worker with
// one lane. Those of calls in a row share a frame.
//
// What is open is not lent to the lane, as that of a batch is: somebody waits for each of
// these, so the timer must be able to write them whatever runs meanwhile.
func (o *outbox) outcome(id uint64, b []byte, hurry bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stint.count++
	o.takeLocked()
	o.roomLocked(before + len(b))
	if o.next != id {
		o.openRowLocked(id)
	}
	part.PutLength(o.board.outbox[o.n:], len(b), false)
	o.n += part.LengthSize
	o.next = id + 1
	o.appendLocked(b)
	o.writeSoonLocked(hurry)
	return o.err
}

// openRowLocked opens a row that begins with call id.
func (o *outbox) openRowLocked(id uint64) {
	o.closeLocked()
	frame.Put(o.board.outbox[o.n:], frame.Header{Kind: frame.Outcomes, ID: id}, 0)
	o.open = o.n
	o.board.words[wordOpen].Store(o.base + uint64(o.n))
	o.n += frame.HeaderSize
}

// A rowRun is calls in a row on their way through their task's handler.
type rowRun struct {
	lane *lane
	task *runtime.Task
	h    frame.Header // of the call that runs
	from *origin      // of the contexts of all of them; nil if each has its own
}

// runRow is run for call h, which has begun, and for those behind it in its row: they are
// of one task, so that what they have in common is done once.
func (s *server) runRow(l *lane, h frame.Header, args []byte) (err error) {
	t, err := s.lookup(h)
	if err != nil {
		return s.run(l, h, args)
	}
	ctx := l.current.Load()
	r := rowRun{lane: l, task: t, h: h}
	if t.Retries == 0 {
		r.from = ctx.from
	}
	returned := false
	defer func() {
		if returned {
			return
		}
		l.current.Load().finish()
		err = s.fail(r.h, panicOf(recover()), 0)
		bare()
	}()
	for ctx != nil && err == nil {
		if err = r.run(ctx, args); err == nil {
			ctx, args, err = r.next()
		}
	}
	returned = true
	return err
}

// run runs the call of ctx.
func (r *rowRun) run(ctx *callContext, args []byte) error {
	l, s := r.lane, r.lane.server
	pprof.SetGoroutineLabels(ctx.from.base) // each time: a task may leave its own
	l.message.Start(args)
	room, shared := l.replyRoom()
	reply, err := r.task.Handler(ctx, &l.message, frame.Begin(room))
	if n := len(reply) - frame.HeaderSize; err == nil && n <= rowSize && !shared && !s.spoilt.Load() {
		l.last = len(reply)
		l.reuse(reply)
		err = s.out.outcome(ctx.id, reply[frame.HeaderSize:], !s.in.Buffered())
	} else {
		err = s.answer(l, r.h, reply, room, shared, err)
	}
	ctx.finish()
	return err
}

// next begins the next call in the row and returns its context; nil if there is none.
func (r *rowRun) next() (ctx *callContext, args []byte, err error) {
	l, s := r.lane, r.lane.server
	for s.in.InRow() && !s.spoilt.Load() {
		r.h.ID, args = s.in.NextInRow()
		if s.board.Begin(r.h.ID) {
			from := r.from
			if from == nil {
				from = l.origin(r.h)
			}
			ctx = l.newContext(r.h.ID, from)
			s.running.begin(l, ctx)
			return ctx, args, nil
		}
		if err = s.skip(r.h); err != nil {
			break
		}
	}
	return nil, nil, err
}
