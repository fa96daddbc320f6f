package shm

import "sync/atomic"

// Sizes of a ring, in bytes.
const (
	alignment = 64         // of blocks: no two are in the same cache line
	firstStep = 256 << 10  // how much is reserved at first
	maxRing   = 1<<32 - 64 // what a Block can tell, in whole units of alignment
)

// A Ring is the producer's side of blocks in shared memory. Blocks are made in order,
// and acked in order by the consumer:
//
//	0            tail              head           end            len(mem)
//	| free       | block | block | | free         | not reserved |
//
//	0            head              tail           end
//	| block |    | free            | block | free | not reserved |    wrapped around
//
// A block is where there is room: after the last one, or at the start of mem, so that
// what is left at the end stays unused until the ring has come round. While no block is
// out the ring starts at 0 again, so that calls which come one at a time, or a few, use
// the same pages over and over, which stay in the caches of the processor.
//
// One block that is not acked holds all that were made after it: the room never is on
// both sides of it at once. The consumer should be done with a block soon, and copy
// what it wants to keep.
//
// A Ring has no lock: it belongs to one goroutine at a time. Nothing but acked is read
// from the memory, and what is true of the blocks is kept here: whatever the consumer
// writes, the ring stays inside mem and its methods take the same few steps. If acked is
// less than what it was, or more than the number of blocks, it counts for nothing. A
// consumer that says it is done with a block, and is not, sees that block overwritten.
type Ring struct {
	// All of it is the producer's: none of it lies in the shared memory but what acked
	// points to.

	mem     []byte         // up to where blocks may be
	acked   *atomic.Uint64 // written by the consumer, and so by a hostile one
	reserve func(from, to int) error

	end  int // so many bytes of mem are reserved; blocks and rooms are before it
	full int // end must not grow over this: len(mem), or end once reserve has failed

	head  int      // where the last block ends, rounded up to alignment
	made  uint64   // blocks, ever
	done  uint64   // of those, how many the consumer was believed to be done with
	start []uint32 // where block number i (from 0) starts, at i%len; a power of two

	room, size int // what Room returned last: its offset and capacity; size is 0 after Take
}

// NewRing makes a ring over mem, whose first byte should be at a multiple of 64. Bytes
// over 4 GiB, and what is left of the last 64, are not used.
//
// acked is a word in shared memory, outside mem, which the consumer alone writes from
// now on: how many blocks, in order and from the first one ever, it is done with. It is
// set to 0 here: nobody may have got a block before.
//
// reserve, which may be nil, is called by Room before it uses the bytes of mem from from
// to to for the first time, ever or since Trim: from is 0 then, and otherwise the to of the
// time before. After an error the ring is full where it ended before, and reserve is not
// called again until Trim.
func NewRing(mem []byte, acked *atomic.Uint64, reserve func(from, to int) error) *Ring {
	n := int(min(uint64(len(mem)), maxRing)) &^ (alignment - 1)
	acked.Store(0)
	return &Ring{mem: mem[:n:n], acked: acked, reserve: reserve, full: n, start: make([]uint32, 16)}
}

// Room returns an empty slice to append a block to, whose capacity is the largest free
// room in one piece, of at least least bytes and at least one; or nil if there is none.
// What it had returned before is void. Room reserves more of mem only if what is
// reserved has not got least bytes, twice as much then: whoever does not know how long
// a block gets may ask for little, and will get much once somebody has needed it.
//
// An append that outgrows the room continues on the heap, and nothing in the room is of
// use then. Whoever calls code that appends finds out where the bytes are by comparing
//
//	b := encode(room)
//	inPlace := len(b) > 0 && &b[0] == &room[:1][0]
//
// and may ask for a room of len(b) to copy them to.
func (r *Ring) Room(least int) []byte {
	r.size = 0
	r.news()
	if r.made == r.done {
		r.head = 0
	}
	least = max(least, 1)
	from, size := r.largest()
	if size < least {
		if !r.grow(least) {
			return nil
		}
		from, size = r.head, r.end-r.head
	}
	r.room, r.size = from, size
	return r.mem[from : from : from+size]
}

// news believes the consumer, if that is possible.
func (r *Ring) news() {
	if n := r.acked.Load(); n > r.done && n <= r.made {
		r.done = n
	}
}

// largest returns the largest free room that is reserved.
func (r *Ring) largest() (from, size int) {
	if r.made == r.done {
		return r.head, r.end - r.head
	}
	tail := r.tail()
	switch {
	case r.wrapped():
		return r.head, tail - r.head
	case tail > r.end-r.head:
		return 0, tail
	}
	return r.head, r.end - r.head
}

// tail is where the first block that was not acked starts. There must be one.
func (r *Ring) tail() int { return int(r.start[r.done&r.mask()]) }

// wrapped reports whether the room is between head and tail. Each block has at least
// one unit, so that head is at tail only if there is no room.
func (r *Ring) wrapped() bool { return r.made != r.done && r.head <= r.tail() }

func (r *Ring) mask() uint64 { return uint64(len(r.start) - 1) }

// unitEnd is n, or the first multiple of alignment after it.
func unitEnd(n int) int { return (n + alignment - 1) &^ (alignment - 1) }

// grow reserves enough of mem for least bytes after head, and reports whether it could.
// While the ring is wrapped around that would not make the room there longer.
func (r *Ring) grow(least int) bool {
	if r.wrapped() || least > r.full-r.head {
		return false
	}
	twice := r.end + min(r.end, r.full-r.end)
	to := max(unitEnd(r.head+least), twice, min(firstStep, r.full))
	if r.reserve != nil && r.reserve(r.end, to) != nil {
		r.full = r.end
		return false
	}
	r.end = to
	return true
}

// Take makes the first n bytes of what Room returned last a block, for the consumer to
// ack, and returns it. Until then nobody writes to them but he. The rest of the room is
// free again; the next block needs a Room of its own. It panics if n is negative, or
// more than the room's capacity.
func (r *Ring) Take(n int) Block {
	if n < 0 || n > r.size || r.size == 0 {
		panic("shm: Take of more than Room returned")
	}
	if r.made-r.done == uint64(len(r.start)) {
		r.lengthen()
	}
	b := Block{uint32(r.room), uint32(n)}
	r.start[r.made&r.mask()] = b.Offset
	r.made++
	r.head = r.room + unitEnd(max(n, 1))
	r.size = 0
	return b
}

// lengthen makes room for the starts of twice as many blocks; never for more than mem has
// units, as each block takes one.
func (r *Ring) lengthen() {
	longer := make([]uint32, 2*len(r.start))
	for i := r.done; i != r.made; i++ {
		longer[i&uint64(len(longer)-1)] = r.start[i&r.mask()]
	}
	r.start = longer
}

// Idle reports whether all blocks were acked.
func (r *Ring) Idle() bool {
	r.news()
	return r.made == r.done
}

// High returns how many bytes of mem, from the first, were used or reserved since the
// last Trim: what there may be memory for, and GiveBack may give back while the ring is
// idle, right before Trim.
func (r *Ring) High() int { return r.end }

// Trim forgets, if the ring is idle, what was used and what could not be reserved: the
// next Room reserves from 0 again. What Room returned last is void. While the ring is
// not idle it does nothing.
func (r *Ring) Trim() {
	if r.Idle() {
		r.head, r.end, r.size, r.full = 0, 0, 0, len(r.mem)
	}
}
