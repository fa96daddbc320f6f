package child

import (
	"time"
	"unsafe"

	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/part"
)

// A tray is where a lane puts the outcomes of the batch that it runs. It implements
// runtime.Outcomes.
//
// Outcomes are appended to memory of the outbox itself if that is the lane's alone, see
// [outbox], and to the lane's buffer otherwise. It belongs to the goroutine of the
// lane.
type tray struct {
	lane  *lane
	ctx   *callContext
	began time.Time
	box   []byte  // of the board
	end   *uint64 // of the board: see Board.end

	at   int  // where in the box the length of the next outcome goes; 0 if the room is in the lane's buffer
	left int  // so many outcomes need no lock
	done int  // so many did without since the last that took it
	big  bool // there was an outcome that is too long for the box

	unsent  error // of the pipe
	tooLong error // of an outcome; it was not sent
}

// spareRoom is how much of the box must remain beyond room for an outcome as long as
// the last one: an outcome that outgrows it takes an allocation.
const spareRoom = 256

// before is how many bytes are kept for what is before the first outcome of a frame.
const before = frame.HeaderSize + part.LengthSize

// begin makes y that of a new batch.
func (y *tray) begin(l *lane, ctx *callContext) {
	board := l.server.board
	*y = tray{lane: l, ctx: ctx, began: time.Now(), box: board.outbox, end: board.end()}
	if !ctx.from.deadline.IsZero() {
		ctx.real() // to look at the clock after each item costs more than a timer
	}
	l.server.out.lend(y)
}

// Room implements runtime.Outcomes.
func (y *tray) Room() []byte {
	if y.at == 0 {
		return y.lane.buf[before:before]
	}
	start := y.at + part.LengthSize
	return y.box[start:start]
}

// Put implements runtime.Outcomes.
func (y *tray) Put(b []byte, plain bool) (room []byte, more bool) {
	n := len(b)
	next := y.at + part.LengthSize + n
	if y.left == 0 || next+n > len(y.box)-spareRoom || unsafe.SliceData(b) != &y.box[y.at+part.LengthSize] {
		return y.putLocked(b, plain)
	}
	part.PutLength(y.box[y.at:], n, plain)
	publish(y.end, *y.end+uint64(next-y.at))
	y.at = next
	y.left--
	y.done++
	return y.box[next+part.LengthSize : next+part.LengthSize], y.ctx.made.Load() == nil || y.ctx.Err() == nil
}

// inRoom reports whether b is still where it was begun.
func (y *tray) inRoom(b []byte) bool { return unsafe.SliceData(b) == unsafe.SliceData(y.Room()) }

func (y *tray) putLocked(b []byte, plain bool) (room []byte, more bool) {
	if n, limit := len(b), min(y.lane.server.limit-part.LengthSize, part.MaxLength); n > limit {
		y.tooLong = tooLong(n, limit)
		return nil, false
	}
	y.unsent = y.lane.server.out.part(y, b, plain)
	return y.Room(), y.unsent == nil && y.ctx.Err() == nil
}

// lend makes room for the first outcome of y.
func (o *outbox) lend(y *tray) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.next != 0 {
		o.closeLocked() // of a frame that is open what follows is lent
	}
	o.lendLocked(y, 0)
}

// part adds the outcome b, which is in the room of y or has outgrown it, and makes room
// for the next.
func (o *outbox) part(y *tray, b []byte, plain bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.takeLocked()
	if n := len(b); n > directSize && !y.inBox(b) {
		o.wholeLocked(y, b, plain)
	} else {
		if o.n+before+n > len(o.board.outbox) {
			o.flushLocked()
		}
		o.openLocked(y.ctx.id, y.began)
		// What is in the box is not before the place that it belongs to, so a copy
		// comes in time.
		copy(o.board.outbox[o.n+part.LengthSize:], b)
		part.PutLength(o.board.outbox[o.n:], n, plain)
		o.n += part.LengthSize + n
		o.completeLocked()
		o.paceLocked()
	}
	o.lendLocked(y, len(b))
	o.guardLocked()
	return o.err
}

// inBox reports whether b is in the box.
func (y *tray) inBox(b []byte) bool {
	return y.at > 0 && y.inRoom(b)
}

// shared reports whether others may have to write the outcomes of y: with several lanes,
// and where a pool does not see the board.
func (y *tray) shared() bool {
	s := y.lane.server
	return len(s.running.lanes) > 1 || s.board.unseen
}

// wholeLocked writes a frame for the outcome b alone, and has the lane's buffer be the
// room of those that follow.
func (o *outbox) wholeLocked(y *tray, b []byte, plain bool) {
	n, apart := len(b), y.at > 0 || !y.inRoom(b)
	whole := y.lane.buf
	if apart {
		whole = make([]byte, before)
	}
	whole = whole[:before]
	frame.Put(whole, frame.Header{Kind: frame.Outcome, ID: y.ctx.id, Time: time.Since(y.began)}, part.LengthSize+n)
	part.PutLength(whole[frame.HeaderSize:], n, plain)
	o.closeLocked()
	if y.big = true; apart {
		o.directLocked(whole)
		o.directLocked(b)
		return
	}
	whole = whole[:before+n]
	o.directLocked(whole)
	y.lane.reuse(whole)
}

// lendLocked makes room for an outcome of y, after one of n bytes.
func (o *outbox) lendLocked(y *tray, n int) {
	y.at, y.left = 0, 0
	if y.big || y.shared() {
		if l := y.lane; cap(l.buf) < before+min(n, keepBuffer/2) {
			l.buf = make([]byte, 0, before+min(2*n, keepBuffer/2)+spareRoom)
		}
		return
	}
	if len(o.board.outbox)-o.n < before+n+spareRoom {
		o.flushLocked()
	}
	y.at = o.n
	if o.open < 0 {
		y.at += frame.HeaderSize
	} else {
		y.left, o.lent = max(0, o.look-o.puts-1), y
	}
}
