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
// writes what they have left.
//
// Outcomes of one batch in a row share a frame, which stays open until something else
// comes or the box is written.
//
// While a frame is open, and there is one lane, the box is lent to that: it appends
// outcomes where they will stay, and moves the word on the board that says where the
// complete ones end, each time by a compare-and-swap and without the lock. Whoever
// wants the box back sets a bit in that word, under the lock. The next outcome of the
// lane then fails to move it, and takes the lock.
//
//	box    | header | outcome | outcome | outcome ...
//	       open                         ^ end          being appended
type outbox struct {
	file  *os.File
	board *Board

	mu     sync.Mutex
	lent   bool      // guarded by mu; the lane may move wordEnd, and n is of no use
	cut    uint64    // guarded by mu; the bit of wordEnd: set from when the box is taken back until the lane has seen it
	n      int       // guarded by mu; bytes in board.outbox
	base   uint64    // guarded by mu; position in the stream of the first of them
	open   int       // guarded by mu; where the header of the open frame is; -1 for none
	opened uint64    // guarded by mu; the call of the open frame
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

// cutBit of wordEnd says that the box is not lent any more. No stream is so long.
const cutBit = 1 << 63

func newOutbox(file *os.File, board *Board) *outbox {
	return &outbox{file: file, board: board, open: -1, stride: 1, stint: stint{board: board}}
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
	o.closeLocked()
	if len(b) > directSize {
		o.stint.tell(time.Now())
		o.directLocked(b)
		return o.err
	}
	o.roomLocked(len(b))
	o.appendLocked(b)
	if hurry {
		o.stint.end()
		o.flushLocked()
	} else {
		o.paceLocked()
	}
	return o.err
}

// takeLocked takes the box back if it is lent.
func (o *outbox) takeLocked() {
	if !o.lent {
		return
	}
	word := &o.board.words[wordEnd]
	end := word.Load()
	for !word.CompareAndSwap(end, end|cutBit) {
		end = word.Load()
	}
	o.n, o.lent, o.cut = int(end-o.base), false, cutBit
}

// appendLocked copies b into the box, where there is room.
func (o *outbox) appendLocked(b []byte) {
	o.n += copy(o.board.outbox[o.n:], b)
	o.completeLocked()
}

// completeLocked says that what is in the box is complete, and there is one reply more.
func (o *outbox) completeLocked() {
	o.board.words[wordEnd].Store(o.base + uint64(o.n) | o.cut)
	o.puts++
}

// openLocked opens a frame for outcomes of batch id, unless it is open.
func (o *outbox) openLocked(id uint64) {
	if o.open >= 0 && o.opened == id {
		return
	}
	o.closeLocked()
	frame.Put(o.board.outbox[o.n:], frame.Header{Kind: frame.Outcome, ID: id}, 0)
	o.opened, o.open = id, o.n
	o.board.words[wordOpen].Store(o.base + uint64(o.n)) // nothing of it counts before wordEnd is beyond it
	o.n += frame.HeaderSize
}

// closeLocked ends the open frame.
func (o *outbox) closeLocked() {
	if o.open >= 0 {
		frame.Lengthen(o.board.outbox[o.open:], o.n-o.open-frame.HeaderSize)
		o.board.words[wordOpen].Store(noFrame)
		o.open = -1
	}
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
	if o.err == nil {
		_, o.err = o.file.Write(o.board.outbox[:o.n])
	}
	n := o.n
	o.n, o.puts = 0, 0
	o.advanceLocked(n)
}

// advanceLocked notes that n bytes more are in the pipe, and the box is empty.
func (o *outbox) advanceLocked(n int) {
	o.base += uint64(n)
	// In this order: in between the box seems to begin after its end, or to be empty.
	o.board.words[wordBase].Store(o.base)
	o.board.words[wordEnd].Store(o.base | o.cut)
}

// paceLocked writes the box when the first reply in it has waited for long enough. The
// clock is looked at about four times in that time.
func (o *outbox) paceLocked() {
	switch {
	case o.slow:
		now := time.Now()
		o.slow = now.Sub(o.last) >= flushTime
		o.last = now
		o.stint.tell(now)
		o.flushLocked()
	case o.puts == 1:
		o.since, o.look = time.Now(), 1+o.stride
		o.stint.tell(o.since) // or who is flushed by the timer after each call never tells
		if !o.armed {
			o.armLocked()
		}
	case o.puts >= o.look:
		now := time.Now()
		o.stint.tell(now)
		waited := now.Sub(o.since)
		each := waited/time.Duration(o.puts-1) + 1
		o.stride = int(min(max(flushTime/4/each, 1), maxStride))
		o.look = o.puts + o.stride
		if waited >= flushTime {
			o.slow, o.last = each >= flushTime, now
			o.flushLocked()
		}
	}
}

func (o *outbox) armLocked() {
	o.armed, o.seen = true, o.base
	time.AfterFunc(rescueTime, o.rescue)
}

// rescue writes what has been in the box since the timer was set: something takes
// long.
func (o *outbox) rescue() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed = false
	switch {
	case o.board.words[wordEnd].Load()&^cutBit == o.base: // n may be of no use
	case o.base == o.seen:
		o.stride, o.slow, o.last = 1, true, time.Now()
		o.flushLocked()
	default:
		o.armLocked()
	}
}
