package frame

import (
	"bytes"
	"errors"
	"testing"

	"github.com/offing-go/offing/runtime/internal/shm"
)

// FuzzG12_ReadBlock reads where a frame is said to be: it is inside the memory, or there
// is none.
func FuzzG12_ReadBlock(f *testing.F) {
	f.Add(uint16(4096), AppendBlock(nil, shm.Block{Offset: 64, Length: 100}))
	f.Add(uint16(4096), AppendBlock(nil, shm.Block{Offset: 4096 - 31, Length: HeaderSize}))
	f.Add(uint16(0), AppendBlock(nil, shm.Block{Offset: 1<<32 - 1, Length: 1<<32 - 1}))
	f.Add(uint16(64), []byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, size uint16, payload []byte) {
		mem := make([]byte, size)
		got, block, err := ReadBlock(mem, payload)
		if err != nil {
			if !errors.Is(err, ErrInvalid) || got != nil || block != (shm.Block{}) {
				t.Fatalf("%d bytes, %+v, %v", len(got), block, err)
			}
			return
		}
		if !bytes.Equal(AppendBlock(nil, block), payload) {
			t.Fatalf("%+v is not what was said", block)
		}
		end := uint64(block.Offset) + uint64(block.Length)
		if end > uint64(size) || len(got) != int(block.Length)-HeaderSize || cap(got) != len(got) {
			t.Fatalf("%+v in %d bytes: %d bytes", block, size, len(got))
		}
	})
}

// countingReader counts reads.
type countingReader struct {
	stepReader
	reads int
}

func (r *countingReader) Read(b []byte) (int, error) { r.reads++; return r.stepReader.Read(b) }

// FuzzBuffered asks before each frame whether it is there: Next then reads exactly if not.
func FuzzBuffered(f *testing.F) {
	for _, flags := range []Flags{0, Last, Last | Shared, Direct | Batch | NotStarted} {
		b := encode(f, Header{Kind: Skipped, Flags: flags, ID: 1}, []byte("payload"))
		f.Add(append(b, b...), uint8(40))
	}
	f.Add(bytes.Repeat([]byte{0xff}, 64), uint8(64))
	f.Fuzz(func(t *testing.T, stream []byte, step uint8) {
		src := &countingReader{stepReader: stepReader{stream, int(step) + 1}}
		r := NewReader(src, 1000)
		for {
			there, before := r.Buffered(), src.reads
			_, _, err := r.Next()
			if read := src.reads > before; read == there {
				t.Fatalf("buffered: %t, and Next has read: %t (%v)", there, read, err)
			}
			if err != nil {
				return
			}
		}
	})
}
