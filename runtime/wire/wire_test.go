package wire

import (
	"errors"
	"math"
	"runtime"
	"testing"
	"time"
)

// all appends one value of every kind, and readAll takes them back and reports
// which differ.
func all() []byte {
	b := AppendBool(nil, true)
	b = AppendInt(b, -5)
	b = AppendInt8(b, math.MinInt8)
	b = AppendInt16(b, math.MinInt16)
	b = AppendInt32(b, math.MinInt32)
	b = AppendInt64(b, math.MinInt64)
	b = AppendUint(b, math.MaxUint)
	b = AppendUint8(b, math.MaxUint8)
	b = AppendUint16(b, math.MaxUint16)
	b = AppendUint32(b, math.MaxUint32)
	b = AppendUint64(b, math.MaxUint64)
	b = AppendUintptr(b, 7)
	b = AppendFloat32(b, math.MaxFloat32)
	b = AppendFloat64(b, math.Copysign(0, -1))
	b = AppendComplex64(b, complex(1, -2))
	b = AppendComplex128(b, complex(3, -4))
	b = AppendString(b, "häh")
	b = AppendBytes(b, []byte{1, 2})
	b = AppendCount(b, 2, false)
	b = AppendEmpty(AppendEmpty(b))
	b = AppendPresent(b, false)
	return AppendDuration(b, time.Minute)
}

func readAll(r *Reader, t *testing.T) {
	check := func(ok bool, kind string) {
		if !ok && r.Err() == nil {
			t.Errorf("%s came back different", kind)
		}
	}
	check(r.Bool(), "bool")
	check(r.Int() == -5, "int")
	check(r.Int8() == math.MinInt8, "int8")
	check(r.Int16() == math.MinInt16, "int16")
	check(r.Int32() == math.MinInt32, "int32")
	check(r.Int64() == math.MinInt64, "int64")
	check(r.Uint() == math.MaxUint, "uint")
	check(r.Uint8() == math.MaxUint8, "uint8")
	check(r.Uint16() == math.MaxUint16, "uint16")
	check(r.Uint32() == math.MaxUint32, "uint32")
	check(r.Uint64() == math.MaxUint64, "uint64")
	check(r.Uintptr() == 7, "uintptr")
	check(r.Float32() == math.MaxFloat32, "float32")
	f := r.Float64()
	check(f == 0 && math.Signbit(f), "float64")
	check(r.Complex64() == complex(1, -2), "complex64")
	check(r.Complex128() == complex(3, -4), "complex128")
	check(r.String() == "häh", "string")
	check(string(r.Bytes()) == "\x01\x02", "bytes")
	n, present := r.Count(1)
	check(n == 2 && present, "count")
	r.Empty()
	r.Empty()
	check(!r.Present(), "present")
	check(r.Duration() == time.Minute, "duration")
}

func TestEveryKindComesBack(t *testing.T) {
	r := NewReader(all())
	readAll(&r, t)
	if err := r.Finish(); err != nil {
		t.Error(err)
	}
}

func TestG12_EveryTruncationIsAnError(t *testing.T) {
	whole := all()
	for n := range whole {
		r := NewReader(whole[:n:n])
		readAll(&r, t)
		if err := r.Finish(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

func TestNilIsNotEmpty(t *testing.T) {
	for _, v := range [][]byte{nil, {}} {
		r := NewReader(AppendBytes(nil, v))
		if got := r.Bytes(); (got == nil) != (v == nil) || r.Finish() != nil {
			t.Errorf("%#v became %#v", v, got)
		}
	}
}

func TestViewIsTheInput(t *testing.T) {
	b := AppendInt(AppendBytes(nil, []byte("abc")), 7)
	r := NewReader(b)
	v := r.View()
	if string(v) != "abc" || &v[0] != &b[4] || r.Int() != 7 || r.Finish() != nil {
		t.Errorf("got %q, then %v", v, r.Err())
	}
}

func TestG12_BadValuesAreErrors(t *testing.T) {
	for name, read := range map[string]struct {
		input []byte
		read  func(*Reader)
	}{
		"bool of 2":         {[]byte{2}, func(r *Reader) { r.Bool() }},
		"empty of 1":        {[]byte{1}, func(r *Reader) { r.Empty() }},
		"trailing byte":     {[]byte{1, 0}, func(r *Reader) { r.Bool() }},
		"long string":       {AppendUint32(nil, math.MaxUint32), func(r *Reader) { _ = r.String() }},
		"long bytes":        {AppendUint32(nil, math.MaxUint32), func(r *Reader) { r.Bytes() }},
		"long view":         {AppendUint32(nil, math.MaxUint32), func(r *Reader) { r.View() }},
		"many elements":     {AppendUint64(nil, 6), func(r *Reader) { r.Count(2) }},
		"nanoseconds":       {AppendString(AppendInt32(AppendInt32(AppendInt64(nil, 1), 1e9), 0), "UTC"), func(r *Reader) { r.Time() }},
		"codec's complaint": {nil, func(r *Reader) { r.Fail("no such thing") }},
	} {
		r := NewReader(read.input)
		read.read(&r)
		if err := r.Finish(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzG12_Reader reads what kinds says from b, and stays within what G12 allows.
func FuzzG12_Reader(f *testing.F) {
	f.Add(all(), []byte{0, 1, 2, 3})
	f.Add(AppendNumbers(nil, []uint16{1, 2, 3}), []byte{8})
	f.Add(AppendInts(AppendNumbers[[]float64](nil, nil), []int{5}), []byte{9, 10})
	f.Add(AppendTime(AppendBytes(nil, []byte("text")), time.Unix(5, 6)), []byte{11, 5})
	f.Add(AppendTime(nil, time.Unix(5, 6).In(time.FixedZone("CET", 3600))), []byte{5})
	f.Add(named("Europe/Berlin", 3600), []byte{5})
	f.Add(named(".//Europe/Berlin", 3600), []byte{5})
	f.Add(named("Local", 0), []byte{5})
	f.Fuzz(func(t *testing.T, b, kinds []byte) {
		read := func() {
			r := NewReader(b)
			for i := 0; i < len(kinds); i++ {
				readKind(&r, kinds[i])
			}
			_ = r.Finish()
		}
		r := NewReader(b)
		for _, k := range kinds { // after a failure as well
			readKind(&r, k)
		}
		if r.Len() > len(b) {
			t.Fatal("the reader grew")
		}
		if spent := allocated(read); spent > 16*uint64(len(b))+1<<10 {
			t.Fatalf("%d bytes allocated for an input of %d", spent, len(b))
		}
	})
}

// allocated returns how many bytes f allocates, the least of a few times: the
// runtime allocates meanwhile, and zones are loaded once.
func allocated(f func()) uint64 {
	least := uint64(math.MaxUint64)
	var before, after runtime.MemStats
	for i := 0; i < 3 && least > 512; i++ {
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

func readKind(r *Reader, kind byte) {
	switch kind % 16 {
	case 15:
		r.View()
	case 0:
		r.Bool()
	case 1:
		r.Int()
	case 2:
		_ = r.String()
	case 3:
		r.Bytes()
	case 4:
		if n, _ := r.Count(3); n*3 > r.Len() {
			panic("count beyond the input")
		}
	case 5:
		r.Time()
	case 6:
		r.Complex128()
	case 7:
		r.Empty()
	case 8:
		ReadNumbers[[]uint16](r)
	case 9:
		ReadNumbers[[]float64](r)
	case 10:
		ReadInts[[]int](r)
	case 11:
		ReadMarshaled(r, 10, func([]byte) error { return nil })
	case 12:
		f := r.Block(40)
		r.GetString(f)
		r.GetBytes(f[4:])
		r.GetTime(f[8:])
		r.GetBool(f[24:])
		r.GetInt(f[25:])
	case 13:
		ReadStrings[[]string](r)
	case 14:
		if n, _ := r.Entries(3, 24); n*3 > r.Len() {
			panic("count beyond the input")
		}
	}
}
