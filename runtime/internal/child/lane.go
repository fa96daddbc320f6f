package child

import (
	"context"
	"runtime/pprof"
	"sync/atomic"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/wire"
)

// A lane runs calls one after the other. One goroutine at a time has it; a task that
// calls runtime.Goexit ends that, and another one goes on.
type lane struct {
	server *server
	number int

	// Of the goroutine.
	buf     []byte        // replies are encoded here
	short   [64]byte      // a frame that tells of a reply in shared memory
	last    int           // length of the last reply with its header
	args    []byte        // of the call, if the reader's memory is not the lane's alone
	message wire.Reader   // of args
	tray    tray          // of a batch
	origins []*origin     // by task, made on demand; of calls without a deadline
	room    []callContext // contexts that no call had yet

	current atomic.Pointer[callContext] // of the call that runs, or ran last
}

// keepBuffer bounds the memory that a worker keeps after a long reply.
const keepBuffer = 4 << 20

// SharedSize is the length, with a header, from which on a call or a reply travels in
// shared memory: through the pipe it would be copied twice more.
const SharedSize = 4 << 10

// contextsAtOnce is how many contexts are allocated together: one each would be the
// only allocation of a call.
const contextsAtOnce = 32

// newContext makes the context of call id.
func (l *lane) newContext(id uint64, from *origin) *callContext {
	if len(l.room) == 0 {
		l.room = make([]callContext, contextsAtOnce)
	}
	c := &l.room[0]
	l.room = l.room[1:]
	c.id, c.from = id, from
	return c
}

// origin returns where the context of the call that h is of comes from.
func (l *lane) origin(h frame.Header) *origin {
	s := l.server
	if int64(h.Task) >= int64(len(s.tasks)) {
		return &origin{base: context.Background(), spoil: s.discard}
	}
	from, t := l.usual(h.Task), s.tasks[h.Task]
	if h.Time == 0 && t.Retries == 0 {
		return from
	}
	from = &origin{base: from.base, spoil: from.spoil}
	if h.Time > 0 {
		from.deadline = time.Now().Add(h.Time)
	}
	if t.Retries > 0 {
		note := func(used int) { s.board.retried(l.number, h.ID, used) }
		note(int(h.Tries))
		from.base = runtime.WithTries(from.base, int(h.Tries), note)
	}
	return from
}

// usual returns the origin of calls of a task that have neither a deadline nor retries. It
// has the label of the task, so that profiles and lists of goroutines say whose time it is,
// also of what the task adds by pprof.Do.
func (l *lane) usual(task uint32) *origin {
	s := l.server
	if l.origins == nil {
		l.origins = make([]*origin, len(s.tasks))
	}
	from := l.origins[task]
	if from == nil {
		base := pprof.WithLabels(context.Background(), pprof.Labels("task", s.tasks[task].Name))
		from = &origin{base: base, spoil: s.discard}
		l.origins[task] = from
	}
	return from
}

// bare takes all labels off.
func bare() { pprof.SetGoroutineLabels(context.Background()) }

// reuse keeps b for the next reply unless it has become too big to keep.
func (l *lane) reuse(b []byte) {
	if cap(b) <= keepBuffer {
		l.buf = b[:0]
	} else {
		l.buf = nil
	}
}

// replyRoom returns memory to encode a reply in: what is shared if the last one was
// long, as then this one will be too, and needs no copy.
func (l *lane) replyRoom() (room []byte, shared bool) {
	if ring := l.server.replies; ring != nil && l.last >= SharedSize {
		if room = ring.Room(l.last); room != nil {
			return room, true
		}
	}
	return l.buf[:0], false
}

// share puts a reply that is long into shared memory, if there is room, and returns the
// frame that tells of it, but for its header. room is what the reply was appended to.
func (l *lane) share(reply, room []byte, shared bool) (short []byte, ok bool) {
	ring, n := l.server.replies, len(reply)
	l.last = n
	here := shared && &reply[0] == &room[:1][0] // and did not outgrow it
	if !here {
		l.reuse(reply)
	}
	if ring == nil || n < SharedSize {
		return nil, false
	}
	if !here {
		if room = ring.Room(n); room == nil {
			return nil, false
		}
		copy(room[:n], reply)
	}
	return frame.AppendBlock(frame.Begin(l.short[:0]), ring.Take(n)), true
}
