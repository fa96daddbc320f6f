package child

import (
	"math"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
)

// localBoard is a board that nobody else sees.
func localBoard() *Board { return openBoard(0) }

// A call that its pool was told will never begin does not begin: not one of very many
// that are withdrawn just when they would.
func TestG5_WithdrawnNeverBegins(t *testing.T) {
	t.Run("local", func(t *testing.T) { withdrawMany(t, localBoard()) })
	t.Run("shared", func(t *testing.T) { // which the race detector leaves alone: an atomic store is a plain one there
		b := NewBoard(0)
		if b == nil {
			t.Skip("no shared memory here")
		}
		defer b.Close()
		withdrawMany(t, b)
	})
}

func withdrawMany(t *testing.T, b *Board) {
	n := uint64(100_000)
	if testing.Short() {
		n = 20_000
	}
	ran, never := make([]bool, n+1), make([]bool, n+1)
	collide(int(n), func(i int) {
		ran[i+1] = b.Begin(uint64(i + 1))
	}, func(i int) {
		never[i+1] = !b.Withdraw(uint64(i + 1))
	})
	withdrawn := 0
	for id := range ran {
		if never[id] {
			withdrawn++
		}
		if ran[id] && never[id] {
			t.Fatalf("call %d ran, and its pool was told that it never would", id)
		}
	}
	if withdrawn == 0 {
		t.Error("none was withdrawn: nothing was tried")
	}
}

// What was withdrawn keeps no other call from beginning, whichever shares its word.
func TestWithdrawalIsOfOneCall(t *testing.T) {
	b := localBoard()
	if begun := b.Withdraw(5); begun {
		t.Error("it has begun")
	}
	for id, want := range map[uint64]bool{1: true, 4: true, 5: false, 5 + MaxSent: true} {
		if got := b.Begin(id); got != want {
			t.Errorf("call %d begins: %t", id, got)
		}
	}
	b.Begin(7)
	if begun := b.Withdraw(7); !begun {
		t.Error("what has begun is said never to begin")
	}
	if begun := b.Withdraw(6); !begun {
		t.Error("what came before it is said never to begin")
	}
}

// The retries of a call are found whatever lane runs it, and a worker that lies about
// them does not make them negative.
func TestTries(t *testing.T) {
	b := localBoard()
	b.retried(0, 10, 1)
	b.retried(MaxLanes-1, 11, 2)
	b.words[wordTries+2].Store(12)
	b.words[wordTries+3].Store(math.MaxUint64)
	for id, want := range map[uint64]int{10: 1, 11: 2, 12: math.MaxInt32, 13: 0} {
		if got := b.Tries(id); got != want {
			t.Errorf("call %d: %d retries, want %d", id, got, want)
		}
	}
}

// The words of the lanes, and those of the rings, are not those of something else.
func TestBoardWordsDoNotOverlap(t *testing.T) {
	if wordTries+2*MaxLanes > wordWithdrawn || wordWithdrawn+MaxSent > boardWords || wordRepliesRead+8 > wordStatesOpen || wordStatesOldest >= wordTries ||
		wordTries+2*MaxLanes > wordSent || wordAnswered >= wordWithdrawn {
		t.Error("they do")
	}
}

// More memory than there can be is none, whatever its size and the board's add up to.
func TestNewBoardOfTooMuch(t *testing.T) {
	for _, room := range []int{math.MaxInt, math.MaxInt - 20_000, math.MaxInt/2 + 1, math.MaxInt / 2} {
		if b := NewBoard(room); b != nil {
			b.Close()
			t.Errorf("a board with room for %d", room)
		}
	}
}

// What a worker says of its states is not believed if it cannot be: no number is
// negative, nor one whose sum with others could be, and none was opened before the worker
// was there, or later than now.
func TestStatesOfALiar(t *testing.T) {
	since, b := time.Now().Add(-time.Hour), localBoard()
	if s := b.States(since); s != (runtime.StateStats{}) {
		t.Errorf("%+v of one that has said nothing", s)
	}
	if s := (*Board)(nil).States(since); s != (runtime.StateStats{}) {
		t.Errorf("%+v without a board", s)
	}
	honest := runtime.StateStats{Open: 2, Opened: 3, Calls: 4, Oldest: since.Add(time.Minute)}
	b.tellStates(honest)
	if s := b.States(since); s.Open != 2 || s.Opened != 3 || s.Calls != 4 || !s.Oldest.Equal(honest.Oldest) {
		t.Errorf("got %+v, want %+v", s, honest)
	}
	for _, n := range []uint64{1, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
		for at := wordStatesOpen; at <= wordStatesOldest; at++ {
			b.words[at].Store(n)
		}
		s := b.States(since)
		for _, got := range []int{s.Open, s.Opened, s.Calls} {
			if got < 0 || got*1000 < got {
				t.Errorf("%d became %d", n, got)
			}
		}
		if s.Oldest.Before(since) || s.Oldest.After(time.Now()) {
			t.Errorf("%d became %v", n, s.Oldest)
		}
	}
}
