package part

import (
	"bytes"
	"testing"
)

// FuzzG12_Cut cuts a part to pieces: they are the part, and each is inside it.
func FuzzG12_Cut(f *testing.F) {
	whole := Append(Append(nil, []byte("one"), true), nil, false)
	f.Add(whole)
	f.Add(whole[:5])
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		var again []byte
		for rest := b; len(rest) > 0; {
			end, plain := Cut(rest)
			if end == 0 {
				if Fault(rest) == nil {
					t.Fatal("no error")
				}
				return
			}
			again = Append(again, rest[LengthSize:end], plain)
			rest = rest[end:]
		}
		if !bytes.Equal(again, b) {
			t.Fatal("the outcomes are not the part")
		}
	})
}
