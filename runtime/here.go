package runtime

import (
	"context"
	"runtime/trace"
	"unsafe"
)

// A Here is one call that runs on the goroutine of its caller, in a slot of a
// [Pool]: what CallX does when a slot is free, nobody is before it in the queue, and
// the caller's context cannot end. (One that can end must be able to return from
// the wait while the task goes on, which takes a goroutine of its own. One that is
// traced has a span of its own.) It saves the hand-over to a worker and back, which
// is nearly all that a short call costs. The goroutine keeps its pprof labels, and a
// task that calls runtime.Goexit ends it.
//
//	func CallSquare(ctx context.Context, ex Executor, n int) (_ int, err error) {
//		var here Here
//		if !here.Enter(ctx, ex, &taskSquare.Task) {
//			return SubmitSquare(ctx, Waiting(ctx, ex), n).Result(ctx)
//		}
//		defer here.Leave(&err)
//		return Square(here.Context(), n)
//	}
//
// A Here stays on the stack, so that such a call allocates nothing, as long as
// nobody keeps its address. A task that does anything with its context moves it to
// the heap, as the compiler cannot see what becomes of the context; then it is one
// allocation. So no method of Here may store its receiver anywhere.
//
// It belongs to one goroutine and serves one call. It is for generated code only.
type Here struct {
	record Record // what the task's context is; it never settles anybody's future
	pool   *Pool
}

// Enter takes a slot of ex for a call of t and reports whether it has one. If so,
// Leave must be deferred at once.
func (h *Here) Enter(ctx context.Context, ex Executor, t *Task) bool {
	p, ok := ex.(*Pool)
	if !ok || ctx == nil || ctx.Done() != nil || trace.IsEnabled() || !p.enter() {
		return false
	}
	h.pool = p
	h.record.init(ctx, t)
	h.record.meta |= hereMark
	h.record.hooks = &p.hooks
	return true
}

// Context returns the context that the task runs under.
func (h *Here) Context() context.Context { return (*taskContext)(&h.record) }

// Leave ends the call and gives the slot back. A panic of the task becomes err; an
// error that only says that the pool was closed becomes that of a call which was.
func (h *Here) Leave(err *error) {
	if v := recover(); v != nil {
		*err = panicHere(h.record.meta, PanicText(v))
	} else if *err != nil && h.pool.closed.Load() {
		*err = endedHere(h.record.meta, *err)
	}
	h.record.state.Store(succeeded | returnedBit) // the task's context is over
	slot := true
	if s := h.unseen().side.Load(); s != nil {
		slot = s.leaveHere()
	}
	h.pool.leave(slot)
}

// unseen returns the record for a method that does not keep it although the
// compiler thinks so: to load an atomic pointer counts as keeping its address. See
// wire.Lend for how and why that is sound.
//
//go:nocheckptr
func (h *Here) unseen() *Record {
	address := uintptr(unsafe.Pointer(&h.record))
	return *(**Record)(unsafe.Pointer(&address))
}

//go:noinline
func panicHere(meta uint32, text string) error {
	return &TaskError{Task: taskByID(meta & taskMask).Name, Started: true, Err: newPanicError(text)}
}

// endedHere returns the error of a call whose task returned err after its pool was
// closed.
func endedHere(meta uint32, err error) error {
	if !is(err, context.Canceled) {
		return err
	}
	return &TaskError{Task: taskByID(meta & taskMask).Name, Started: true, Err: ErrCanceled}
}

// leaveHere ends the task's context, if somebody asked for one that can end, and
// reports whether the task holds a slot: a wait that outlasts it has given it back.
func (s *side) leaveHere() (slot bool) {
	s.mu.Lock()
	s.settled, s.returned = true, true
	end, forget := s.endCtx, s.unwatch
	s.unwatch = nil
	slot = !s.released
	s.mu.Unlock()
	if forget != nil {
		forget()
	}
	if end != nil {
		end(context.Canceled)
	}
	return slot
}

// isHere reports whether the call runs on its caller's goroutine, as that of a Here,
// whose state says nothing but whether it is over, or a chunk that a guest runs.
func (r *Record) isHere() bool { return r.meta&hereMark != 0 }

// onClose arranges for end to be called by Close; at once if that was called.
// forget takes it back. Only calls on their callers' goroutines need it, and only
// those whose tasks wait for the end of their context: all others are found by the
// workers that run them.
func (p *Pool) onClose(end func()) (forget func() bool) {
	key := &end
	if !p.keepEnd(key) {
		end()
	}
	return func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.ends, key)
		return true
	}
}

// keepEnd keeps what Close is to call, unless it was called.
func (p *Pool) keepEnd(key *func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed.Load() {
		return false
	}
	if p.ends == nil {
		p.ends = map[*func()]bool{}
	}
	p.ends[key] = true
	return true
}

// endHere ends the contexts of calls on their callers' goroutines.
func (p *Pool) endHere() {
	p.mu.Lock()
	ends := p.ends
	p.ends = nil
	p.mu.Unlock()
	for end := range ends {
		(*end)()
	}
}

// enter takes a slot for a call on its caller's goroutine, unless others are before
// it.
func (p *Pool) enter() bool {
	if !p.ready.Load() {
		p.prepare()
	}
	if p.queue.Len() > 0 || p.resuming.Load() > 0 || !p.take() {
		return false
	}
	p.alive.Add(1)
	if !p.queue.Closed() {
		return true
	}
	p.leave(true)
	return false
}

// leave ends what enter began.
func (p *Pool) leave(slot bool) {
	if slot {
		p.release()
	}
	p.alive.Add(-1)
	p.drained()
}
