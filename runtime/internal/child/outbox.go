package child

import (
	"os"
	"sync"
	"time"

	"github.com/offing-go/offing/runtime/internal/frame"
)

// An outbox collects replies, so that those of short calls share a write. They are on
// the [Board] meanwhile: what is in it is not lost if this process dies.
//
// It is written when no complete request waits, and after flushTime at the latest, as
// far as that can be seen between two calls or items. While they take longer than that,
// each reply is written at once. When one of them does and those before did not, a timer
// writes what they have left. Outcomes of a batch alone wait for partsTime: nobody has
// them before the batch is over, so they come early only for the pool to decode them
// meanwhile. That is why it does no harm either that they may wait for longer, on the
// board, when items become slow after quick ones: how many go by between two looks at the
// clock is what it was for those.
//
// Outcomes of one batch in a row share a frame, and so do short ones of calls in a row; it
// stays open until something else comes or the box is written.
//
// While a frame of a batch is open, and there is one lane, and the pool sees the board,
// what is in the box from the frame on is lent to the lane: it appends outcomes where they
// will stay, and moves the word on the board that says where the complete ones end, by a
// plain store and without the lock. Nobody takes that back: the timer writes what is before
// it and leaves the frame to the lane, however long its item takes. An open row is never
// lent: somebody waits for each of its outcomes.
//
//	box    | replies ... | header | outcome | outcome | outcome ...
//	       ^ written     open                         ^ end          being appended
//	         the timer's | the lane's
//
// Whoever reads the word does so when this process is dead, or its pipe is closed, whatever
// closed it: see publish for why a store is enough.
type outbox struct {
	file  *os.File
	board *Board

	mu     sync.Mutex
	lent   *tray     // guarded by mu; the batch whose lane has what is from open on, while n is of no use; nil for none
	n      int       // guarded by mu; bytes in board.outbox
	wrote  int       // guarded by mu; so many of them are in the pipe
	base   uint64    // guarded by mu; position in the stream of the first of them
	open   int       // guarded by mu; where the header of the open frame is; -1 for none
	opened uint64    // guarded by mu; the call of the open frame, if that is not a row
	next   uint64    // guarded by mu; the call whose outcome continues the open row; 0 if none is open
	first  time.Time // guarded by mu; when the items of that began
	puts   int       // guarded by mu; replies in them
	since  time.Time // guarded by mu; when the first of them was put
	stride int       // guarded by mu; how many replies come between two looks at the clock
	look   int       // guarded by mu; the number of replies to look at it next
	stint  stint     // guarded by mu
	slow   bool      // guarded by mu; calls, or items, take flushTime and more
	last   time.Time // guarded by mu; when the last reply was put, while slow
	armed  bool      // guarded by mu; the timer runs
	seen   uint64    // guarded by mu; base when the timer was set
	err    error     // guarded by mu; of the pipe, for good
}

const (
	// flushTime is how long a reply waits for others to share a write with: a few times
	// what a write costs.
	flushTime = 20 * time.Microsecond

	// partsTime is flushTime for outcomes of a batch that is not over. To write costs
	// both processes a wake-up, which is as much as some hundred trivial items are.
	partsTime = 200 * time.Microsecond

	// rescueTime is when the timer looks. A timer costs a thread its sleep, so there
	// is one now and then and not one a reply. (A timer of the kernel, set when a reply
	// is put and stopped when it is written, is no way either: in a virtual machine each
	// of the two leaves it, which doubled what a call costs.)
	rescueTime = 500 * time.Microsecond

	// directSize is the length from which on a copy into the box costs more than a
	// write of its own.
	directSize = 16 << 10

	maxStride = 256
)

// newOutbox returns the box for a pipe into which so many bytes were written before.
func newOutbox(file *os.File, board *Board, before int) *outbox {
	o := &outbox{file: file, board: board, open: -1, stride: 1, stint: stint{board: board}}
	o.advanceLocked(before) // nobody else has it yet
	return o
}

// discount takes out of the stint what is put next: it is no reply to a call that ran.
func (o *outbox) discount() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stint.count--
}

// put adds a frame. hurry says that nothing else waits to be done, so that it is
// written at once.
func (o *outbox) put(b []byte, hurry bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stint.count++
	o.takeLocked()
	if o.open >= 0 && o.next == 0 { // it ends a batch, whose outcomes may have waited for longer than it should
		o.look = o.puts + 1
	}
	o.closeLocked()
	if len(b) > directSize {
		o.stint.tell(time.Now())
		o.directLocked(b)
		return o.err
	}
	o.roomLocked(len(b))
	o.appendLocked(b)
	o.writeSoonLocked(hurry)
	return o.err
}

// writeSoonLocked sees to it that what was put is written, at once if hurry is set.
func (o *outbox) writeSoonLocked(hurry bool) {
	if hurry {
		o.stint.end()
		o.flushLocked()
		return
	}
	o.paceLocked()
	o.guardLocked()
}

// takeLocked takes the box back from the lane, whose goroutine the caller is, if it has it.
func (o *outbox) takeLocked() {
	if y := o.lent; y != nil {
		o.n, o.lent = int(*o.board.end()-o.base), nil
		o.puts, y.done = o.puts+y.done, 0
	}
}

// appendLocked copies b into the box, where there is room.
func (o *outbox) appendLocked(b []byte) {
	o.n += copy(o.board.outbox[o.n:], b)
	o.completeLocked()
}

// completeLocked says that what is in the box is complete, and there is one reply more.
func (o *outbox) completeLocked() {
	publish(o.board.end(), o.base+uint64(o.n))
	o.puts++
}

// openLocked opens a frame for outcomes of batch id, which began at first, unless it is
// open.
func (o *outbox) openLocked(id uint64, first time.Time) {
	if o.open >= 0 && o.next == 0 && o.opened == id {
		return
	}
	o.closeLocked()
	frame.Put(o.board.outbox[o.n:], frame.Header{Kind: frame.Outcome, ID: id}, 0)
	o.opened, o.open, o.first = id, o.n, first
	o.board.words[wordOpen].Store(o.base + uint64(o.n)) // nothing of it counts before wordEnd is beyond it
	o.n += frame.HeaderSize
}

// closeLocked ends the open frame.
func (o *outbox) closeLocked() {
	if o.open < 0 {
		return
	}
	took := time.Duration(0)
	if o.next == 0 {
		took = time.Since(o.first)
	}
	frame.Lengthen(o.board.outbox[o.open:], o.n-o.open-frame.HeaderSize, took)
	o.board.words[wordOpen].Store(noFrame)
	o.open, o.next = -1, 0
}

// roomLocked makes room for n bytes.
func (o *outbox) roomLocked(n int) {
	if o.n+n > len(o.board.outbox) {
		o.flushLocked()
	}
}

// directLocked writes a long frame from where it is.
func (o *outbox) directLocked(b []byte) {
	o.flushLocked()
	if o.err == nil {
		_, o.err = o.file.Write(b)
	}
	o.advanceLocked(len(b))
}

// busy notes that a call came after there was none.
func (o *outbox) busy() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stint.begin(time.Now())
}

// idle notes that there is no other call, and writes what is in the box.
func (o *outbox) idle() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stint.end()
	o.flushLocked()
	return o.err
}

// flush writes what is in the box.
func (o *outbox) flush() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flushLocked()
	return o.err
}

func (o *outbox) flushLocked() {
	o.takeLocked()
	if o.n == 0 {
		return
	}
	o.closeLocked()
	o.writeLocked(o.n)
	n := o.n
	o.n, o.wrote, o.puts = 0, 0, 0
	o.advanceLocked(n)
}

// writeLocked writes the box up to byte to, as far as it is not written.
func (o *outbox) writeLocked(to int) {
	if o.err == nil && to > o.wrote {
		_, o.err = o.file.Write(o.board.outbox[o.wrote:to])
		o.wrote = to
	}
}

// advanceLocked notes that n bytes more are in the pipe, and the box is empty.
func (o *outbox) advanceLocked(n int) {
	o.base += uint64(n)
	// In this order: in between the box seems to begin after its end, or to be empty.
	o.board.words[wordBase].Store(o.base)
	publish(o.board.end(), o.base)
}

// patienceLocked returns how long the first reply in the box may wait.
func (o *outbox) patienceLocked() time.Duration {
	if o.open >= 0 && o.open == o.wrote && o.next == 0 {
		return partsTime
	}
	return flushTime
}

// paceLocked writes the box when the first reply in it has waited for long enough. The
// clock is looked at about four times in that time.
func (o *outbox) paceLocked() {
	patience := o.patienceLocked()
	switch {
	case o.slow:
		now := time.Now()
		o.slow = now.Sub(o.last) >= patience
		o.last = now
		o.stint.tell(now)
		o.flushLocked()
	case o.puts == 1:
		o.since, o.look = time.Now(), 1+o.stride
		o.stint.tell(o.since) // or who is flushed by the timer after each call never tells
	case o.puts >= o.look:
		now := time.Now()
		o.stint.tell(now)
		waited := now.Sub(o.since)
		each := waited/time.Duration(o.puts-1) + 1
		o.stride = int(min(max(patience/4/each, 1), maxStride))
		o.look = o.puts + o.stride
		if waited >= patience {
			o.slow, o.last = each >= patience, now
			o.flushLocked()
		}
	}
}

// guardLocked has the timer come for what it may write, if there is something.
func (o *outbox) guardLocked() {
	if !o.armed && o.waitsLocked() > o.wrote {
		o.armLocked()
	}
}

// waitsLocked returns where in the box ends what the timer may write.
func (o *outbox) waitsLocked() int {
	if o.lent != nil {
		return o.open
	}
	return o.n
}

func (o *outbox) armLocked() {
	o.armed, o.seen = true, o.base
	time.AfterFunc(rescueTime, o.rescue)
}

// rescue writes what has been in the box since the timer was set, but for what the lane
// has: something takes long.
func (o *outbox) rescue() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed = false
	switch {
	case o.base != o.seen:
		o.guardLocked()
	case o.lent != nil:
		o.writeLocked(o.open)
	case o.n > 0:
		o.stride, o.slow, o.last = 1, true, time.Now()
		o.flushLocked()
	}
}
