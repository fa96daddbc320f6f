//go:build unix

package process_test

import (
	"slices"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// Chunks beyond the frame limit are split in halves, and every item is its own.
func TestG10_SplitChunksOfAStream(t *testing.T) {
	const limit = 1 << 16
	p := newPool(t, process.Config{Workers: 2, FrameLimit: limit})
	items := make([][]byte, 4000)
	for i := range items {
		n := 10
		if i%100 < 20 {
			n = limit / 8
		}
		items[i] = slices.Repeat([]byte{byte(i), byte(i >> 8)}, n/2)
	}
	for _, opts := range [][]runtime.MapOption{nil, {runtime.Chunk(40)}} {
		n := 0
		for got, err := range runtime.Stream(t.Context(), p, echo, slices.Values(items), opts...) {
			if err != nil || !slices.Equal(got, items[n]) {
				t.Fatalf("item %d: %d bytes, %v; want %d bytes", n, len(got), err, len(items[n]))
			}
			n++
		}
		if n != len(items) {
			t.Errorf("%d items of %d", n, len(items))
		}
	}
}
