package process

import (
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
)

// An entry is a call that a worker has.
type entry struct {
	queued
	id      uint64          // of the call's frames; grows from call to call
	begun   bool            // counts as running: the worker has begun it, as far as is known
	sent    bool            // all of its frame is in the pipe
	direct  bool            // its reply goes to the one who waits for it
	shared  bool            // its arguments are in shared memory
	timed   bool            // it may have a deadline
	rows    bool            // its frame is a row, which it may share with others: see worker.intoRow
	settled bool            // somebody settled it before it could start: it must not begin
	gone    bool            // taken back, and another worker's by now: only the word that it was skipped is to come
	ran     bool            // it had begun when its worker died
	watched bool            // the worker hears of the end of its context
	done    <-chan struct{} // of its context; nil if that cannot end
	args    []byte          // encoded; nil unless they may have to be saved
	expiry  *time.Timer     // kills the worker; nil unless the call was ended from outside
	after   *Aftermath      // nil unless the call was ended from outside
}

// A line is the calls that a worker has, in the order in which they were sent: first
// those that it runs, then those that wait in it.
//
//	entries   [ begun | begun | gone | waits | waits ]
//	                lanes              ahead
//
// What waits here is pending for its user: it is canceled as if it were in the queue,
// runs elsewhere if this worker dies, and is taken back if what is before it takes long.
type line struct {
	entries []entry // from first on; sorted by id
	first   int
	begun   int               // entries that count as running
	doubt   uint64            // id of the call that may have begun when it was to be taken back; 0 if it is known
	feeding bool              // somebody has taken calls out of the queue that are to be pushed
	back    []*runtime.Record // calls that were taken back meanwhile, which are before those
}

func (l *line) len() int { return len(l.entries) - l.first }

// waiting returns how many entries do not count as running.
func (l *line) waiting() int { return l.len() - l.begun }

// wanted reports whether a call that does not count as running is still to run.
func (l *line) wanted() bool {
	return slices.ContainsFunc(l.all(), func(e entry) bool { return !e.begun && !e.gone })
}

func (l *line) all() []entry { return l.entries[l.first:] }

// push appends a copy of e and returns it. It is valid until the line changes.
func (l *line) push(e *entry) *entry {
	if len(l.entries) == cap(l.entries) && l.first > len(l.entries)/2 { // or a line that is never empty would grow for ever
		n := copy(l.entries, l.entries[l.first:])
		clear(l.entries[n:])
		l.entries, l.first = l.entries[:n], 0
	}
	l.entries = append(l.entries, *e)
	return &l.entries[len(l.entries)-1]
}

// find returns the entry of call id, nil if there is none. It is valid until the line
// changes.
func (l *line) find(id uint64) *entry {
	for i := l.first; i < len(l.entries) && l.entries[i].id <= id; i++ {
		if l.entries[i].id == id {
			return &l.entries[i]
		}
	}
	return nil
}

// of returns the entry of r, nil if there is none.
func (l *line) of(r *runtime.Record) *entry {
	for i := l.first; i < len(l.entries); i++ {
		if l.entries[i].record == r && !l.entries[i].gone {
			return &l.entries[i]
		}
	}
	return nil
}

// remove takes e, which find returned, out of the line.
func (l *line) remove(e *entry) entry {
	out := *e
	i := l.first
	for &l.entries[i] != e {
		i++
	}
	copy(l.entries[l.first+1:i+1], l.entries[l.first:i]) // those before it: few, or none
	l.entries[l.first] = entry{}
	l.first++
	if l.first == len(l.entries) {
		l.entries, l.first = l.entries[:0], 0
	}
	if out.begun {
		l.begun--
	}
	return out
}

// shift takes n entries out of the line, which are to be the first ones and those of calls
// id and following, and appends them to to. It reports false, and takes none, if they are
// not, or one of them is that of a caller who waits for it.
func (l *line) shift(id uint64, n int, to []entry) (_ []entry, ok bool) {
	if n > l.len() {
		return to, false
	}
	first := l.all()[:n]
	begun := 0
	for i := range first {
		e := &first[i]
		if e.id != id+uint64(i) || e.direct {
			return to, false
		}
		if e.begun {
			begun++
		}
	}
	to = append(to, first...)
	clear(first)
	l.begun -= begun
	l.first += n
	if l.first == len(l.entries) {
		l.entries, l.first = l.entries[:0], 0
	}
	return to, true
}

// replied notes that there is a reply to call id, that it was skipped or another. To one
// that was skipped it comes before any later call begins.
func (l *line) replied(id uint64, skipped bool) {
	if id > l.doubt || id == l.doubt && !skipped {
		l.doubt = 0
	}
}

// advance has the next one count as running if fewer than lanes do: a worker begins
// them as soon as it can, and in their order. It returns the call's record, which is
// to begin, or nil.
func (l *line) advance(lanes int) *runtime.Record {
	if l.begun >= lanes || l.waiting() == 0 {
		return nil
	}
	for i := l.first; i < len(l.entries); i++ {
		if e := &l.entries[i]; !e.begun && !e.gone {
			e.begun = true
			l.begun++
			return e.record
		}
	}
	return nil
}

// take empties the line.
func (l *line) take() []entry {
	all := l.all()
	for i := range all {
		if t := all[i].expiry; t != nil {
			t.Stop()
		}
	}
	*l = line{}
	return all
}
