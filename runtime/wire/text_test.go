package wire

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

type word string

// Strings come back however long they are and whatever lies between them.
func TestStringsComeBack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var b []byte
		var want []string
		var gaps [][]byte
		for range rnd.IntN(40) {
			want = append(want, strings.Repeat(string(rune('a'+rnd.IntN(26))), rnd.IntN(1<<rnd.IntN(11))))
			gaps = append(gaps, make([]byte, rnd.IntN(1<<rnd.IntN(11))))
			b = AppendBytes(AppendString(b, want[len(want)-1]), gaps[len(gaps)-1])
		}
		r := NewReader(b)
		for i, w := range want {
			if got, gap := r.String(), r.Bytes(); got != w || len(gap) != len(gaps[i]) {
				t.Fatalf("string %d of %d: %q, want %q", i, len(want), got, w)
			}
		}
		if err := r.Finish(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStringSlices(t *testing.T) {
	for _, v := range [][]word{nil, {}, {""}, {"a", "", "bc"}, slices.Repeat([]word{"twelve bytes"}, 1000), {word(strings.Repeat("x", 5000)), "y"}} {
		b := AppendStrings(nil, v)
		r := NewReader(b)
		got := ReadStrings[[]word](&r)
		if err := r.Finish(); err != nil || !slices.Equal(got, v) || (got == nil) != (v == nil) {
			t.Errorf("%d strings: %v", len(v), err)
		}
		for n := 0; n < len(b); n += 1 + len(b)/50 {
			r := NewReader(b[:n:n])
			ReadStrings[[]word](&r)
			if err := r.Finish(); !errors.Is(err, ErrInvalid) {
				t.Errorf("%d of %d bytes: %v", n, len(b), err)
			}
		}
	}
}

// Many short strings share few copies, and none of them holds on to much.
func TestStringsShareCopies(t *testing.T) {
	var v []string
	for i := range 1000 {
		v = append(v, fmt.Sprint("string ", i))
	}
	b := AppendStrings(nil, v)
	allocs := testing.AllocsPerRun(100, func() {
		r := NewReader(b)
		ReadStrings[[]string](&r)
	})
	if allocs > 25 {
		t.Errorf("%v allocations for 1000 strings", allocs)
	}
	r := NewReader(AppendString(AppendString(nil, "short"), strings.Repeat("x", 1<<20)))
	if _ = r.String(); cap(r.room) > firstRoom {
		t.Errorf("a short string keeps %d bytes", cap(r.room))
	}
}

// The strings are the caller's: they share nothing with the input.
func TestStringsAreCopied(t *testing.T) {
	b := AppendString(AppendString(nil, "one"), "two")
	r := NewReader(b)
	one, two := r.String(), r.String()
	clear(b)
	if one != "one" || two != "two" {
		t.Errorf("the input shows: %q, %q", one, two)
	}
}

// A Reader that is kept has room for the strings of the next message, and what was
// read before stays what it was.
func TestStringsOfManyMessages(t *testing.T) {
	var r Reader
	messages, texts := make([][]byte, 100), make([]string, 100)
	for i := range messages {
		messages[i] = AppendString(nil, fmt.Sprint("message ", i))
	}
	allocs := testing.AllocsPerRun(10, func() {
		for i, message := range messages {
			r.Start(message)
			if texts[i] = r.String(); r.Finish() != nil {
				t.Fatal(r.Err())
			}
		}
	})
	for _, message := range messages {
		clear(message)
	}
	for i, text := range texts {
		if text != fmt.Sprint("message ", i) {
			t.Fatalf("string %d became %q", i, text)
		}
	}
	if cap(r.room) > minRoom {
		t.Errorf("a short message shares %d bytes", cap(r.room))
	}
	if allocs > 5 {
		t.Errorf("%v allocations for 100 messages", allocs)
	}
}

// A failure in one message is not one in the next.
func TestStartForgetsTheFailure(t *testing.T) {
	var r Reader
	r.Start([]byte{1})
	for range 3 {
		r.Enter()
	}
	if r.Int(); r.Finish() == nil {
		t.Fatal("one byte was enough for an int")
	}
	r.Start(AppendInt(nil, 7))
	if n := r.Int(); n != 7 || r.Finish() != nil || r.depth != 0 {
		t.Errorf("%d, %v, depth %d", n, r.Err(), r.depth)
	}
}

// What a method of the user's is called with is not what the caller lent.
func TestApart(t *testing.T) {
	var kept, v *int
	read := Apart(8, func(r *Reader, v *int) { kept, *v = v, r.Int() })
	r := NewReader(AppendInt(nil, 7))
	v = new(int)
	if read(&r, v); *v != 7 || kept == v || *kept != 7 {
		t.Errorf("%d, the same %v", *v, kept == v)
	}
}
