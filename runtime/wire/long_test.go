package wire

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// longSizes are lengths around those at which something else is done.
var longSizes = []int{0, 1, stretch - 1, stretch, stretch + 1, 3*stretch + 7, veryLong - 1, veryLong, veryLong + 8}

// Whatever its length, and whether there is room for it, what is appended is there behind
// what was, and what is read is the same, in memory of its own without room to grow.
func TestLongValuesComeBack(t *testing.T) {
	for _, processors := range []int{1, 2} {
		before := runtime.GOMAXPROCS(processors)
		defer runtime.GOMAXPROCS(before)
		for _, n := range longSizes {
			v := randomBytes(n)
			for _, room := range []int{0, n, n + 100} {
				t.Run(fmt.Sprintf("%d bytes, room for %d, %d processors", n, room, processors), func(t *testing.T) {
					b := AppendBytes(append(make([]byte, 0, 3+room), "abc"...), v)
					b = AppendString(b, string(v))
					if string(b[:3]) != "abc" {
						t.Fatal("what was before is overwritten")
					}
					checkLong(t, b[3:], v)
				})
			}
		}
	}
}

func checkLong(t *testing.T, b, v []byte) {
	t.Helper()
	r := NewReader(b)
	got, text := r.Bytes(), r.String()
	if r.Finish() != nil || !bytes.Equal(got, v) || text != string(v) {
		t.Fatalf("%d bytes and a string of %d came back: %v", len(got), len(text), r.Err())
	}
	if cap(got) != len(v) {
		t.Errorf("room for %d", cap(got))
	}
	clear(b)
	if !bytes.Equal(got, v) || text != string(v) {
		t.Error("what was read is a part of the input")
	}
}

func randomBytes(n int) []byte {
	v := make([]byte, n)
	for i, r := 0, rand.New(rand.NewPCG(1, uint64(n))); i < n; i++ {
		v[i] = byte(r.Uint32())
	}
	return v
}

// The same for numbers, strings of a slice, and what encodes itself.
func TestLongElementsComeBack(t *testing.T) {
	for _, n := range []int{stretch/8 - 1, stretch/8 + 1, veryLong/8 + 1} {
		floats, ints := make([]float64, n), make([]int, n)
		for i := range n {
			floats[i], ints[i] = math.Sqrt(float64(i)), -i
		}
		texts := []string{"short", strings.Repeat("x", 8*n), "", strings.Repeat("yz", 4*n)}
		block := randomBytes(8 * n)
		b := AppendInts(AppendNumbers(nil, floats), ints)
		b = AppendArray(AppendStrings(b, texts), floats)
		b, _ = AppendMarshaled(b, 5, func() ([]byte, error) { return block, nil })

		r := NewReader(b)
		gotFloats, gotInts, gotTexts, array := ReadNumbers[[]float64](&r), ReadInts[[]int](&r), ReadStrings[[]string](&r), make([]float64, n)
		ReadArray(&r, array)
		same := false
		ReadMarshaled(&r, 5, func(b []byte) error { same = bytes.Equal(b, block); return nil })
		if r.Finish() != nil || !same {
			t.Fatal(r.Err(), same)
		}
		for i := range n {
			if gotFloats[i] != floats[i] || array[i] != floats[i] || gotInts[i] != ints[i] {
				t.Fatalf("number %d is %v, %v, %v", i, gotFloats[i], array[i], gotInts[i])
			}
		}
		if strings.Join(gotTexts, "|") != strings.Join(texts, "|") {
			t.Error("strings came back changed")
		}
		if cap(gotFloats) != n || cap(gotInts) != n {
			t.Errorf("room for %d and %d", cap(gotFloats), cap(gotInts))
		}
	}
}

// What is appended to again and again is copied a few times and not each time.
func TestManyLongValuesAreNotCopiedForEach(t *testing.T) {
	v := randomBytes(stretch + 1)
	var b []byte
	moved := 0
	for range 200 {
		before := cap(b)
		if b = AppendBytes(b, v); cap(b) != before {
			moved++
		}
	}
	if moved > 40 {
		t.Errorf("moved %d times", moved)
	}
}

// A second goroutine that gets a processor when all is copied does nothing any more.
func TestLateMoveDoesNothing(t *testing.T) {
	from, to := randomBytes(3*stretch+5), make([]byte, 3*stretch+5)
	m := newMoving(to, from)
	m.assist()
	m.left.Wait()
	if !bytes.Equal(to, from) {
		t.Fatal("one goroutine alone does not copy all")
	}
	clear(to)
	m.to, m.from = nil, nil
	m.assist()
	if !bytes.Equal(to, make([]byte, len(to))) {
		t.Error("it copied again")
	}
}

// BenchmarkLong copies what is long while garbage is collected all the time, as in
// programs where many such values come and go.
func BenchmarkLong(b *testing.B) {
	for _, n := range []int{64 << 10, 1 << 20, 16 << 20, 64 << 20} {
		b.Run(fmt.Sprint(n>>10, "KiB"), func(b *testing.B) {
			v := randomBytes(n)
			b.SetBytes(int64(n))
			for b.Loop() {
				longSink = clone(v)
			}
		})
	}
}

var longSink []byte

// What is short does not have to be on the heap because what is very long is handed to
// another goroutine.
func TestG11_WhatIsCopiedDoesNotEscape(t *testing.T) {
	text, numbers := AppendString(nil, "text"), AppendArray(nil, []uint16{1, 2, 3})
	n := testing.AllocsPerRun(100, func() {
		var room [64]byte
		var array [3]uint16
		r := NewReader(numbers)
		ReadArray(&r, array[:])
		b := AppendArray(AppendString(AppendBytes(room[:0], text[4:]), string(text[4:])), array[:])
		if array[2] != 3 || len(b) != 4+4+4+4+6 {
			t.Error("it came back changed")
		}
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}
