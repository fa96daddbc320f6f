package part

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func TestAppendAndCut(t *testing.T) {
	var b []byte
	for n := range 300 {
		b = Append(b, bytes.Repeat([]byte{byte(n)}, n), n%3 == 0)
	}
	for n := range 300 {
		end, plain := Cut(b)
		if end != LengthSize+n || plain != (n%3 == 0) || !bytes.Equal(b[LengthSize:end], bytes.Repeat([]byte{byte(n)}, n)) {
			t.Fatalf("outcome %d: %d %v", n, end, plain)
		}
		b = b[end:]
	}
	if end, _ := Cut(b); end != 0 {
		t.Errorf("%d bytes of nothing", end)
	}
}

// TestG12_HostileParts: whatever the bytes, what is cut off is in them, and nothing is
// allocated.
func TestG12_HostileParts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 64)
	allocs := testing.AllocsPerRun(20_000, func() {
		for i := range b {
			b[i] = byte(random.Uint32()) >> random.IntN(9)
		}
		rest := b[:random.IntN(len(b))]
		for end := 1; end > 0; rest = rest[end:] {
			if end, _ = Cut(rest); end > len(rest) {
				t.Fatalf("%d bytes cut off %d", end, len(rest))
			}
		}
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
	for _, bad := range [][]byte{{1}, {1, 0, 0}, {2, 0, 0, 0, 9}, {0xff, 0xff, 0xff, 0xff, 1, 2}} {
		if end, _ := Cut(bad); end != 0 || Fault(bad) == nil {
			t.Errorf("%v: %d", bad, end)
		}
	}
}
