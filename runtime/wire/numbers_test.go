package wire

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"
)

type level int16

type count int

// What is copied as a block must look as if it had been appended one by one.
func TestNumbersAreTheirElements(t *testing.T) {
	floats := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), 1.5, math.Float64frombits(0x7ff0000000000001)}
	var want []byte
	want = AppendCount(want, len(floats), false)
	for _, f := range floats {
		want = AppendFloat64(want, f)
	}
	if got := AppendNumbers(nil, floats); !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
	ints := []count{0, -1, math.MaxInt, math.MinInt, 7}
	want = AppendCount(nil, len(ints), false)
	for _, n := range ints {
		want = AppendInt(want, int(n))
	}
	if got := AppendInts(nil, ints); !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

func comesBack[E Fixed](t *testing.T, v []E) {
	b := AppendNumbers(nil, v)
	r := NewReader(b)
	got := ReadNumbers[[]E](&r)
	if err := r.Finish(); err != nil || !slices.Equal(got, v) || (got == nil) != (v == nil) || cap(got) != len(got) {
		t.Errorf("%v became %v, %v", v, got, err)
	}
	for n := range b {
		r := NewReader(b[:n:n])
		ReadNumbers[[]E](&r)
		if err := r.Finish(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%d of %d bytes of %v: %v", n, len(b), v, err)
		}
	}
}

func TestNumbersComeBack(t *testing.T) {
	comesBack(t, []int8{1, -1, math.MinInt8})
	comesBack(t, []level{1, -1, math.MinInt16})
	comesBack(t, []uint32{1, math.MaxUint32})
	comesBack(t, []float32{1, math.MaxFloat32})
	comesBack(t, []uint64{})
	comesBack[int64](t, nil)
	for _, v := range [][]uint{nil, {}, {0, math.MaxUint}} {
		r := NewReader(AppendInts(nil, v))
		got := ReadInts[[]uint](&r)
		if err := r.Finish(); err != nil || !slices.Equal(got, v) || (got == nil) != (v == nil) {
			t.Errorf("%v became %v, %v", v, got, err)
		}
	}
}

// The result is the caller's: it shares nothing with the input.
func TestNumbersAreCopied(t *testing.T) {
	b := AppendNumbers(nil, []int64{5})
	r := NewReader(b)
	got := ReadNumbers[[]int64](&r)
	clear(b)
	if got[0] != 5 {
		t.Error("the input shows")
	}
}

func BenchmarkNumbers(b *testing.B) {
	v := make([]float64, 1024)
	b.Run("block", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf = AppendNumbers(buf[:0], v)
		}
	})
	b.Run("loop", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf = AppendCount(buf[:0], len(v), false)
			for _, f := range v {
				buf = AppendFloat64(buf, f)
			}
		}
	})
}
