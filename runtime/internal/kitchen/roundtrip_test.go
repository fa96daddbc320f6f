package kitchen

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
)

// some is how many of n are enough where every one is slow.
func some(n int) int {
	if testing.Short() || race {
		return max(1, n/20)
	}
	return n
}

// TestRoundTrip holds that what is encoded comes back as it was.
func TestRoundTrip(t *testing.T) {
	for i, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			m := newMaker(uint64(i))
			for range some(2000) {
				if problem := k.comesBack(k.random(m)); problem != "" {
					t.Fatal(problem)
				}
			}
		})
	}
}

// comesBack encodes and decodes v, twice, and says what is wrong. Values that their
// own type does not take back need not be decoded.
func (k kind) comesBack(v reflect.Value) (problem string) {
	const prefix = "prefix"
	b, err := k.encode([]byte(prefix), v)
	if err != nil {
		return "encode: " + err.Error()
	}
	message, found := bytes.CutPrefix(b, []byte(prefix))
	if !found {
		return "what was in the buffer is gone"
	}
	got, err := k.decode(message)
	if err != nil && refusal(v) != nil {
		return ""
	}
	if err != nil {
		return "decode: " + err.Error()
	}
	if d := difference(v, got); d != "" {
		return k.name + d
	}
	again, err := k.encode(nil, got)
	if err != nil || !sameBytes(message, again) {
		return "the bytes change on the way: " + string(message) + "\n" + string(again)
	}
	return ""
}

// sameBytes compares two messages whose maps may be in another order.
func sameBytes(a, b []byte) bool {
	return bytes.Equal(a, b) || bytes.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// TestSharing holds that encoding only reads, for the race detector: two calls may
// have the same argument.
func TestSharing(t *testing.T) {
	for _, k := range kinds() {
		v := k.random(newMaker(7))
		results := make(chan []byte, 2)
		for range cap(results) {
			go func() {
				b, _ := k.encode(nil, v)
				results <- b
			}()
		}
		if a, b := <-results, <-results; !sameBytes(a, b) {
			t.Errorf("%s: %x and %x", k.name, a, b)
		}
	}
}
