package wire

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"
)

// blockOfAll puts one value of every kind that a block may have, and getAll takes
// them back.
func blockOfAll() []byte {
	b := Reserve([]byte("before"), 200)
	f := b[len(b) : len(b)+102]
	PutBool(f, true)
	PutInt(f[1:], math.MinInt)
	PutInt8(f[9:], -1)
	PutInt16(f[10:], math.MinInt16)
	PutInt32(f[12:], math.MaxInt32)
	PutInt64(f[16:], -2)
	PutUint(f[24:], math.MaxUint)
	PutUint8(f[32:], 200)
	PutUint16(f[33:], math.MaxUint16)
	PutUint32(f[35:], 1)
	PutUint64(f[39:], 1<<63)
	PutUintptr(f[47:], 7)
	PutFloat32(f[55:], -1.5)
	PutFloat64(f[59:], math.Inf(-1))
	PutDuration(f[67:], time.Hour)
	PutString(f[75:], "häh")
	PutBytes(f[79:], []byte{1})
	PutBytes(f[83:], nil)
	PutBool(f[87:], false)
	PutComplex64(f[88:], complex(1, -2))
	PutArray(f[96:], []uint16{1, 2, 3})
	b = b[:len(b)+102]
	return append(append(b, "häh"...), 1)[len("before"):]
}

func getAll(t *testing.T, r *Reader) {
	f := (*[102]byte)(r.Block(102))
	var array [3]uint16
	GetArray(f[96:], array[:])
	ok := r.GetBool(f[:]) && r.GetInt(f[1:]) == math.MinInt && r.GetInt8(f[9:]) == -1 && r.GetInt16(f[10:]) == math.MinInt16 &&
		r.GetInt32(f[12:]) == math.MaxInt32 && r.GetInt64(f[16:]) == -2 && r.GetUint(f[24:]) == math.MaxUint && r.GetUint8(f[32:]) == 200 &&
		r.GetUint16(f[33:]) == math.MaxUint16 && r.GetUint32(f[35:]) == 1 && r.GetUint64(f[39:]) == 1<<63 && r.GetUintptr(f[47:]) == 7 &&
		r.GetFloat32(f[55:]) == -1.5 && math.IsInf(r.GetFloat64(f[59:]), -1) && r.GetDuration(f[67:]) == time.Hour &&
		r.GetString(f[75:]) == "häh" && bytes.Equal(r.GetBytes(f[79:]), []byte{1}) && r.GetBytes(f[83:]) == nil &&
		!r.GetBool(f[87:]) && r.GetComplex64(f[88:]) == complex(1, -2) && array == [3]uint16{1, 2, 3}
	if !ok && r.Err() == nil {
		t.Error("the block came back different")
	}
}

func TestBlock(t *testing.T) {
	whole := blockOfAll()
	r := NewReader(whole)
	if getAll(t, &r); r.Finish() != nil {
		t.Fatal(r.Err())
	}
	for n := range whole {
		r := NewReader(whole[:n:n])
		getAll(t, &r)
		if err := r.Finish(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

// After a failure a block is zeros, whatever follows in the input.
func TestG12_BlockAfterFailure(t *testing.T) {
	r := NewReader(bytes.Repeat([]byte{0xff}, 100))
	r.Fail("no such thing")
	for range 3 {
		if f := r.Block(MaxBlock); r.GetInt(f) != 0 || r.GetString(f[8:]) != "" || r.GetBytes(f[12:]) != nil || r.GetTime(f[16:]) != (time.Time{}) {
			t.Fatal("something was read after a failure")
		}
	}
	if r.Len() != 0 || r.Finish() == nil {
		t.Error(r.Len(), r.Err())
	}
}

func TestG12_BadBlocks(t *testing.T) {
	for name, get := range map[string]func(r *Reader){
		"bool":   func(r *Reader) { r.GetBool([]byte{2}) },
		"string": func(r *Reader) { r.GetString([]byte{9, 0, 0, 0}) },
		"bytes":  func(r *Reader) { r.GetBytes([]byte{10, 0, 0, 0}) },
		"time":   func(r *Reader) { r.GetTime(bytes.Repeat([]byte{0x7f}, 16)) },
		"array":  func(r *Reader) { ReadArray(r, make([]int64, 2)) },
		"target": func(r *Reader) { r.Pointer(9) },
		"union":  func(r *Reader) { r.Unlisted("Shape", 7) },
	} {
		r := NewReader(bytes.Repeat([]byte{1}, 8))
		if get(&r); !errors.Is(r.Err(), ErrInvalid) {
			t.Errorf("%s: %v", name, r.Err())
		}
	}
}

// Reserve never changes what is there, and leaves enough room.
func TestReserve(t *testing.T) {
	for _, b := range [][]byte{nil, {}, []byte("ab"), make([]byte, 3, 100)} {
		if got := Reserve(b, 50); !bytes.Equal(got, b) || cap(got)-len(got) < 50 {
			t.Errorf("%q became %q of %d", b, got, cap(got))
		}
	}
}
