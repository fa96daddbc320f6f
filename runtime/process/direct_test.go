//go:build linux

package process_test

import (
	"bytes"
	"context"
	"errors"
	goruntime "runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// direct is what generated code has as CallX.
func direct[A, R any](ctx context.Context, ex runtime.Executor, f *runtime.Func[A, R], arg A) (R, error) {
	return submit(ctx, runtime.Waiting(ctx, ex), f, arg).Result(ctx)
}

// warm has every worker of the pool ready, so that the next call is direct.
func warm(t testing.TB, p *process.Pool) {
	t.Helper()
	for range 2 {
		if n, err := direct(t.Context(), p, square, 3); n != 9 || err != nil {
			t.Fatal(n, err)
		}
	}
}

// A caller whose context ends does not wait for the task; one that does not return is
// killed after the grace, and the pool goes on.
func TestG3_DirectCallIsCanceled(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 20 * time.Millisecond})
	for range 5 {
		warm(t, p)
		first := p.Workers()[0].PID
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			eventually(t, "it runs", func() bool { return p.Stats().Running == 1 })
			cancel()
		}()
		_, err := direct(ctx, p, spin, 0)
		if !errors.Is(err, runtime.ErrCanceled) && !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		if n := must(t, p, square, 4); n != 16 {
			t.Error(n)
		}
		eventually(t, "the kill", func() bool { return !alive(first) })
	}
}

// One that obeys keeps its worker.
func TestG3_DirectCallThatObeys(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	warm(t, p)
	first := p.Workers()[0].PID
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if _, err := direct(ctx, p, obey, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
		cancel()
		if n, err := direct(t.Context(), p, square, 4); n != 16 || err != nil {
			t.Fatal(n, err)
		}
	}
	if now := p.Workers(); len(now) != 1 || now[0].PID != first {
		t.Errorf("the worker was replaced: %+v", now)
	}
}

// The task's own timeout ends a direct call, too.
func TestF03_DirectCallTimesOut(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 5 * time.Millisecond})
	warm(t, p)
	if _, err := direct(t.Context(), p, timed, 1); !errors.Is(err, runtime.ErrTimeout) || !started(t, err) {
		t.Errorf("got %v", err)
	}
	warm(t, p)
}

// Whatever a direct call dies of it alone fails, with what it died of.
func TestG5_DirectCallDies(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 5 {
		for _, f := range []*runtime.Func[int, int]{exit, segv, background, closeAll} {
			warm(t, p)
			_, err := direct(t.Context(), p, f, 3)
			var exit *process.ExitError
			if !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &exit) || !started(t, err) {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		warm(t, p)
		first := p.Workers()[0].PID
		g := newGates(t)
		go func() {
			eventually(t, "it runs", func() bool { return g.begun() == 1 })
			syscall.Kill(first, syscall.SIGKILL)
		}()
		_, err := direct(t.Context(), p, gate, []byte(g.dir+"/a"))
		if !errors.Is(err, runtime.ErrCrashed) {
			t.Errorf("killed from outside: %v", err)
		}
	}
}

// What a task wrote as its last act counts, although its worker is killed at once.
func TestG5_DirectReplyOfADeadWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 100 {
		warm(t, p)
		dying := p.Workers()[0].PID
		if n, err := direct(t.Context(), p, lastAct, 5); err != nil && !errors.Is(err, runtime.ErrCrashed) || err == nil && n != 5 {
			t.Fatal(n, err)
		}
		if n, err := direct(t.Context(), p, square, 5); err == nil && n != 25 || err != nil && !errors.Is(err, runtime.ErrCrashed) { // it may have begun before the kill arrives
			t.Fatalf("a call after one that left its worker dying: %d, %v", n, err)
		}
		eventually(t, "it is dead", func() bool { return !alive(dying) })
	}
}

// lastAct returns, and kills its worker just after that.
var lastAct = onInts(named("LastAct"), func(_ context.Context, n int) (int, error) {
	go syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
	return n, nil
})

// Panics, Goexit, errors, long values.
func TestG8_DirectOutcomes(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	warm(t, p)
	first := p.Workers()[0].PID
	for range 3 {
		for _, f := range []*runtime.Func[int, int]{panics, goexit} {
			if _, err := direct(t.Context(), p, f, 7); !errors.Is(err, runtime.ErrPanic) || !started(t, err) {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		if _, err := direct(t.Context(), p, fail, 7); err == nil || err.Error() != errTask.Error() {
			t.Errorf("got %v", err)
		}
		for _, n := range []int{-13, 13} {
			if _, err := direct(t.Context(), p, unlucky, n); !errors.Is(err, runtime.ErrEncoding) {
				t.Errorf("got %v", err)
			}
		}
		for _, size := range []int{0, 4 << 10, 100 << 10, 3 << 20, 9 << 20} {
			big := bytes.Repeat([]byte{byte(size >> 12)}, size)
			if got, err := direct(t.Context(), p, echo, big); err != nil || !bytes.Equal(got, big) {
				t.Errorf("%d bytes: %v", size, err)
			}
		}
	}
	if now := p.Workers(); len(now) != 1 || now[0].PID != first {
		t.Error("the worker was replaced")
	}
}

// A long value in a pipe, whose caller leaves in the middle of it.
func TestG3_DirectCallIsCanceledWhileItReads(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, SharedMemory: 1})
	big := make([]byte, 5<<20)
	for i := range 40 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*200*time.Microsecond)
		if got, err := direct(ctx, p, echo, big); err == nil && len(got) != len(big) || err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(len(got), err)
		}
		cancel()
		warm(t, p)
	}
}

// A decoder of the user's that ends its goroutine ends the caller, and neither the call
// nor the pool hangs.
func TestG8_DirectCodecThatEndsTheGoroutine(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	warm(t, p)
	for range 3 {
		done := make(chan struct{})
		go func() {
			defer close(done)
			direct(t.Context(), p, picky, 8)
		}()
		<-done
	}
	if n := must(t, p, square, 3); n != 9 {
		t.Error(n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := p.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

// Many callers at once on few workers, beside others that submit.
func TestG1_DirectCallsAtOnce(t *testing.T) {
	for _, workers := range []int{2, 8} {
		openPoller()
		fds, goroutines := countFDs(t), goruntime.NumGoroutine()
		p := newPool(t, process.Config{Workers: workers})
		book := newLedger(t)
		var mu sync.Mutex
		arg := func() ([]byte, uint32) { mu.Lock(); defer mu.Unlock(); return book.arg(quickly) }
		var callers sync.WaitGroup
		for caller := range 64 {
			callers.Go(func() {
				for range 30 {
					arg, number := arg()
					var err error
					if caller%4 == 3 {
						err = markedCall{submit(t.Context(), p, marking, arg), number, quickly}.outcome(t)
					} else {
						_, err = direct(t.Context(), p, marking, arg)
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		callers.Wait()
		wantRanOnce(t, book)
		p.Close()
		eventually(t, "descriptors and goroutines as before", func() bool {
			return countFDs(t) <= fds && goruntime.NumGoroutine() <= goroutines
		})
	}
}

// Close and Shutdown do not wait for a caller, nor he for ever for them.
func TestG6_EndOfAPoolWithADirectCall(t *testing.T) {
	openPoller()
	fds, goroutines := countFDs(t), goruntime.NumGoroutine()
	for _, end := range []func(*process.Pool) error{
		(*process.Pool).Close,
		func(p *process.Pool) error { return p.Shutdown(shortly(t)) },
	} {
		p := newPool(t, process.Config{Workers: 2, Grace: 5 * time.Millisecond})
		warm(t, p)
		result := make(chan error)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := direct(ctx, p, obey, 1)
			result <- err
		}()
		eventually(t, "it runs", func() bool { return p.Stats().Running == 1 })
		if err := end(p); err != nil {
			cancel() // Shutdown, which waits for the call
		}
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		cancel()
		p.Close()
		if _, err := direct(t.Context(), p, square, 3); !errors.Is(err, runtime.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
	eventually(t, "descriptors and goroutines as before", func() bool {
		return countFDs(t) <= fds && goruntime.NumGoroutine() <= goroutines
	})
}

// Shutdown lets a direct call come to its end.
func TestG1_ShutdownWaitsForADirectCall(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	warm(t, p)
	result := make(chan error, 1)
	g := newGates(t)
	go func() {
		_, err := direct(t.Context(), p, gate, []byte(g.dir+"/a"))
		result <- err
	}()
	eventually(t, "it runs", func() bool { return g.begun() == 1 })
	if err := p.Shutdown(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	g.openAll()
	if err := <-result; err != nil {
		t.Error(err)
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// The limits of a process hold of direct calls: none runs more than it may, and each
// that ends has a successor.
func TestDirectCallsAndTheLimitsOfAProcess(t *testing.T) {
	for name, c := range map[string]process.Config{
		"MaxTasks":      {MaxTasks: 3},
		"MaxAge":        {MaxAge: 10 * time.Millisecond},
		"RecycleMemory": {RecycleMemory: 1},
		"IdleTimeout":   {IdleTimeout: time.Millisecond},
		"Spare":         {MaxTasks: 2, Spare: true},
	} {
		t.Run(name, func(t *testing.T) {
			c.Workers = 1
			p := newPool(t, c)
			calls := map[int]int{}
			for i := range 12 {
				n, err := direct(t.Context(), p, pid, 0)
				if err != nil {
					t.Fatal(err)
				}
				calls[n]++
				if i%4 == 3 && c.IdleTimeout > 0 {
					eventually(t, "idle worker ends", func() bool { return len(p.Workers()) == 0 })
				}
			}
			if _, err := direct(t.Context(), p, spoil, 0); err == nil || !strings.Contains(err.Error(), errTask.Error()) {
				t.Errorf("got %v", err)
			}
			if n, err := direct(t.Context(), p, square, 3); n != 9 || err != nil {
				t.Error(n, err)
			}
			for pid, n := range calls {
				if c.MaxTasks > 0 && n > c.MaxTasks || c.RecycleMemory > 0 && n > 1 || c.IdleTimeout > 0 && n > 4 {
					t.Errorf("process %d ran %d calls", pid, n)
				}
			}
		})
	}
}

// waits calls a task of another pool.
var (
	waits = onBytes(named("Waits"), func(ctx context.Context, path []byte) ([]byte, error) {
		return direct(ctx, inner.Load(), gate, path)
	})
	inner atomic.Pointer[process.Pool]
)

// A task of a goroutine pool that waits for a call of a process pool gives its slot back
// meanwhile.
func TestG7_DirectCallInATaskOfAnotherPool(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	warm(t, p)
	outer, err := runtime.NewPool(runtime.PoolConfig{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer outer.Close()
	g := newGates(t)
	path := []byte(g.dir + "/a")
	inner.Store(p)
	f := submit(t.Context(), outer, waits, path)
	eventually(t, "it runs", func() bool { return g.begun() == 1 })
	if n := must(t, outer, square, 3); n != 9 {
		t.Error(n)
	}
	g.openAll()
	if _, err := f.Result(t.Context()); err != nil {
		t.Error(err)
	}
}

// A pool's process that is out of descriptors has calls that take long nevertheless, and
// workers that go on.
func TestG5_DirectCallWithoutADescriptor(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	warm(t, p)
	first := p.Workers()[0].PID
	useUp(t)
	for range 3 {
		if n, err := direct(t.Context(), p, nap, 20_000); n != 20_000 || err != nil {
			t.Fatal(n, err)
		}
	}
	if now := p.Workers()[0].PID; now != first {
		t.Error("the worker was replaced")
	}
}

// useUp opens files until there can be no more, for the time of the test.
func useUp(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	few := limit
	few.Cur = 100
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) })
	for {
		fd, err := syscall.Open("/dev/null", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err == syscall.EMFILE {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { syscall.Close(fd) })
	}
}
