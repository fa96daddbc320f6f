package process

import (
	"fmt"
	"slices"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/part"
)

// Short calls come in rows, see [frame.CheckRow]: to the worker those that are sent in one
// go, and back those whose replies share a write. A row is a way to write several calls
// and no unit of anything else: each has its own entry in the line, begins, is withdrawn,
// is taken back and is lost alone, and a row of replies ends wherever the worker had to
// write.

// rowArgs is the length up to which arguments go into a row.
const rowArgs = 512

// rowSize is how many bytes of arguments a row has at most, and one call's more: the worker
// begins the first when it has read all of them.
const rowSize = 8 << 10

// ofRows reports whether q may be in a row, with n bytes of arguments. Where there is no
// board each call is written alone: nobody could say which of several has begun.
func (w *worker) ofRows(q *queued, timed bool, n int) bool {
	return !timed && n <= rowArgs && q.past == nil && w.proc.board != nil && !q.batch()
}

// A span is where a call is in what is to be written.
type span struct {
	at  int // where its frame begins, or that of its row
	end int // where what is its own of that ends
}

// intoRow makes the frame at the end of b, from start on, that of the last call in w.fresh,
// a call in a row: in that of the call before it, if it may follow there, or in one of its
// own, where the next may follow. It returns where that row begins. It is encoded as a frame
// first, as nobody knows how long it is before that: what is moved is short. w.hold is held.
func (w *worker) intoRow(b []byte, start int) (_ []byte, at int) {
	args := b[start+frame.HeaderSize:]
	n := len(args)
	at = w.openRow(start)
	if at == start {
		start += frame.HeaderSize
		b = append(b, make([]byte, part.LengthSize)...)
	}
	copy(b[start+part.LengthSize:], args)
	part.PutLength(b[start:], n, false)
	return b[:start+part.LengthSize+n], at
}

// openRow returns where the row begins that the last call in w.fresh may join, which is
// encoded from start on; that is start if there is none. w.hold is held.
func (w *worker) openRow(start int) (at int) {
	n := len(w.fresh)
	if n < 2 || !w.fresh[n-2].rows || w.fresh[n-2].record.Task() != w.fresh[n-1].record.Task() {
		return start
	}
	if at = w.spans[n-2].at; start-at >= rowSize {
		return start
	}
	return at
}

// putHeaders writes the headers of the frames in b, those of fresh, and notes in w.ends
// where each of these is written. w.hold is held.
func (w *worker) putHeaders(fresh []entry, spans []span, b []byte) {
	for i := 0; i < len(fresh); {
		first, at, last := i, spans[i].at, i
		for last+1 < len(fresh) && spans[last+1].at == at {
			last++
		}
		end := spans[last].end
		frame.Put(b[at:], w.header(&fresh[first]), end-at-frame.HeaderSize)
		for ; i <= last; i++ {
			w.ends = append(w.ends, end)
		}
	}
}

// replies is a row that the owner of a worker delivers. It does not change until it has
// delivered all: if the worker is taken over, whoever does that finds by the call that was
// lent which are left.
type replies struct {
	calls []entry // off the line
	parts []byte  // the outcome of each
	each  bool    // each is taken off the pool's books when it is delivered, and not all at the end
}

// after returns what is left of the row behind call r, in memory of its own but for the
// parts, and how many calls are over that are on the pool's books. Of a call that is in no
// row that is nothing and one.
func (row *replies) after(r *runtime.Record) (rest replies, over int) {
	i := slices.IndexFunc(row.calls, func(e entry) bool { return e.record == r && !e.gone })
	if i < 0 {
		return replies{}, 1
	}
	parts := row.parts
	for j := range i + 1 {
		end, _ := part.Cut(parts)
		parts = parts[end:]
		if !row.calls[j].gone {
			over++
		}
	}
	if row.each {
		over = 1
	}
	return replies{calls: slices.Clone(row.calls[i+1:]), parts: parts, each: row.each}, over
}

// handleRow takes a row of replies. An error is a violation of the protocol.
func (w *worker) handleRow(h frame.Header, payload []byte) (mine bool, err error) {
	n, err := frame.CheckRow(h, payload)
	if err != nil {
		return true, err
	}
	if w.pool.config.TasksPerWorker > 1 {
		return true, fmt.Errorf("%w: a row of replies that may have come in any order", frame.ErrInvalid)
	}
	w.mu.Lock()
	calls, ok := w.line.shift(h.ID, n, w.row.calls[:0])
	if !ok {
		w.mu.Unlock()
		return true, fmt.Errorf("%w: %w", frame.ErrInvalid, errUnknownCall)
	}
	w.calls += n
	w.pace.count += n
	w.line.replied(h.ID+uint64(n-1), false)
	next := w.line.advance(1)
	w.mu.Unlock()
	if next != nil {
		next.Begin()
	}
	w.row = replies{calls: calls, parts: payload, each: w.pool.queue.Bounded()}
	return w.deliverRow(), nil
}

// outcomeHeader is that of a frame with the outcome of one call: as good as what a row has.
var outcomeHeader = frame.Header{Kind: frame.Outcome, Flags: frame.Last}

// A loan is a worker that its owner has lent for one call after the other of a row.
type loan struct {
	worker *worker
	each   bool            // that of the row, which may be another's when it is needed
	call   *runtime.Record // nil while it is not lent
}

// next lends the worker for call r and reports whether it was still the owner's.
func (l *loan) next(r *runtime.Record) (mine bool) {
	w := l.worker
	if l.call != nil && l.call.Discarded() && !l.end() {
		return false
	}
	before := l.call
	l.call = r
	if before == nil {
		w.lent.Store(r)
		if p := w.pool; w.rowed.Load() || w.has() > 0 || p.queue.Len() > 0 || w.pinned.Load() > 0 {
			p.watch() // after that, as in lend: the lookout, which may be about to stop, looks once more then
		}
		return true
	}
	if !w.lent.CompareAndSwap(before, r) {
		return false
	}
	if l.each {
		w.pool.finished()
	}
	return true
}

// end ends the loan and reports whether the worker is still the owner's.
func (l *loan) end() (mine bool) {
	w, r := l.worker, l.call
	if !w.lent.CompareAndSwap(r, nil) {
		return false
	}
	l.call = nil
	w.spoiled(r)
	if l.each {
		w.pool.finished()
	}
	return true
}

// deliverRow delivers w.row, and sees to it that the worker has other calls. As in
// deliverLast the worker is lent meanwhile. It is not fed before that: codecs of the user's
// may wait for what the row has.
func (w *worker) deliverRow() (mine bool) {
	row, frames, p := w.row, w.frames, w.pool
	w.rowed.Store(len(row.calls) > 1)
	lent := loan{worker: w, each: row.each}
	returned := false
	defer func() {
		if !returned { // a callback, or a codec of the user's, called runtime.Goexit
			w.leaveRow(lent.call)
		}
	}()
	parts := row.parts
	for i := range row.calls {
		e := &row.calls[i]
		end, _ := part.Cut(parts)
		reply := parts[part.LengthSize:end]
		parts = parts[end:]
		if e.gone {
			continue
		}
		if !lent.next(e.record) { // before anything is done with e, which is another's then
			returned = true
			return false
		}
		w.concluded(e, outcomeHeader)
		if p.draining.Load() && lent.end() {
			deliverAside(e.queued, outcomeHeader, slices.Clone(reply))
			continue
		}
		deliver(e.queued, outcomeHeader, frames.Message(reply))
	}
	returned = true
	if lent.call != nil && !lent.end() {
		return false
	}
	w.endRow()
	if w.runsLow(w.has()) {
		w.turnOver()
	}
	return true
}

// endRow takes the calls of w.row, which are delivered, off the books, and forgets them.
func (w *worker) endRow() {
	over := 0
	for i := range w.row.calls {
		if !w.row.each && !w.row.calls[i].gone {
			over++
		}
	}
	clear(w.row.calls)
	w.row = replies{calls: w.row.calls[:0]}
	w.rowed.Store(false)
	w.pool.finishedSome(over)
}

// passRow takes call r, for which w was lent, and what is before it in w.row off the books:
// w is the caller's now, who is to deliver the rest.
func (w *worker) passRow(r *runtime.Record) {
	rest, over := w.row.after(r)
	w.row = rest
	w.rowed.Store(len(rest.calls) > 0)
	w.spoiled(r)
	w.pool.finishedSome(over)
}

// leaveRow has another goroutine deliver the rest of w.row, as the caller's is ending inside
// the call that w is lent for.
func (w *worker) leaveRow(lent *runtime.Record) {
	if w.lent.CompareAndSwap(lent, nil) {
		w.passRow(lent)
		go w.run()
	}
}
