//go:build unix

package process_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// pingPong answers bytes on standard input with bytes on standard output: what
// two processes and two pipes cost at the least.
func pingPong() {
	b := make([]byte, 64)
	for {
		n, err := os.Stdin.Read(b)
		if err != nil {
			os.Exit(0)
		}
		os.Stdout.Write(b[:n])
	}
}

// BenchmarkPipe is the floor of BenchmarkCall in the same run.
func BenchmarkPipe(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "PROCESS_TEST_CHILD=pingpong", "GOMAXPROCS=2")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 40)
	for b.Loop() {
		in.Write(buf)
		if _, err := io.ReadFull(out, buf); err != nil {
			b.Fatal(err)
		}
	}
	in.Close()
	cmd.Wait()
}

// BenchmarkCall is a round trip of one call.
func BenchmarkCall(b *testing.B) {
	p := newPool(b, process.Config{Workers: 1})
	must(b, p, square, 1)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := submit(ctx, runtime.Waiting(ctx, p), square, 3).Result(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkQueued is a call in a full queue.
func BenchmarkQueued(b *testing.B) {
	p := newPool(b, process.Config{Workers: 2})
	must(b, p, square, 1)
	b.ReportAllocs()
	ctx := context.Background()
	const window = 256
	var futures [window]*runtime.Future[int]
	for i := 0; b.Loop(); i++ {
		if f := futures[i%window]; f != nil {
			f.Result(ctx)
		}
		futures[i%window] = submit(ctx, p, square, i)
	}
}

func BenchmarkEcho(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"1KiB", 1 << 10}, {"64KiB", 64 << 10}, {"1MiB", 1 << 20}, {"16MiB", 16 << 20}, {"64MiB", 64 << 20}} {
		b.Run(size.name, func(b *testing.B) {
			p := newPool(b, process.Config{Workers: 1})
			arg := make([]byte, size.n)
			b.SetBytes(int64(size.n))
			ctx := context.Background()
			must(b, p, echo, arg)
			reportCPU(b, func() { p.Close() })
			for b.Loop() {
				if _, err := submit(ctx, runtime.Waiting(ctx, p), echo, arg).Result(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReplace is from the kill of a worker to the result of the next call.
func BenchmarkReplace(b *testing.B) {
	p := newPool(b, process.Config{Workers: 1})
	for b.Loop() {
		do(b, p, exit, 1)
		must(b, p, square, 1)
	}
}

// BenchmarkReplaceForTime is from the end of the grace of a call that does not
// return to the result of the next one: what the stacks cost is in it.
func BenchmarkReplaceForTime(b *testing.B) {
	for name, f := range map[string]*runtime.Func[int, int]{"waits": hang, "spins": spin} {
		b.Run(name, func(b *testing.B) {
			p := newPool(b, process.Config{Workers: 1, Grace: 1})
			for b.Loop() {
				call := submit(b.Context(), p, f, 0)
				for call.State() != runtime.Running {
				}
				call.Cancel()
				must(b, p, square, 1)
			}
		})
	}
}

// BenchmarkBurst is a call of a thousand that are outstanding at once.
func BenchmarkBurst(b *testing.B) {
	p := newPool(b, process.Config{Workers: 2})
	must(b, p, square, 1)
	b.ReportAllocs()
	ctx := context.Background()
	reportCPU(b, func() { p.Close() })
	var futures [1000]*runtime.Future[int]
	for n := 0; n < b.N; n += len(futures) {
		for i := range futures {
			futures[i] = submit(ctx, p, square, i)
		}
		for _, f := range futures {
			f.Result(ctx)
		}
	}
}

// BenchmarkMap is an item of a Map.
func BenchmarkMap(b *testing.B) {
	p := newPool(b, process.Config{Workers: 2})
	items := make([]int, 100_000)
	runtime.Map(b.Context(), p, square, items) // the processes run
	b.ResetTimer()
	reportCPU(b, func() { p.Close() })
	b.ReportAllocs()
	for n := 0; n < b.N; n += len(items) {
		if _, err := runtime.Map(b.Context(), p, square, items); err != nil {
			b.Fatal(err)
		}
	}
}
