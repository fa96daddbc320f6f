package child

import (
	"fmt"
	"math"
	"os"
	"sync/atomic"
	"unsafe"

	"github.com/offing-go/offing/runtime/internal/frame"
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
//	over       how many calls are over, and how long they took
//	sent       id of the last call that was written to the worker, or is being
//	answered   id of the last call whose reply was written to the pipe for those who wait
//	states     how many states of workers are open, were opened, and what calls they had
//	outbox     replies that are complete and not yet written to the pipe
//	calls      arguments that are long, which travel here and not through the pipe
//	replies    results that are long
//
// Who withdraws a call writes that first and reads begun then; the worker writes begun
// first and looks whether the call is withdrawn then. So if begun is still lower, the
// call never begins. (Both may see the other: it counts as begun, and does not run.)
//
//	pool      withdrawn[id] = id;  begun < id ?  never begins : may have begun
//	worker    begun = id;  withdrawn[id] == id ?  skip : run
//
// Both write by a swap: under the race detector the store of an atomic, in memory that it
// does not know, is a plain one, which the processor may finish after the load behind it.
//
// A worker may write anything, so nothing read from a board is trusted: a wrong value
// makes calls of that very worker fail or run again, and no more. It cannot be made
// smaller, which would end the pool's process.
//
// The worker always has a board; where there is no shared memory nobody else sees it.
type Board struct {
	memory         *shm.Memory
	words          *[boardWords]atomic.Uint64
	outbox         []byte
	calls, replies []byte       // as long as each other; empty for none
	unseen         bool         // no pool sees it
	refs           atomic.Int32 // of the pool: who may look at the memory
}

// Places of the words. Those that the worker writes for each call are on a cache line
// of their own, apart from those that the pool writes.
const (
	wordBegun = 0
	wordBase  = 1 // position of the outbox's first byte in the stream of results
	wordEnd   = 2 // position of the end of what is complete; written through end
	wordOpen  = 3 // position of the header of a frame that may grow; noFrame for none
	wordOver  = 4 // calls that are over, and the nanoseconds spent on them: see stint
	wordSpent = 5

	wordCallsRead   = 8  // calls that the worker is done with
	wordRepliesRead = 16 // replies that the pool is done with

	wordStatesOpen   = 24 // states: see Board.States; on a line of their own, as they are written seldom
	wordStatesOpened = 25
	wordStatesCalls  = 26
	wordStatesOldest = 27 // when the oldest that is open was opened, in nanoseconds since 1970; 0 for none

	wordSent     = 168 // for those who are awake: see shm.Vigil
	wordAnswered = 176

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

// NewBoard makes a board in shared memory, for the pool, with room for so many bytes of
// long arguments, and as many of long results; none of it is taken before it is used. It
// returns nil where there is no such memory.
func NewBoard(room int) *Board {
	if room > (math.MaxInt-boardSize-outboxSize)/2 {
		return nil
	}
	m, err := shm.Create(boardSize + outboxSize + 2*room)
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
	b := &Board{words: new([boardWords]atomic.Uint64), outbox: make([]byte, outboxSize), unseen: true}
	b.words[wordOpen].Store(noFrame)
	return b
}

func boardIn(m *shm.Memory) *Board {
	all := m.Bytes()
	rest := all[boardSize+outboxSize:]
	room := len(rest) / 2 &^ (os.Getpagesize() - 1)
	b := &Board{
		memory: m,
		words:  (*[boardWords]atomic.Uint64)(unsafe.Pointer(m.Word(0))),
		outbox: all[boardSize : boardSize+outboxSize : boardSize+outboxSize], // or what does not fit would be appended into the rings
		calls:  rest[:room:room], replies: rest[room : 2*room : 2*room],
	}
	b.words[wordOpen].Store(noFrame)
	b.refs.Store(1)
	return b
}

// CallRing returns the ring for long arguments; nil for none. It is for the pool, before
// the worker starts.
func (b *Board) CallRing() *shm.Ring {
	if b == nil {
		return nil
	}
	return b.ring(b.calls, wordCallsRead)
}

// ring returns a ring over mem, nil if that is empty.
func (b *Board) ring(mem []byte, acked int) *shm.Ring {
	if len(mem) == 0 {
		return nil
	}
	base := boardSize + outboxSize
	if acked == wordRepliesRead {
		base += len(b.calls)
	}
	return shm.NewRing(mem, &b.words[acked], func(from, to int) error { return b.memory.Reserve(base+from, base+to) })
}

// Reply returns the long reply that a frame of the worker tells of. It stays where it
// is, and the worker may change it, until ReplyRead.
func (b *Board) Reply(payload []byte) ([]byte, shm.Block, error) {
	if b == nil {
		return nil, shm.Block{}, fmt.Errorf("%w: shared memory that nobody made", frame.ErrInvalid)
	}
	return frame.ReadBlock(b.replies, payload)
}

// ReplyRead gives the memory of a long reply back to the worker. Each has to be given
// back once; by then all that came before it must have been decoded.
func (b *Board) ReplyRead() { b.words[wordRepliesRead].Add(1) }

// GiveBack gives memory back to the system that long calls and replies have taken. No
// call may be on its way. calls is the ring. The worker, whose ring is not told, takes
// pages again by writing to them: should the machine have none left, it dies, and not the
// pool.
func (b *Board) GiveBack(calls *shm.Ring) {
	base := boardSize + outboxSize
	if calls.Idle() {
		b.memory.GiveBack(base, base+calls.High())
		calls.Trim()
	}
	b.memory.GiveBack(base+len(b.calls), base+2*len(b.calls))
}

// Retain keeps the memory until Release, whatever Close does.
func (b *Board) Retain() { b.refs.Add(1) }

// Release takes Retain back.
func (b *Board) Release() {
	if b.refs.Add(-1) == 0 {
		b.memory.Close()
	}
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

// Close gives the memory back, as soon as nobody has retained it. Nobody else may use
// the board after that.
func (b *Board) Close() {
	if b != nil {
		b.Release()
	}
}

// Begin notes that call id begins, and reports whether it may. It is for the worker.
func (b *Board) Begin(id uint64) bool {
	b.words[wordBegun].Swap(id)
	return b.withdrawal(id).Load() != id
}

// Begun returns the id of the last call that the worker began.
func (b *Board) Begun() uint64 { return b.words[wordBegun].Load() }

// Withdraw keeps call id from beginning, and reports whether that came too late, or
// may have. At most MaxSent calls may be such that it is not known whether they have
// begun.
func (b *Board) Withdraw(id uint64) (begun bool) {
	b.withdrawal(id).Swap(id)
	return b.Begun() >= id
}

// end returns wordEnd for the worker, who writes it for each item of a batch, and without
// a locked instruction.
func (b *Board) end() *uint64 { return (*uint64)(unsafe.Pointer(&b.words[wordEnd])) }

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
