package shm

import (
	"syscall"
	"testing"
)

// BenchmarkRing is a block and its ack, with so many blocks out.
func BenchmarkRing(b *testing.B) {
	for name, out := range map[string]uint64{"one": 1, "hundred": 100} {
		b.Run(name, func(b *testing.B) {
			m := create(b, 1<<24)
			acked := m.Word(0)
			ring := NewRing(m.Bytes()[4096:], acked, nil)
			b.ReportAllocs()
			for i := range uint64(b.N) {
				acked.Store(max(i, out) - out + 1) // none more than were made, by the next Room
				if ring.Room(1024) == nil {
					b.Fatal("full")
				}
				ring.Take(1024)
			}
		})
	}
}

// BenchmarkPages is what a MiB costs: to reserve and to write to, by either way, and to
// give back.
func BenchmarkPages(b *testing.B) {
	const size = 4 << 20
	touch := func(m *Memory) error {
		for i := 0; i < size; i += 4096 {
			m.mem[i] = 1
		}
		return nil
	}
	populate := func(m *Memory) error { return m.reserve(0, size) }
	allocate := func(m *Memory) error { return m.allocate(0, size) }
	remove := func(m *Memory) error { return m.giveBack(0, size) }
	punch := func(m *Memory) error { return syscall.Fallocate(int(m.file.Fd()), 0x2|0x1, 0, size) }
	type step = func(m *Memory) error
	for _, c := range []struct {
		name        string
		first, then step
	}{
		{"populate", nil, populate}, {"populate-again", populate, populate}, {"touch-after-populate", populate, touch},
		{"allocate", nil, allocate}, {"allocate-again", allocate, allocate}, {"touch-after-allocate", allocate, touch},
		{"touch", nil, touch}, {"remove", populate, remove}, {"punch", populate, punch},
	} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				m := create(b, size)
				if c.first != nil && c.first(m) != nil {
					b.Fatal("no memory")
				}
				b.StartTimer()
				if err := c.then(m); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				m.Close()
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/(size>>20), "us/MiB")
		})
	}
}
