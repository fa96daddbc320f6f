package frame

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/offing-go/offing/runtime/internal/part"
)

// row returns the frame of a row.
func row(t testing.TB, h Header, pieces ...string) []byte {
	var b []byte
	for _, p := range pieces {
		b = part.Append(b, []byte(p), false)
	}
	return encode(t, h, b)
}

// Calls in a row come out as if each had a frame of its own, whatever is around the row and
// however much of it was left when the reader was detached.
func TestCallsInARow(t *testing.T) {
	alone := Header{Kind: Call, Task: 3, ID: 7}
	stream := slices.Concat(
		encode(t, alone, []byte("alone")),
		row(t, Header{Kind: Calls, Task: 4, ID: 8}, "one", "", "three"),
		row(t, Header{Kind: Calls, Task: 5, ID: 11}, "four"),
		encode(t, Header{Kind: Call, Flags: Direct, ID: 12}, []byte("last")))
	want := []string{"7 3 alone", "8 4 one", "9 4 ", "10 4 three", "11 5 four", "12 0 last"}
	for detached := range len(want) + 1 {
		r := NewReader(bytes.NewReader(stream), DefaultLimit)
		var got []string
		for i := range want {
			if i == detached {
				r = r.Detach()
			}
			if i > 0 && !r.Buffered() {
				t.Errorf("call %d is not there although its frame is", i)
			}
			if is := i == 2 || i == 3; r.InRow() != is {
				t.Errorf("call %d: in a row is %t", i, r.InRow())
			}
			h, payload, err := r.Next()
			if err != nil || h.Kind != Call {
				t.Fatalf("%+v, %v", h, err)
			}
			got = append(got, fmt.Sprintf("%d %d %s", h.ID, h.Task, payload))
		}
		if !slices.Equal(got, want) {
			t.Errorf("detached before %d: %q, want %q", detached, got, want)
		}
	}
}

// What no sender makes of a row is an error before any of it is believed.
func TestG12_HostileRows(t *testing.T) {
	whole := part.Append(part.Append(nil, []byte("one"), false), []byte("two"), false)
	for name, bad := range map[string]struct {
		h       Header
		payload []byte
	}{
		"empty":    {Header{Kind: Calls, ID: 1}, nil},
		"cut":      {Header{Kind: Calls, ID: 1}, whole[:len(whole)-1]},
		"rest":     {Header{Kind: Calls, ID: 1}, append(bytes.Clone(whole), 1, 2)},
		"plain":    {Header{Kind: Calls, ID: 1}, part.Append(bytes.Clone(whole), nil, true)},
		"flags":    {Header{Kind: Calls, ID: 1, Flags: Direct}, whole},
		"tries":    {Header{Kind: Calls, ID: 1, Tries: 1}, whole},
		"deadline": {Header{Kind: Calls, ID: 1, Time: 1}, whole},
		"task":     {Header{Kind: Outcomes, ID: 1, Task: 1}, whole},
		"last":     {Header{Kind: Outcomes, ID: 1, Flags: Last}, whole},
	} {
		if _, err := CheckRow(bad.h, bad.payload); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		_, _, err := NewReader(bytes.NewReader(encode(t, bad.h, bad.payload)), DefaultLimit).Next()
		if bad.h.Kind == Calls && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s, read: %v", name, err)
		}
	}
	if n, err := CheckRow(Header{Kind: Outcomes, ID: 1}, whole); n != 2 || err != nil {
		t.Errorf("a good one: %d, %v", n, err)
	}
}
