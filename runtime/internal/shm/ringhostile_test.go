package shm

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
)

// FuzzRingHostileAck drives a ring with a consumer that says anything: rooms are inside
// the memory, and overlap no block that it has not said it is done with.
func FuzzRingHostileAck(f *testing.F) {
	for seed := range uint64(20) {
		b := make([]byte, 400)
		rand.NewChaCha8([32]byte{byte(seed)}).Read(b)
		f.Add(b)
	}
	f.Fuzz(hostile)
}

// hostile takes 4 bytes a step: what to do, and a number.
func hostile(t *testing.T, steps []byte) {
	if len(steps) < 4 {
		return
	}
	size := int(binary.LittleEndian.Uint32(steps) % (1 << 20))
	l := newLedger(t, size, size/2+int(steps[0])<<11)
	for s := steps[4:]; len(s) >= 4; s = s[4:] {
		n := uint64(binary.LittleEndian.Uint32(s) >> 8)
		switch s[0] % 8 {
		case 0, 1, 2:
			if room := l.room(int(n % (1 << (s[0] / 12)))); room != nil {
				l.take(room, int(n)%(cap(room)+1))
			}
		case 3:
			l.ack(n << (s[0] / 6)) // far off
		case 4:
			l.ack(math.MaxUint64 - n)
		case 5:
			l.ack(l.made + n%3) // of what was not sent
		case 6:
			l.ack(l.believed + n%(l.made-l.believed+1)) // as it should be, or too early
		case 7:
			l.ack(n % (l.believed + 1)) // long ago
			l.trim()
		}
	}
}
