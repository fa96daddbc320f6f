package frame

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"testing"
	"testing/iotest"
	"time"

	"github.com/offing-go/offing/runtime/internal/part"
)

func encode(t testing.TB, h Header, payload []byte) []byte {
	b := append(Begin(nil), payload...)
	if err := Finish(b, h, DefaultLimit); err != nil {
		t.Fatal(err)
	}
	return b
}

var someHeaders = []Header{
	{Kind: Hello},
	{Kind: Call, Flags: Batch, Task: 1<<32 - 1, Tries: 3, ID: 1<<64 - 1, Time: time.Hour},
	{Kind: Outcome, Flags: Last, ID: 7},
	{Kind: Failure, Flags: Last | NotStarted, ID: 8},
	{Kind: Outcome, Flags: Last | Shared, ID: 9},
	{Kind: Call, Flags: Direct | Shared, ID: 10},
	{Kind: Skipped, Flags: Last, ID: 11},
	{Kind: Failure, Flags: Last | Leaving, ID: 12},
	{Kind: Outcomes, ID: 13},
}

func TestRoundTrip(t *testing.T) {
	var stream []byte
	sizes := []int{0, 1, minBuffer, 3 * minBuffer, 3 * keepBuffer, 5}
	for _, n := range sizes {
		for _, h := range someHeaders {
			stream = append(stream, encode(t, h, bytes.Repeat([]byte{byte(n)}, n))...)
		}
	}
	for name, src := range map[string]io.Reader{
		"at once":     bytes.NewReader(stream),
		"in halves":   iotest.HalfReader(bytes.NewReader(stream)),
		"error early": iotest.DataErrReader(bytes.NewReader(stream)),
	} {
		r := NewReader(src, DefaultLimit)
		for _, n := range sizes {
			for _, want := range someHeaders {
				h, payload, err := r.Next()
				if err != nil || h != want || !bytes.Equal(payload, bytes.Repeat([]byte{byte(n)}, n)) {
					t.Fatalf("%s: got %+v, %d bytes, %v; want %+v, %d bytes", name, h, len(payload), err, want, n)
				}
			}
		}
		if _, _, err := r.Next(); err != io.EOF {
			t.Fatalf("%s: the end is %v", name, err)
		}
	}
}

func TestDetach(t *testing.T) {
	first, second := encode(t, someHeaders[2], []byte("first")), encode(t, someHeaders[3], []byte("second"))
	r := NewReader(bytes.NewReader(append(first, second...)), DefaultLimit)
	_, payload, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	r = r.Detach()
	if _, next, err := r.Next(); err != nil || string(next) != "second" || string(payload) != "first" {
		t.Fatalf("%q, %q, %v", payload, next, err)
	}
}

func TestInvalid(t *testing.T) {
	good := encode(t, someHeaders[1], []byte("payload"))
	for name, change := range map[string]func([]byte){
		"kind 0":   func(b []byte) { b[4] = 0 },
		"kind 10":  func(b []byte) { b[4] = 10 },
		"flags":    func(b []byte) { b[5] = 0x80 },
		"reserved": func(b []byte) { b[6] = 1 },
		"deadline": func(b []byte) { b[31] = 0x80 },
	} {
		b := bytes.Clone(good)
		change(b)
		if _, _, err := NewReader(bytes.NewReader(b), DefaultLimit).Next(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := 1; n < len(good); n++ {
		if _, _, err := NewReader(bytes.NewReader(good[:n]), DefaultLimit).Next(); err != io.ErrUnexpectedEOF {
			t.Errorf("%d bytes of a frame: %v", n, err)
		}
	}
}

func TestLimit(t *testing.T) {
	b := append(Begin(nil), make([]byte, 11)...)
	if err := Finish(b, Header{Kind: Call}, 10); !errors.Is(err, ErrTooLong) {
		t.Fatal(err)
	}
	if err := Finish(b, Header{Kind: Call}, 11); err != nil {
		t.Fatal(err)
	}
	if _, _, err := NewReader(bytes.NewReader(b), 10).Next(); !errors.Is(err, ErrTooLong) {
		t.Fatal(err)
	}
}

// A length alone must cost nothing (G12).
func TestG12_LengthIsNoAllocation(t *testing.T) {
	b := encode(t, Header{Kind: Outcome}, nil)
	binary.LittleEndian.PutUint32(b, DefaultLimit)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := NewReader(bytes.NewReader(b), DefaultLimit).Next()
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; err != io.ErrUnexpectedEOF || got > 1<<20 {
		t.Fatalf("%d bytes allocated, %v", got, err)
	}
}

// FuzzG12_Reader reads frames from a stream that it is given in steps: they encode
// to what they were, and the buffer is in proportion to the stream.
func FuzzG12_Reader(f *testing.F) {
	for _, h := range someHeaders {
		f.Add(encode(f, h, []byte("payload")), uint8(3))
	}
	f.Add(bytes.Repeat([]byte{0xff}, 64), uint8(1))
	f.Add(append(row(f, Header{Kind: Calls, Task: 3, ID: 9}, "one", "", "three"), row(f, Header{Kind: Outcomes, ID: 9}, "a", "b")...), uint8(5))
	f.Fuzz(func(t *testing.T, stream []byte, step uint8) {
		const limit = 1 << 20
		r := NewReader(&stepReader{stream, int(step) + 1}, limit)
		total := 0
		for {
			h, payload, err := r.Next()
			if err != nil {
				break
			}
			again := append(Begin(nil), payload...)
			if row := takeRow(r, h, payload); row != nil {
				again, h = row, Header{Kind: Calls, Task: h.Task, ID: h.ID}
			}
			if Finish(again, h, limit) != nil || !bytes.Equal(again, stream[total:total+len(again)]) {
				t.Fatalf("%+v does not encode to what it was", h)
			}
			total += len(again)
			if n, err := CheckRow(h, payload); h.Kind == Outcomes && err == nil && n > len(payload)/4 {
				t.Fatalf("%d outcomes in %d bytes", n, len(payload))
			}
		}
		if len(r.buf) > max(minBuffer, 2*len(stream)) {
			t.Fatalf("a buffer of %d bytes for a stream of %d", len(r.buf), len(stream))
		}
		if spent := allocated(func() { readAll(stream, int(step)+1, limit) }); spent > 16*uint64(len(stream))+minBuffer+1<<10 {
			t.Fatalf("%d bytes allocated for a stream of %d", spent, len(stream))
		}
	})
}

// takeRow takes the calls of the row that r is in, whose first has been read, and returns
// the frame of it, without its header; nil if that call was in none.
func takeRow(r *Reader, h Header, payload []byte) []byte {
	if h.Kind != Call || h != r.row || r.rowEnd == 0 || r.start > r.rowEnd {
		return nil
	}
	b := part.Append(Begin(nil), payload, false)
	for r.InRow() {
		_, payload := r.NextInRow()
		b = part.Append(b, payload, false)
	}
	return b
}

// readAll reads frames to the end or the first that is none.
func readAll(stream []byte, step, limit int) {
	r := NewReader(&stepReader{stream, step}, limit)
	for {
		if _, _, err := r.Next(); err != nil {
			return
		}
	}
}

// allocated returns how many bytes f allocates, the least of a few times: the
// runtime allocates meanwhile.
func allocated(f func()) uint64 {
	least := ^uint64(0)
	var before, after runtime.MemStats
	for i := 0; i < 3 && least > minBuffer; i++ {
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

// A stepReader returns at most step bytes at a time.
type stepReader struct {
	b    []byte
	step int
}

func (r *stepReader) Read(b []byte) (int, error) {
	if len(r.b) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), r.step)], r.b)
	r.b = r.b[n:]
	return n, nil
}

// What reads a long payload does not keep it alive once it is over.
func TestAMessageDoesNotKeepALongPayload(t *testing.T) {
	b := Begin(nil)
	b = append(b, make([]byte, 2*keepBuffer)...)
	if err := Finish(b, Header{Kind: Outcome}, len(b)); err != nil {
		t.Fatal(err)
	}
	r := NewReader(bytes.NewReader(b), len(b))
	_, payload, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	freed := make(chan bool, 1)
	runtime.AddCleanup(&r.buf[0], func(c chan bool) { c <- true }, freed)
	if r.Message(payload).Len() != len(payload) {
		t.Fatal("another length")
	}
	payload = nil
	r.Next()
	for range 100 {
		runtime.GC()
		select {
		case <-freed:
			runtime.KeepAlive(r)
			return
		default:
			runtime.Gosched()
		}
	}
	t.Error("it is still there")
}
