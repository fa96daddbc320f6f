package child

import (
	"math"
	"os"
	"sync/atomic"
	"unsafe"

	"github.com/offing-go/offing/runtime/internal/shm"
)

// A Board is memory that a pool and one of its workers share. The worker writes on it
// what nobody could tell otherwise once it is dead, and the pool what the worker has
// to know before it looks at a pipe again:
//
//	begun      id of the last call that the worker began. Ids grow and calls begin in
//	           their order, so all up to it have begun, and none after.
//	withdrawn  ids of calls that are not to begin
//	tries      retries that calls which run have used
//	outbox     replies that are complete and not yet written to the pipe
//
// Who withdraws a call writes that first and reads begun then; the worker writes begun
// first and looks whether the call is withdrawn then. So if begun is still lower, the
// call never begins. (Both may see the other: it counts as begun, and does not run.)
//
//	pool      withdrawn[id] = id;  begun < id ?  never begins : may have begun
//	worker    begun = id;  withdrawn[id] == id ?  skip : run
//
// A worker may write anything, so nothing read from a board is trusted: a wrong value
// makes calls of that very worker fail or run again, and no more. It cannot be made
// smaller, which would end the pool's process.
//
// The worker always has a board; where there is no shared memory nobody else sees it.
type Board struct {
	memory *shm.Memory
	words  *[boardWords]atomic.Uint64
	outbox []byte
}

// Places of the words. Those that the worker writes for each call are on a cache line
// of their own, apart from those that the pool writes.
const (
	wordBegun = 0
	wordBase  = 1 // position of the outbox's first byte in the stream of results
	wordEnd   = 2 // position of the end of what is complete; and cutBit, for the worker itself
	wordOpen  = 3 // position of the header of a frame that may grow; noFrame for none

	wordTries     = 32 // pairs: id, retries that it has used
	wordWithdrawn = 512

	boardWords = 1024
	boardSize  = boardWords * 8
	outboxSize = 64 << 10

	// MaxLanes is how many calls a worker can run at once.
	MaxLanes = 64

	// MaxSent is how many calls in a row, by their ids, may be such that nobody has
	// heard from the worker whether they have begun.
	MaxSent = boardWords - wordWithdrawn
)

const noFrame = math.MaxUint64

// NewBoard makes a board in shared memory, for the pool. It returns nil where there is
// none.
func NewBoard() *Board {
	m, err := shm.Create(boardSize + outboxSize)
	if err != nil {
		return nil
	}
	return boardIn(m)
}

// openBoard opens the board that the pool handed down.
func openBoard(fd uintptr) *Board {
	if fd != 0 {
		if m, err := shm.Open(fd, boardSize+outboxSize); err == nil {
			return boardIn(m)
		}
	}
	b := &Board{words: new([boardWords]atomic.Uint64), outbox: make([]byte, outboxSize)}
	b.words[wordOpen].Store(noFrame)
	return b
}

func boardIn(m *shm.Memory) *Board {
	b := &Board{memory: m, words: (*[boardWords]atomic.Uint64)(unsafe.Pointer(m.Word(0))), outbox: m.Bytes()[boardSize : boardSize+outboxSize]}
	b.words[wordOpen].Store(noFrame)
	return b
}

// File returns the descriptor to hand down; nil for a nil Board.
func (b *Board) File() *os.File {
	if b == nil {
		return nil
	}
	return b.memory.File()
}

// Handed is called when the worker has the descriptor.
func (b *Board) Handed() {
	if b != nil && b.memory != nil {
		b.memory.CloseFile()
	}
}

// Close gives the memory back. Nobody may use the board after that.
func (b *Board) Close() {
	if b != nil {
		b.memory.Close()
	}
}

// begin notes that call id begins, and reports whether it may.
func (b *Board) begin(id uint64) bool {
	b.words[wordBegun].Store(id)
	return b.withdrawal(id).Load() != id
}

// Begun returns the id of the last call that the worker began.
func (b *Board) Begun() uint64 { return b.words[wordBegun].Load() }

// Withdraw keeps call id from beginning, and reports whether that came too late, or
// may have. At most MaxSent calls may be such that it is not
// known whether they have begun.
func (b *Board) Withdraw(id uint64) (begun bool) {
	b.withdrawal(id).Store(id)
	return b.Begun() >= id
}

func (b *Board) withdrawal(id uint64) *atomic.Uint64 {
	return &b.words[wordWithdrawn+id%MaxSent]
}

// retried notes how many retries call id has used, which runs in the given lane.
func (b *Board) retried(lane int, id uint64, used int) {
	b.words[wordTries+2*lane].Store(id)
	b.words[wordTries+2*lane+1].Store(uint64(used))
}

// Tries returns how many retries call id had used when the worker died, as far as the
// worker noted it.
func (b *Board) Tries(id uint64) int {
	for lane := range MaxLanes {
		if at := wordTries + 2*lane; b.words[at].Load() == id {
			return int(min(b.words[at+1].Load(), math.MaxInt32))
		}
	}
	return 0
}
