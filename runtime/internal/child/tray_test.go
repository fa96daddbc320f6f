package child

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	goruntime "runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/part"
)

var _ runtime.Outcomes = (*tray)(nil)

// A stage is a server with nothing but what a tray needs, and the pool's end of its
// pipe.
type stage struct {
	*server
	in *os.File

	mu   sync.Mutex
	read []byte // guarded by mu; what came through the pipe
}

// newStage returns one with so many lanes, whose pool sees the board or does not.
func newStage(t *testing.T, lanes int, seen bool) *stage {
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); out.Close() })
	board := localBoard()
	board.unseen = !seen
	s := &server{limit: 1 << 20, board: board, out: newOutbox(out, board, 0)}
	s.running.lanes = make([]lane, lanes)
	for i := range s.running.lanes {
		s.running.lanes[i].server = s
	}
	g := &stage{server: s, in: in}
	go g.receive()
	return g
}

func (s *stage) receive() {
	b := make([]byte, 64<<10)
	for {
		n, err := s.in.Read(b)
		s.mu.Lock()
		s.read = append(s.read, b[:n]...)
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// stream returns what came through the pipe, once that is all that was written, and
// what the pool would find on the board.
func (s *stage) stream() []byte {
	for {
		if all, ok := s.tryStream(); ok {
			return all
		}
		goruntime.Gosched()
	}
}

func (s *stage) tryStream() (all []byte, ok bool) {
	s.out.mu.Lock() // or the timer writes meanwhile
	defer s.out.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	read := uint64(len(s.read))
	return slices.Concat(s.read, s.board.Rest(read)), read == s.out.base+uint64(s.out.wrote)
}

// received returns what came through the pipe.
func (s *stage) received() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.read)
}

// tray returns that of a lane at the beginning of batch id.
func (s *stage) tray(lane int, id uint64) *tray {
	l := &s.running.lanes[lane]
	l.tray.begin(l, &callContext{id: id, from: &origin{}})
	return &l.tray
}

// outcomes returns those of batch id in a stream.
func outcomes(t *testing.T, stream []byte, id uint64) (list [][]byte) {
	t.Helper()
	r := frame.NewReader(bytes.NewReader(stream), frame.DefaultLimit)
	for {
		h, b, err := r.Next()
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		for len(b) > 0 && h.ID == id {
			end, plain := part.Cut(b)
			if end == 0 || plain != (end%2 == 0) {
				t.Fatal(part.Fault(b), plain)
			}
			list = append(list, slices.Clone(b[part.LengthSize:end]))
			b = b[end:]
		}
	}
}

// numbered returns outcome n, of a random length, appended to room.
func numbered(room []byte, n int, random *rand.Rand) []byte {
	room = binary.LittleEndian.AppendUint32(room, uint32(n))
	size := random.IntN(20)
	switch random.IntN(200) {
	case 0:
		size = random.IntN(40 << 10)
	case 1, 2:
		size = random.IntN(5 << 10)
	}
	return append(room, make([]byte, size)...)
}

func inOrder(t *testing.T, list [][]byte, n int) {
	t.Helper()
	if len(list) != n {
		t.Fatalf("%d outcomes, want %d", len(list), n)
	}
	for i, b := range list {
		if got := int(binary.LittleEndian.Uint32(b)); got != i || bytes.Count(b[4:], []byte{0}) != len(b)-4 {
			t.Fatalf("outcome %d in the place of %d", got, i)
		}
	}
}

// TestG5_OutcomesAreOnTheBoard: after each Put the pipe and the board together have all
// outcomes, whether or not the timer came in between.
func TestG5_OutcomesAreOnTheBoard(t *testing.T) {
	for _, lanes := range []int{1, 2} {
		random := rand.New(rand.NewPCG(1, uint64(lanes)))
		s := newStage(t, lanes, true)
		y := s.tray(0, 7)
		room := y.Room()
		for n := range 3000 {
			b := numbered(room, n, random)
			if random.IntN(10) == 0 {
				s.out.rescue() // while the outcome is being encoded
			}
			var more bool
			if room, more = y.Put(b, len(b)%2 == 0); !more {
				t.Fatal(y.unsent)
			}
			if random.IntN(20) == 0 || n == 2999 {
				inOrder(t, outcomes(t, s.stream(), 7), n+1)
			}
		}
	}
}

// TestG1_RepliesBeforeASlowItem: what is complete is written by the timer although an item
// of the batch that came then takes long. Outcomes of that batch are, too, where its pool
// does not see the board: it could not tell later which item was the last.
func TestG1_RepliesBeforeASlowItem(t *testing.T) {
	for _, seen := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := newScript(t)
			l := s.alone()
			s.box.armed, s.box.board.unseen = false, !seen
			s.part(2, 10)
			s.put(2, 10)
			s.put(3, 10)
			l.tray.begin(l, &callContext{id: 7, from: &origin{}})
			room := l.tray.Room()
			for range 300 {
				room, _ = l.tray.Put(append(room, 1, 2), true)
			}
			if got := s.arrived(); got != 0 {
				t.Fatalf("%d replies did not wait for others", got)
			}
			wait(2 * rescueTime)
			if got := s.arrived(); seen && got != 3 || !seen && got != 303 {
				t.Errorf("%d outcomes have been written, with a board that is seen: %v", got, seen)
			}
			for range 300 {
				room, _ = l.tray.Put(append(room, 1, 2), true)
			}
			s.put(7, 0)
			wait(2 * rescueTime)
			if got := s.arrived(); got != 604 {
				t.Errorf("%d outcomes of 604 have been written in the end", got)
			}
		})
	}
}

// TestOutcomesSayHowLongTheItemsTook: in each frame, since the batch began, whether it is
// written from the box or is a long one of its own.
func TestOutcomesSayHowLongTheItemsTook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		l := s.alone()
		wait(time.Hour)
		l.tray.begin(l, &callContext{id: 7, from: &origin{}})
		for _, n := range []int{10, 10, directSize + 1} {
			wait(time.Second)
			l.tray.Put(append(l.tray.Room(), make([]byte, n)...), true)
		}
		b, err := os.ReadFile(s.box.file.Name())
		if err != nil {
			t.Fatal(err)
		}
		var got []time.Duration
		r := frame.NewReader(bytes.NewReader(b), frame.DefaultLimit)
		for h, _, err := r.Next(); err == nil; h, _, err = r.Next() {
			got = append(got, h.Time)
		}
		if want := []time.Duration{2 * time.Second, 3 * time.Second}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// TestG10_OutcomesBesideTheTimer: a lane appends while the timer comes again and again,
// and replies are put in between.
func TestG10_OutcomesBesideTheTimer(t *testing.T) {
	const n = 20_000
	s := newStage(t, 1, true)
	var over atomic.Bool
	rescued := make(chan struct{})
	go func() {
		defer close(rescued)
		for !over.Load() {
			s.out.rescue()
		}
	}()
	random := rand.New(rand.NewPCG(2, 3))
	y := s.tray(0, 7)
	room := y.Room()
	for i := range n {
		b := numbered(room, i, random)
		if room, _ = y.Put(b, len(b)%2 == 0); random.IntN(500) == 0 {
			if err := s.out.put(hurried(t), false); err != nil {
				t.Fatal(err)
			}
			y = s.tray(0, 7)
			room = y.Room()
		}
	}
	over.Store(true)
	<-rescued
	s.out.flush()
	inOrder(t, outcomes(t, s.stream(), 7), n)
}
