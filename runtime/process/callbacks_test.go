//go:build unix

package process_test

import (
	"context"
	"log/slog"
	goruntime "runtime"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// Callbacks that wait for the pool that runs them.

// soon waits for done, which must come.
func soon(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s: not within 20s", what)
	}
}

// The worker of a call that has run out of time is freed whatever the call's callbacks wait
// for: as often as not for that worker.
func TestG7_CallbackOfACallThatIsEnded(t *testing.T) {
	t.Run("tries again", func(t *testing.T) {
		p := newPool(t, process.Config{Workers: 2, Grace: 10 * time.Millisecond})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		for range 2 {
			done := make(chan struct{})
			submit(ctx, p, spin, 0).OnDone(func(int, error) {
				defer close(done)
				must(t, p, square, 2)
			})
			defer soon(t, "the second try", done)
		}
	})
	t.Run("ends its goroutine", func(t *testing.T) {
		p := newPool(t, process.Config{Workers: 1, Grace: 10 * time.Millisecond})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		go submit(ctx, p, spin, 0).OnDone(func(int, error) { goruntime.Goexit() })
		must(t, p, square, 2)
	})
	t.Run("shuts down", func(t *testing.T) {
		p := newPool(t, process.Config{Workers: 1, Grace: 10 * time.Millisecond})
		f := submit(t.Context(), p, spin, 0)
		eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
		done := make(chan struct{})
		f.OnDone(func(int, error) {
			defer close(done)
			p.Shutdown(context.Background())
		})
		go f.Cancel()
		soon(t, "Shutdown", done)
	})
}

// lateSpoil naps, as nap does, before it discards its worker.
var lateSpoil = onInts(named("LateSpoil"), func(_ context.Context, n int) (int, error) {
	time.Sleep(time.Duration(n) * time.Microsecond)
	return 0, runtime.Discard(errTask)
})

// A callback may wait for a call that the worker gets meanwhile which delivers its own.
func TestG7_CallbackWaitsBesideLanes(t *testing.T) {
	for name, first := range map[string]*runtime.Func[int, int]{"ordinary": nap, "discarded": lateSpoil} {
		for _, workers := range []int{1, 2} {
			p := newPool(t, process.Config{Workers: workers, TasksPerWorker: 2})
			for range 3 {
				must(t, p, square, 2)
				done := make(chan struct{})
				f := submit(t.Context(), p, first, 30_000)
				f.OnDone(func(int, error) { // on the goroutine that has the worker, as 30 ms are not over yet
					defer close(done)
					must(t, p, square, 2)
				})
				soon(t, name, done)
			}
		}
	}
}

// A log handler that ends its goroutine, or blocks, takes nothing of the pool with it.
func TestLoggerAndTheDeathOfAnIdleWorker(t *testing.T) {
	leave := make(chan struct{})
	defer close(leave)
	for name, handle := range map[string]func(){"Goexit": goruntime.Goexit, "blocks": func() { <-leave }} {
		t.Run(name, func(t *testing.T) {
			said := make(chan struct{}, 100)
			p := newPool(t, process.Config{Workers: 1, Logger: slog.New(rude{slog.DiscardHandler, func() { said <- struct{}{}; handle() }})})
			id := must(t, p, pid, 0)
			eventually(t, "idle", func() bool { return p.Workers()[0].Task == "" })
			syscall.Kill(id, syscall.SIGKILL)
			<-said // that an idle worker died
			must(t, p, square, 2)
			closed := make(chan struct{})
			go func() {
				defer close(closed)
				p.Close()
			}()
			soon(t, "Close", closed)
		})
	}
}

func TestLoggerThatEndsItsGoroutineForALine(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Logger: slog.New(rude{slog.DiscardHandler, goruntime.Goexit})})
	must(t, p, say, 1)
	must(t, p, flood, 4<<20) // more than fits into the pipe
}
