package frame

import (
	"encoding/binary"
	"fmt"

	"github.com/offing-go/offing/runtime/internal/shm"
)

// blockSize is the size of the payload of a frame that is [Shared].
const blockSize = 8

// AppendBlock appends the payload of a frame that is [Shared]: where in the memory of
// the sender the frame itself is, from its header on, which has no other meaning.
func AppendBlock(b []byte, block shm.Block) []byte {
	b = binary.LittleEndian.AppendUint32(b, block.Offset)
	return binary.LittleEndian.AppendUint32(b, block.Length)
}

// ReadBlock returns the payload of the frame in mem that a [Shared] one tells of, and
// where that frame is.
func ReadBlock(mem, payload []byte) ([]byte, shm.Block, error) {
	if len(payload) != blockSize {
		return nil, shm.Block{}, fmt.Errorf("%w: %d bytes in the place of a block", ErrInvalid, len(payload))
	}
	block := shm.Block{Offset: binary.LittleEndian.Uint32(payload), Length: binary.LittleEndian.Uint32(payload[4:])}
	b, err := shm.View(mem, block)
	if err != nil || len(b) < HeaderSize {
		return nil, shm.Block{}, fmt.Errorf("%w: a frame of %d bytes in shared memory: %v", ErrInvalid, len(b), err)
	}
	return b[HeaderSize:], block, nil
}
