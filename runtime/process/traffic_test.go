//go:build unix

package process_test

import (
	"bytes"
	"context"
	"flag"
	"hash/crc32"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// trafficCalls may be a million: go test -race -run TestG1_Traffic -traffic 1000000 ./runtime/process
var trafficCalls = flag.Int("traffic", 20_000, "how many calls TestG1_Traffic makes")

// noise is what payloads are pieces of.
var noise = sync.OnceValue(func() []byte {
	b := make([]byte, 2<<20)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
})

// someBytes returns 0 B to 1 MiB, mostly few.
func someBytes(r *rand.Rand) []byte {
	size := 0
	if bits := min(r.IntN(14)+r.IntN(3)*r.IntN(2), 14); r.IntN(200) == 0 {
		size = r.IntN(1<<20 + 1)
	} else {
		size = r.IntN(1 << bits)
	}
	from := r.IntN(len(noise()) - size)
	return noise()[from : from+size : from+size]
}

// Calls of all sizes, mixed, sent by several goroutines in both ways, have their own
// results, whichever way these take.
func TestG1_Traffic(t *testing.T) {
	n := *trafficCalls
	if testing.Short() {
		n /= 5
	}
	for name, c := range map[string]process.Config{
		"two workers": {Workers: 2},
		"two lanes":   {Workers: 2, TasksPerWorker: 2},
		"no memory":   {Workers: 2, SharedMemory: 4096},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, c)
			var all sync.WaitGroup
			for seed := range uint64(3) {
				all.Go(func() { traffic(t, p, rand.New(rand.NewPCG(seed, 9)), n/9) })
			}
			r := rand.New(rand.NewPCG(9, 9))
			for range n / 90 {
				b := someBytes(r)
				got, err := submit(within(t), runtime.Waiting(t.Context(), p), echo, b).Result(within(t))
				if err != nil || !bytes.Equal(got, b) {
					t.Fatalf("a call of %d bytes that is waited for: %d bytes, %v", len(b), len(got), err)
				}
			}
			all.Wait()
		})
	}
}

// traffic makes n calls, a hundred at a time.
func traffic(t *testing.T, p *process.Pool, r *rand.Rand, n int) {
	type sent struct {
		f        *runtime.Future[[]byte]
		checksum uint32
	}
	window := make([]sent, 0, 100)
	await := func(s sent) {
		got, err := s.f.Result(context.Background())
		if sum := crc32.ChecksumIEEE(got); err != nil || sum != s.checksum {
			t.Errorf("%d bytes with another checksum, %v", len(got), err)
		}
	}
	for range n {
		if len(window) == cap(window) {
			await(window[0])
			window = append(window[:0], window[1:]...)
		}
		b := someBytes(r)
		window = append(window, sent{submit(t.Context(), p, echo, b), crc32.ChecksumIEEE(b)})
	}
	for _, s := range window {
		await(s)
	}
}

// Very many short calls by several submitters, which are fed to workers while these reply,
// all run.
func TestG1_ManySubmitters(t *testing.T) {
	for _, lanes := range []int{1, 4} {
		p := newPool(t, process.Config{Workers: 1, TasksPerWorker: lanes})
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 800 {
					fewSquares(t, p)
				}
			})
		}
		all.Wait()
	}
}

func fewSquares(t *testing.T, p *process.Pool) {
	var futures []*runtime.Future[int]
	for i := range 5 {
		futures = append(futures, submit(t.Context(), p, square, i))
	}
	for i, f := range futures {
		if v, err := f.Result(t.Context()); err != nil || v != i*i {
			t.Errorf("%d, %v", v, err)
		}
	}
}

// Long frames in both directions at once do not wait for each other, whether they go
// through the pipes or through shared memory.
func TestG1_LongFramesBothWays(t *testing.T) {
	size := 64 << 20
	if testing.Short() || underRace {
		size = 8 << 20 // eight times what a pipe holds
	}
	long := bytes.Repeat(noise()[:1<<20], size>>20)
	for name, c := range map[string]process.Config{
		"pipes":  {Workers: 2, SharedMemory: 4096},
		"memory": {Workers: 2},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, c)
			var futures []*runtime.Future[[]byte]
			for range 6 {
				futures = append(futures, submit(t.Context(), p, echo, long))
			}
			for _, f := range futures {
				if got, err := f.Result(within(t)); err != nil || !bytes.Equal(got, long) {
					t.Fatalf("%d bytes, %v", len(got), err)
				}
			}
		})
	}
}

// within is a context of a test that is not to hang.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	t.Cleanup(cancel)
	return ctx
}
