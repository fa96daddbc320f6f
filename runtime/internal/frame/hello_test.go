package frame

import (
	"errors"
	"fmt"
	"reflect"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime/wire"
)

func TestGreeting(t *testing.T) {
	want := Greeting{Version: 3, Fingerprint: 1<<63 + 5}
	b := want.Append(nil)
	if got, rest, err := ReadGreeting(append(b, "list"...)); got != want || string(rest) != "list" || err != nil {
		t.Fatal(got, rest, err)
	}
	for n := range b {
		if _, _, err := ReadGreeting(b[:n]); !errors.Is(err, ErrInvalid) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}

func someListing(n int) (l Listing) {
	for i := range n {
		l.Entries = append(l.Entries, Entry{EntryKind(i % 2), fmt.Sprintf("a/b.F%d", i), "func(int) string"})
	}
	return l
}

func TestListing(t *testing.T) {
	for _, want := range []Listing{someListing(0), someListing(3), {Entries: someListing(2).Entries, Cut: true}} {
		b := want.Append(nil, maxListing)
		got, err := ReadListing(b)
		if err != nil || got.Cut != want.Cut || len(got.Entries) != len(want.Entries) ||
			len(want.Entries) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%+v became %+v, %v", want, got, err)
		}
		for n := range b {
			if _, err := ReadListing(b[:n]); !errors.Is(err, ErrInvalid) {
				t.Errorf("%d bytes of %d: %v", n, len(b), err)
			}
		}
	}
}

// What does not fit is left out, and the reader learns of it.
func TestListingIsCut(t *testing.T) {
	for name, c := range map[string]struct {
		l     Listing
		limit int
		want  int
	}{
		"entries":    {someListing(maxEntries + 1), maxListing, maxEntries},
		"bytes":      {Listing{Entries: []Entry{{Name: "a"}, {Name: strings.Repeat("b", maxListing)}}}, 1 << 30, 1},
		"the frame":  {someListing(10), 5 + 3*(minEntry+6+16), 3},
		"no room":    {someListing(10), 5, 0},
		"not at all": {someListing(10), 4, -1},
	} {
		b := c.l.Append([]byte("x"), c.limit)
		if c.want < 0 {
			if len(b) != 1 {
				t.Errorf("%s: %d bytes", name, len(b))
			}
			continue
		}
		got, err := ReadListing(b[1:])
		if err != nil || !got.Cut || len(got.Entries) != c.want || len(b)-1 > c.limit {
			t.Errorf("%s: %d entries, cut %v, %v", name, len(got.Entries), got.Cut, err)
		}
	}
}

func TestG12_HostileListings(t *testing.T) {
	for name, b := range map[string][]byte{
		"too long": make([]byte, maxListing+1),
		"too many": append(wire.AppendCount([]byte{0}, maxEntries+1, false), make([]byte, (maxEntries+1)*minEntry)...),
		"a count":  wire.AppendCount([]byte{0}, 1<<31-2, false),
		"a kind":   append(wire.AppendCount([]byte{0}, 1, false), 7, 0, 0, 0, 0, 0, 0, 0, 0),
		"more":     append(someListing(1).Append(nil, 100), 0),
	} {
		if l, err := ReadListing(b); !errors.Is(err, ErrInvalid) || l.Entries != nil {
			t.Errorf("%s: %d entries, %v", name, len(l.Entries), err)
		}
	}
}

func FuzzGreeting(f *testing.F) {
	hello := Greeting{Version: Version, Fingerprint: 5}.Append(nil)
	f.Add(hello)
	f.Add(someListing(3).Append(hello, maxListing))
	f.Add(append(hello, wire.AppendCount([]byte{1}, 2, false)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after goruntime.MemStats
		for range 3 { // other goroutines allocate too, now and then
			goruntime.ReadMemStats(&before)
			if _, rest, err := ReadGreeting(b); err == nil {
				ReadListing(rest)
			}
			goruntime.ReadMemStats(&after)
			if after.TotalAlloc-before.TotalAlloc <= uint64(16*len(b)+1024) {
				return
			}
		}
		t.Errorf("%d bytes make it allocate %d", len(b), after.TotalAlloc-before.TotalAlloc)
	})
}
