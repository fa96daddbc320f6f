package frame

import (
	"cmp"
	"fmt"

	"github.com/offing-go/offing/runtime/wire"
)

// Limits of a listing. It may be as long as a pool's shortest frame, and no
// reader looks at one beyond these.
const (
	maxListing = 1 << 20 // bytes
	maxEntries = 10_000
)

// An EntryKind says what an [Entry] is.
type EntryKind uint8

// The kinds.
const (
	TaskEntry EntryKind = iota
	ErrorEntry
)

// String returns "task" or "error".
func (k EntryKind) String() string {
	if k == TaskEntry {
		return "task"
	}
	return "error"
}

// An Entry is a task or a registered error of a program.
type Entry struct {
	Kind  EntryKind
	Name  string
	Shape string
}

// Compare orders entries by kind and name.
func (e Entry) Compare(f Entry) int {
	return cmp.Or(cmp.Compare(e.Kind, f.Kind), cmp.Compare(e.Name, f.Name))
}

// minEntry is the length of an entry with neither name nor shape.
const minEntry = 1 + 4 + 4

// A Listing is what a program has, in order.
type Listing struct {
	Entries []Entry
	Cut     bool // there were more
}

// Append appends the encoded listing, or as much of it as fits into limit bytes.
func (l Listing) Append(b []byte, limit int) []byte {
	const head = 1 + 4
	left, n := min(limit, maxListing)-head, 0
	if left < 0 {
		return b
	}
	for n < min(len(l.Entries), maxEntries) {
		e := l.Entries[n]
		if left -= minEntry + len(e.Name) + len(e.Shape); left < 0 {
			break
		}
		n++
	}
	b = wire.AppendBool(b, l.Cut || n < len(l.Entries))
	b = wire.AppendCount(b, n, false)
	for _, e := range l.Entries[:n] {
		b = wire.AppendString(wire.AppendString(wire.AppendUint8(b, uint8(e.Kind)), e.Name), e.Shape)
	}
	return b
}

// ReadListing reads what [Listing.Append] appended, and nothing else.
func ReadListing(b []byte) (Listing, error) {
	if len(b) > maxListing {
		return Listing{}, fmt.Errorf("%w: a listing of %d bytes", ErrInvalid, len(b))
	}
	r := wire.NewReader(b)
	l := Listing{Cut: r.Bool()}
	n, _ := r.Count(minEntry)
	if n > maxEntries {
		r.Fail("too many entries")
		n = 0
	}
	l.Entries = make([]Entry, 0, n)
	for range n {
		e := Entry{EntryKind(r.Uint8()), r.String(), r.String()}
		if e.Kind > ErrorEntry {
			r.Fail("unknown kind of entry")
		}
		if r.Err() != nil {
			break
		}
		l.Entries = append(l.Entries, e)
	}
	if err := r.Finish(); err != nil {
		return Listing{}, fmt.Errorf("%w: listing: %w", ErrInvalid, err)
	}
	return l, nil
}
