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

func newStage(t *testing.T, lanes int) *stage {
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); out.Close() })
	board := openBoard(0)
	s := &server{limit: 1 << 20, board: board, out: newOutbox(out, board)}
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
	return slices.Concat(s.read, s.board.Rest(read)), read == s.out.base
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
	l.tray.begin(l, &callContext{id: id})
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
// outcomes, whether or not the box was taken back in between.
func TestG5_OutcomesAreOnTheBoard(t *testing.T) {
	for _, lanes := range []int{1, 2} {
		random := rand.New(rand.NewPCG(1, uint64(lanes)))
		s := newStage(t, lanes)
		y := s.tray(0, 7)
		room := y.Room()
		for n := range 3000 {
			b := numbered(room, n, random)
			if random.IntN(10) == 0 {
				s.out.flush() // as the timer does, while the outcome is being encoded
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

// TestOutcomesOfAQuickRun: outcomes that quick items have left arrive although the next
// one takes long.
func TestOutcomesOfAQuickRun(t *testing.T) {
	s := newStage(t, 1)
	y := s.tray(0, 7)
	room := y.Room()
	for n := range 1000 {
		room, _ = y.Put(append(binary.LittleEndian.AppendUint32(room, uint32(n)), 0, 0), true)
	}
	for began := time.Now(); len(outcomes(t, s.received(), 7)) < 1000; {
		if time.Since(began) > 10*time.Second {
			t.Fatalf("%d outcomes", len(outcomes(t, s.received(), 7)))
		}
		goruntime.Gosched()
	}
}

// TestG10_OutcomesWhileTheBoxIsTakenBack: a lane appends while another goroutine takes
// the box back again and again.
func TestG10_OutcomesWhileTheBoxIsTakenBack(t *testing.T) {
	const n = 20_000
	s := newStage(t, 1)
	var over atomic.Bool
	rescued := make(chan struct{})
	go func() {
		defer close(rescued)
		for !over.Load() {
			s.out.flush()
		}
	}()
	random := rand.New(rand.NewPCG(2, 3))
	y := s.tray(0, 7)
	room := y.Room()
	for i := range n {
		b := numbered(room, i, random)
		room, _ = y.Put(b, len(b)%2 == 0)
	}
	over.Store(true)
	<-rescued
	s.out.flush()
	inOrder(t, outcomes(t, s.stream(), 7), n)
}
