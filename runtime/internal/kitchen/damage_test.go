package kitchen

import (
	"encoding/binary"
	goruntime "runtime"
	"slices"
	"testing"
)

// TestG12_Damage holds that decoding gives a value or an error, whatever happens
// to a byte of a message or to its end, and stays within a budget.
func TestG12_Damage(t *testing.T) {
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(1)) // a measure stops the world, and to wake it costs more than to decode
	messages := 0
	for i, k := range kinds() {
		m, a := newMaker(uint64(100+i)), audit{kind: k}
		for room := some(430); room > 0; messages++ {
			message := k.message(m, 60)
			in := damaged(message)
			if k.huge {
				in = in.sample(m, some(20_000))
			}
			a.all(t, in)
			room -= 4 + len(message)
		}
		for range 2 {
			in := counted(k.message(m, 100))
			a.all(t, in.sample(m, some(in.n)))
		}
		a.all(t, crowded(k, m))
		a.report(t)
	}
	t.Log(messages, "messages")
}

// damaged returns every truncation of a message, and every change of one byte.
func damaged(message []byte) inputs {
	b := slices.Clone(message)
	changed := 0
	return inputs{n: 256 * len(b), at: func(i int) []byte {
		if i < len(b) {
			return message[:i:i]
		}
		i -= len(b)
		b[changed] = message[changed]
		changed = i / 255
		b[changed] ^= byte(1 + i%255)
		return b
	}}
}

// sample returns n of the inputs.
func (in inputs) sample(m maker, n int) inputs {
	if n >= in.n {
		return in
	}
	list := make([]int, n)
	for i := range list {
		list[i] = m.IntN(in.n)
	}
	slices.Sort(list)
	return inputs{n, func(i int) []byte { return in.at(list[i]) }}
}

// tail is what follows a count, a few bytes over a power of two.
const tail = 4<<10 + 100

// counted returns a message that ends at any place with a count as high as what
// follows can hold, which is as cheap as can be: what takes more in memory than on
// the wire shows there.
func counted(message []byte) inputs {
	b := make([]byte, len(message)+4+tail)
	sizes := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 20, 24}
	each := 2 * len(sizes)
	in := inputs{n: each * (min(len(message), 100) + 1)}
	in.at = func(i int) []byte {
		place, size := i/each, sizes[i%each/2]
		end := b[copy(b, message[:place]):]
		binary.LittleEndian.PutUint32(end, uint32(tail/size+1))
		for j := range end[4:] {
			end[4+j] = byte(i % 2)
		}
		return b[:place+4+tail]
	}
	return in
}
