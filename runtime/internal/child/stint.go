package child

import (
	"math"
	"time"
)

// A stint is what a worker does between two times that it has nothing to do. How long
// its calls take is told to the pool on the board: how many may wait inside the worker
// depends on it, and the pool cannot see it. Most of the time that it sees between a
// call and its reply is, for short ones, that in which both are on their way.
//
// Only a worker that runs one call at a time tells it: with several it never begins.
type stint struct {
	board *Board
	began time.Time     // when the calls that are counted did; zero while there is nothing to do
	count int           // replies to calls since then, of those that ran
	over  uint64        // calls that the board knows of
	spent time.Duration // on those
}

// begin notes that the worker has something to do, since now.
func (s *stint) begin(now time.Time) { s.began, s.count = now, 0 }

// tell tells the board of the calls that are over by now.
func (s *stint) tell(now time.Time) {
	if s.count <= 0 || s.began.IsZero() {
		return
	}
	s.spent += now.Sub(s.began)
	s.over += uint64(s.count)
	s.board.words[wordSpent].Store(uint64(s.spent))
	s.board.words[wordOver].Store(s.over)
	s.begin(now)
}

// end tells the board of the calls that are over, as there is nothing more to do.
func (s *stint) end() {
	if s.count > 0 && !s.began.IsZero() {
		s.tell(time.Now())
	}
	s.began = time.Time{}
}

// Worked returns how many calls the worker is done with, as far as it has told, and the
// time that it took for them. Both grow, if it is honest.
func (b *Board) Worked() (calls uint64, spent time.Duration) {
	return b.words[wordOver].Load(), time.Duration(min(b.words[wordSpent].Load(), math.MaxInt64))
}
