package shm

import "fmt"

// A Block is where some bytes are in the memory that a [Ring] was made over, as it
// travels to the other side. Whoever gets one from there has no reason to believe it:
// [View] does not.
type Block struct {
	Offset, Length uint32 // bytes
}

// View returns the bytes of a block, as the consumer sees them, or an error if the block
// is not inside mem, which must be the part that the producer's Ring has. They are the
// consumer's until he acks the block, and no longer. He cannot append to them in place.
//
// If the producer is a worker, the bytes may change while they are read. What is decoded
// from them must be copies, and no decision about a byte holds for its next reading.
func View(mem []byte, b Block) ([]byte, error) {
	end := uint64(b.Offset) + uint64(b.Length)
	if end > uint64(len(mem)) {
		return nil, fmt.Errorf("block [%d, %d) is not inside %d bytes", b.Offset, end, len(mem))
	}
	return mem[b.Offset:end:end], nil
}
