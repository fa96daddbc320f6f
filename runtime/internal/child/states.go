package child

import (
	"fmt"
	"math"
	"os"
	"time"

	"github.com/offing-go/offing/runtime"
)

// tellStates tells the board of the states of this process, if there is news. That is
// when there is nothing else to do: with each call it would cost several locks.
func (s *server) tellStates() {
	if !s.stateful {
		return
	}
	if now := runtime.OpenStates(); now != s.told {
		s.told = now
		s.board.tellStates(now)
	}
}

// closeStates closes the states of this process, which ends. It takes as long as the user's
// code does: the pool kills a worker that takes too long.
func (s *server) closeStates() {
	s.tellStates()
	if err := runtime.CloseStates(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	s.tellStates()
}

func (b *Board) tellStates(s runtime.StateStats) {
	oldest := uint64(0)
	if !s.Oldest.IsZero() {
		oldest = uint64(s.Oldest.UnixNano())
	}
	b.words[wordStatesOpened].Store(uint64(s.Opened))
	b.words[wordStatesOpen].Store(uint64(s.Open))
	b.words[wordStatesCalls].Store(uint64(s.Calls))
	b.words[wordStatesOldest].Store(oldest)
}

// maxTold bounds what is believed of a worker, so that the sum for many is a number.
const maxTold = math.MaxInt >> 10

// States returns what the worker, which runs since then, has said of its states when it
// was idle last. The numbers may be of different moments.
func (b *Board) States(since time.Time) (s runtime.StateStats) {
	if b == nil {
		return s
	}
	number := func(at int) int { return int(min(b.words[at].Load(), maxTold)) }
	s = runtime.StateStats{Open: number(wordStatesOpen), Opened: number(wordStatesOpened), Calls: number(wordStatesCalls)}
	if oldest := b.words[wordStatesOldest].Load(); s.Open > 0 && oldest > 0 {
		s.Oldest = time.Unix(0, int64(min(oldest, math.MaxInt64)))
		if s.Oldest.Before(since) {
			s.Oldest = since
		} else if now := time.Now(); s.Oldest.After(now) {
			s.Oldest = now
		}
	}
	return s
}
