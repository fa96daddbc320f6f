package wire

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

// TestG12_MapsArePaidFor holds that maps of Go take no more than padding pays for.
func TestG12_MapsArePaidFor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	paidFor[int8, struct{}](t, 2)
	paidFor[int8, bool](t, 2)
	paidFor[int16, *int](t, 3)
	paidFor[int16, any](t, 4)
	paidFor[int32, string](t, 8)
	paidFor[int32, [3]string](t, 16)
	paidFor[int32, [8]string](t, 36)
}

func paidFor[K ~int8 | ~int16 | ~int32, V any](t *testing.T, least int) {
	slot := int(unsafe.Sizeof(struct {
		k K
		v V
	}{}))
	for n := 0; n < 300 && int(K(n)) == n; n++ {
		message := AppendEntries(nil, n, false, least, slot)
		length := len(message) + n*least
		if spent := bytesOf(func() any { return filled[K, V](n) }); spent > 16*uint64(length) {
			t.Errorf("%T of %d takes %d bytes, and %d on the wire", map[K]V{}, n, spent, length)
		}
	}
}

func filled[K ~int8 | ~int16 | ~int32, V any](n int) map[K]V {
	m := make(map[K]V, n)
	for i := range n {
		m[K(i)] = *new(V)
	}
	return m
}

// bytesOf returns what make allocates, the least of three times.
func bytesOf(make func() any) uint64 {
	least := ^uint64(0)
	for range 3 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		v := make()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(v)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

func TestEntries(t *testing.T) {
	for n := range 20 {
		b := AppendEntries(nil, n, false, 2, 24)
		whole := append(b, make([]byte, 2*n)...)
		r := NewReader(whole)
		if got, present := r.Entries(2, 24); got != n || !present || r.Len() != 2*n {
			t.Errorf("%d entries: %d, %v, %d bytes left, %v", n, got, present, r.Len(), r.Err())
		}
		r = NewReader(whole[:len(whole)-1])
		if r.Entries(2, 24); n > 0 && !errors.Is(r.Err(), ErrInvalid) {
			t.Errorf("%d entries are in %d bytes", n, len(whole)-1)
		}
		if len(b) > 4 {
			whole[4] = 1
			r = NewReader(whole)
			if r.Entries(2, 24); !errors.Is(r.Err(), ErrInvalid) {
				t.Errorf("%d entries: padding that is not zero is valid", n)
			}
		}
	}
	r := NewReader(AppendEntries(nil, 0, true, 2, 24))
	if n, present := r.Entries(2, 24); n != 0 || present || r.Finish() != nil {
		t.Errorf("nil: %d, %v, %v", n, present, r.Err())
	}
}

func TestMarshaled(t *testing.T) {
	for n := range 300 {
		text := string(make([]byte, n))
		marshal := func() ([]byte, error) { return []byte(text), nil }
		b, err := AppendMarshaled(nil, 280, marshal)
		if err != nil || len(b) != max(280, 4+n) {
			t.Fatal(n, len(b), err)
		}
		r := NewReader(b)
		got := "nothing"
		if ReadMarshaled(&r, 280, func(b []byte) error { got = string(b); return nil }); got != text || r.Finish() != nil {
			t.Errorf("%d bytes: %d came back, %v", n, len(got), r.Err())
		}
	}
	broken := errors.New("broken")
	r := NewReader(make([]byte, 10))
	if ReadMarshaled(&r, 10, func([]byte) error { return broken }); !errors.Is(r.Err(), broken) || !errors.Is(r.Err(), ErrInvalid) {
		t.Errorf("got %v", r.Err())
	}
	r.Start(make([]byte, 10))
	if ReadMarshaled(&r, 10, func([]byte) error { return mute{} }); !strings.Contains(r.Err().Error(), "mute, whose text panics") {
		t.Errorf("got %v", r.Err())
	}
}

// A mute error has no text.
type mute struct{}

func (mute) Error() string { panic("mute") }
