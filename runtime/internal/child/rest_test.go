package child

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/part"
)

// A death is what is left of a worker at one moment: its board, and the stream it wrote.
// It is taken while the outbox is locked.
type death struct {
	base, end, open uint64
	box             []byte
	written         []byte
}

// deathOf returns what would be left now.
func (s *script) deathOf() death {
	b := s.box.board
	written, err := os.ReadFile(s.box.file.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	return death{b.words[wordBase].Load(), b.words[wordEnd].Load(), b.words[wordOpen].Load(), bytes.Clone(b.outbox), written}
}

// board returns the board of the dead.
func (d *death) board() *Board {
	b := localBoard()
	b.outbox = d.box
	b.words[wordBase].Store(d.base)
	b.words[wordEnd].Store(d.end)
	b.words[wordOpen].Store(d.open)
	return b
}

// A script drives an outbox and knows what a reader has to get.
type script struct {
	t    testing.TB
	box  *outbox
	said []string // outcomes and frames that are complete
	next int
	call uint64 // of the next outcome of a step
}

func newScript(t testing.TB) *script {
	f, err := os.Create(t.TempDir() + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	s := &script{t: t, box: newOutbox(f, localBoard(), 0)}
	s.box.armed = true // no timer: the script says when it is written
	return s
}

// payload returns n bytes that no other payload has.
func (s *script) payload(n int) []byte {
	s.next++
	return bytes.Repeat([]byte{byte(s.next), byte(s.next >> 8), byte(s.next * 7)}, n/3+1)[:n]
}

func (s *script) put(id uint64, n int) {
	p := s.payload(n)
	b := append(frame.Begin(nil), p...)
	if err := frame.Finish(b, frame.Header{Kind: frame.Outcome, Flags: frame.Last, ID: id}, frame.DefaultLimit); err != nil {
		s.t.Fatal(err)
	}
	if err := s.box.put(b, false); err != nil {
		s.t.Fatal(err)
	}
	s.said = append(s.said, said("whole", id, p))
}

func (s *script) part(id uint64, n int) {
	p := s.payload(n)
	y := trayOver(s.box, id)
	if y.Put(append(y.Room(), p...), false); y.unsent != nil {
		s.t.Fatal(y.unsent)
	}
	s.said = append(s.said, said("part", id, p))
}

// trayOver returns a tray of batch id in a worker with several lanes: each outcome is put
// into the box under its lock.
func trayOver(box *outbox, id uint64) *tray {
	s := &server{out: box, board: box.board, limit: frame.DefaultLimit}
	s.running.lanes = make([]lane, 2)
	l := &s.running.lanes[0]
	l.server = s
	l.tray.begin(l, &callContext{id: id, from: &origin{}})
	return &l.tray
}

// outcome adds the outcome of a call, which is in a row with that of the call before it if
// nothing else came in between.
func (s *script) outcome(id uint64, n int) {
	p := s.payload(n)
	if err := s.box.outcome(id, p, false); err != nil {
		s.t.Fatal(err)
	}
	s.said = append(s.said, said("whole", id, p))
}

// row adds the outcomes of so many calls in a row, each a byte longer than the one before.
func (s *script) row(id uint64, calls, n int) {
	for i := range calls {
		s.outcome(id+uint64(i), n+i)
	}
}

func said(what string, id uint64, p []byte) string {
	return fmt.Sprintf("%s of %d: %d bytes, %x", what, id, len(p), p[:min(len(p), 6)])
}

// heard reads frames to the end of the stream.
func heard(r io.Reader) (all []string, end error) {
	frames := frame.NewReader(r, frame.DefaultLimit)
	for {
		h, payload, err := frames.Next()
		if err != nil {
			return all, err
		}
		if h.Has(frame.Last) {
			all = append(all, said("whole", h.ID, payload))
			continue
		}
		what, step := "part", uint64(0)
		if h.Kind == frame.Outcomes {
			what, step = "whole", 1
			if _, err := frame.CheckRow(h, payload); err != nil {
				return all, err
			}
		}
		for ; len(payload) > 0; h.ID += step {
			n, _ := part.Cut(payload)
			if n == 0 {
				return all, part.Fault(payload)
			}
			all, payload = append(all, said(what, h.ID, payload[part.LengthSize:n])), payload[n:]
		}
	}
}

// check lets the reader have so many bytes of the stream, and the rest, and compares
// what that is with what was complete.
func (d *death) check(t testing.TB, moment string, read uint64, stream []byte, want []string) {
	got, end := heard(io.MultiReader(bytes.NewReader(stream[:read]), bytes.NewReader(d.board().Rest(read))))
	if end != io.EOF || !slices.Equal(got, want) {
		t.Fatalf("%s, %d bytes read of [%d, %d), open %d: the end is %v; got %d:\n%q\nwant %d:\n%q",
			moment, read, d.base, d.end, d.open, end, len(got), got, len(want), want)
	}
}

// die has the worker die now, after the last step, and while it writes its box: at each
// byte, or at some if there are many.
func (s *script) die(moment string) {
	d := s.deathOf()
	d.check(s.t, moment, d.base, d.written, s.said)
	s.box.closeLocked()
	d = s.deathOf()
	stream := append(d.written, d.box[:d.end-d.base]...)
	step := max(1, (d.end-d.base)/50)
	for read := d.base; read < d.end; read += step {
		d.check(s.t, moment+", writing", read, stream, s.said)
	}
	d.check(s.t, moment+", written", d.end, stream, s.said)
	late := d
	late.base = d.end // the first of the two words that say so
	late.check(s.t, moment+", between base and end", d.end, stream, s.said)
}

// dieAppending has the worker die between the stores of a step that did not write: the
// bytes are there, and the board is the one before, or has the open frame already.
func (s *script) dieAppending(before death, known []string) {
	after := s.deathOf()
	if after.base != before.base || len(after.written) != len(before.written) {
		return // it was written: die has seen it
	}
	torn := after
	torn.end, torn.open = before.end, before.open
	if before.open != noFrame && after.open != before.open {
		torn.open = noFrame // it was closed first
	}
	torn.check(s.t, "bytes before end", torn.base, torn.written, known)
	if after.open != noFrame && after.open >= before.end {
		torn.open = after.open
		torn.check(s.t, "open before end", torn.base, torn.written, known)
	}
}

// step does one thing at random, with sizes of up to most.
func (s *script) step(r *rand.Rand, most int) {
	s.box.mu.Lock()
	before, known := s.deathOf(), slices.Clone(s.said)
	s.box.mu.Unlock()
	switch n := r.IntN(1 + r.IntN(most)); r.IntN(10) {
	case 0, 1:
		s.put(1+r.Uint64N(3), n)
	case 8, 9:
		s.outcome(1000+s.call, min(n, rowSize))
		s.call += 1 + r.Uint64N(5)/4 // now and then one has another frame
	case 2:
		if err := s.box.flush(); err != nil {
			s.t.Fatal(err)
		}
	default:
		s.part(10+r.Uint64N(2), n)
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.dieAppending(before, known)
}

// Whenever a worker dies, the pool gets what was complete: nothing twice, nothing torn,
// and of an open frame the outcomes that were complete.
func TestG5_DeathAtEveryPoint(t *testing.T) {
	for name, most := range map[string]int{"small": 40, "large": 40 << 10} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(2) {
				r := rand.New(rand.NewPCG(seed, 1))
				s := newScript(t)
				for i := range 40 {
					s.step(r, most)
					s.box.mu.Lock()
					s.dieOpen(fmt.Sprintf("seed %d, step %d", seed, i))
					s.box.mu.Unlock()
				}
			}
		})
	}
}

// dieOpen is die for a script that goes on with its open frame.
func (s *script) dieOpen(moment string) {
	b := s.box.board
	open, next, word, box := s.box.open, s.box.next, b.words[wordOpen].Load(), bytes.Clone(b.outbox)
	s.die(moment)
	s.box.open, s.box.next = open, next
	b.words[wordOpen].Store(word)
	copy(b.outbox, box)
}

// A board that cannot be has no rest, and no rest is longer than the outbox.
func TestG12_RestOfAHostileBoard(t *testing.T) {
	b := localBoard()
	r := rand.New(rand.NewPCG(1, 1))
	edge := []uint64{0, 1, 31, 32, outboxSize - 1, outboxSize, outboxSize + 1, 1 << 63, noFrame, noFrame - 1, noFrame - outboxSize}
	word := func() uint64 {
		if r.IntN(4) == 0 {
			return r.Uint64()
		}
		return edge[r.IntN(len(edge))] + r.Uint64N(40)
	}
	some := 0
	for range 200_000 {
		read := word()
		base, end, open := word(), word(), word()
		if r.IntN(2) == 0 { // one that may be
			base = read - r.Uint64N(100)
			end, open = read+r.Uint64N(outboxSize), read+r.Uint64N(100)
		}
		b.words[wordBase].Store(base)
		b.words[wordEnd].Store(end)
		b.words[wordOpen].Store(open)
		rest := b.Rest(read)
		if len(rest) > 0 && (len(rest) > outboxSize || base > read || read > end || uint64(len(rest)) != end-read) {
			t.Fatalf("read %d, base %d, end %d, open %d: a rest of %d", read, base, end, open, len(rest))
		}
		some += len(rest)
	}
	if some == 0 {
		t.Error("there never was a rest")
	}
}
