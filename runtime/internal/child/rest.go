package child

import (
	"encoding/binary"

	"github.com/offing-go/offing/runtime/internal/frame"
)

// Rest returns what a dead worker had complete and did not write to the pipe, of which
// read bytes arrived. It is a copy. It is empty if what the board says cannot be.
//
// The outbox holds the bytes of the stream from base to end. Positions in the stream
// are what makes this exact: whether the last write reached the pipe, or only some of
// it, read tells.
//
//	stream  ...|.......pipe.......|
//	                  base...........end     outbox
//	                         read ---->      the rest
func (b *Board) Rest(read uint64) []byte {
	base, end, open := b.words[wordBase].Load(), b.words[wordEnd].Load(), b.words[wordOpen].Load()
	if read < base || read > end || end-base > uint64(len(b.outbox)) {
		return nil
	}
	box := append([]byte(nil), b.outbox[:end-base]...)
	if at := open - base; open >= read && open >= base && open < end && end-open >= frame.HeaderSize {
		binary.LittleEndian.PutUint32(box[at:], uint32(end-open-frame.HeaderSize)) // it would have been written when the frame was closed
	}
	return box[read-base:]
}
