//go:build linux

package process_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

var chaosTime = flag.Duration("chaos", 3*time.Second, "how long TestG1_Chaos goes on")

// chaos is one pool under random load while its workers are killed and stopped,
// its size changes and its calls are canceled, until it is closed at a random
// moment.
type chaos struct {
	t       *testing.T
	pool    *process.Pool
	limited bool           // the pool's workers have a memory limit
	laned   bool           // the pool's workers run several calls at once
	stop    chan struct{}  // closed when the load is to end
	load    sync.WaitGroup // submitters and troublemakers

	mu            sync.Mutex
	calls         []*chaosCall // guarded by mu
	grandchildren []int        // guarded by mu; process ids
}

// A chaosCall is a call and how it may end.
type chaosCall struct {
	settled atomic.Int32 // callbacks that ran
	result  func() error // waits; nil if it ended as it may
	state   func() runtime.State
}

// TestG1_Chaos checks that whatever happens every call settles exactly once,
// with the right value or an error that says why, and that nothing is left.
func TestG1_Chaos(t *testing.T) {
	first := newPool(t, process.Config{Workers: 1}) // what the Go runtime opens once, its poller's, stays
	must(t, first, square, 2)
	first.Close()
	fds, children := countFDs(t), countChildren()
	var calls, failed int
	for end := time.Now().Add(*chaosTime); time.Now().Before(end) && !t.Failed(); {
		seed := rand.Uint64()
		c := newChaos(t, rand.New(rand.NewPCG(seed, 0)))
		n, bad := c.run(rand.New(rand.NewPCG(seed, 1)))
		calls, failed = calls+n, failed+bad
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	}
	t.Logf("%d calls, %d of them ended by accident", calls, failed)
	eventually(t, "descriptors and children as before", func() bool {
		return countFDs(t) <= fds && countChildren() <= children
	})
}

func newChaos(t *testing.T, r *rand.Rand) *chaos {
	config := process.Config{
		Workers:        1 + r.IntN(4),
		TasksPerWorker: []int{0, 0, 4}[r.IntN(3)],
		Queue:          []int{0, 0, 8}[r.IntN(3)],
		MaxTasks:       []int{0, 0, 10}[r.IntN(3)],
		Memory:         []int64{0, 64 << 20}[r.IntN(2)],
		SharedMemory:   []int64{0, 1 << 20}[r.IntN(2)],
		Spare:          r.IntN(3) == 0,
		Grace:          20 * time.Millisecond,
		Logger:         slog.New(slog.DiscardHandler),
	}
	p, err := process.NewPool(config)
	if err != nil {
		t.Fatal(err)
	}
	return &chaos{t: t, pool: p, limited: config.Memory > 0, laned: config.TasksPerWorker > 1, stop: make(chan struct{})}
}

// run returns how many calls there were and how many failed.
func (c *chaos) run(r *rand.Rand) (calls, failed int) {
	for range 3 {
		own := rand.New(rand.NewPCG(r.Uint64(), 2))
		c.load.Go(func() { c.submitAtRandom(own) })
	}
	for range 2 {
		own := rand.New(rand.NewPCG(r.Uint64(), 4))
		c.load.Go(func() { c.callAtRandom(own) })
	}
	for _, trouble := range []func(*rand.Rand){c.signal, c.resize, c.submitToEach} {
		own := rand.New(rand.NewPCG(r.Uint64(), 3))
		c.load.Go(func() {
			for c.pause(time.Duration(own.IntN(10_000)) * time.Microsecond) {
				trouble(own)
			}
		})
	}
	time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond) // the random moment
	if r.IntN(2) == 0 {
		c.end() // submitters may be waiting for room behind a stopped worker: Shutdown lets them go
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(500))*time.Millisecond)
		c.pool.Shutdown(ctx)
		cancel()
	}
	c.pool.Close()
	c.end()
	c.load.Wait()
	return c.check()
}

func (c *chaos) end() {
	select {
	case <-c.stop:
	default:
		close(c.stop)
	}
}

// pause reports false once the load is to end.
func (c *chaos) pause(d time.Duration) bool {
	select {
	case <-c.stop:
		return false
	case <-time.After(d):
		return true
	}
}

// signal hurts a worker from outside.
func (c *chaos) signal(r *rand.Rand) {
	workers := c.pool.Workers()
	if len(workers) == 0 {
		return
	}
	signals := []syscall.Signal{syscall.SIGKILL, syscall.SIGSEGV, syscall.SIGTERM, syscall.SIGSTOP}
	syscall.Kill(workers[r.IntN(len(workers))].PID, signals[r.IntN(len(signals))])
}

func (c *chaos) resize(r *rand.Rand) {
	if r.IntN(5) == 0 {
		c.pool.Resize(1 + r.IntN(4))
	}
}

func (c *chaos) submitToEach(r *rand.Rand) {
	if r.IntN(3) > 0 {
		return
	}
	c.pool.EachWorker(context.Background(), func(ex runtime.Executor) {
		n := r.IntN(1000)
		if r.IntN(8) == 0 {
			track(c, submit(context.Background(), ex, exit, n%4), nil, errors.ErrUnsupported)
			return
		}
		f := submit(context.Background(), ex, square, n)
		track(c, f, func(got int) bool { return got == n*n }, nil)
		if r.IntN(8) == 0 {
			f.Cancel()
		}
	})
}

func (c *chaos) submitAtRandom(r *rand.Rand) {
	for c.pause(time.Duration(r.IntN(1000)) * time.Microsecond) {
		ctx, cancel := context.Background(), func() {}
		if r.IntN(4) == 0 {
			ctx, cancel = context.WithTimeout(ctx, time.Duration(r.IntN(20))*time.Millisecond)
		}
		defer cancel()
		c.submit(ctx, r)
	}
}

// callAtRandom makes calls whose caller waits for them, in bursts, so that those that
// are submitted meet short ones.
func (c *chaos) callAtRandom(r *rand.Rand) {
	for c.pause(time.Duration(r.IntN(3000)) * time.Microsecond) {
		for range r.IntN(50) {
			if !c.call(r) {
				return
			}
		}
	}
}

// call makes a call, which waits for its result. It reports false once the pool is closed.
func (c *chaos) call(r *rand.Rand) (open bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(1+r.IntN(50))*time.Millisecond)
	defer cancel()
	ex, n := runtime.Waiting(ctx, c.pool), r.IntN(1000)
	switch r.IntN(24) {
	case 0:
		track(c, submit(ctx, ex, exit, n%4), nil, errors.ErrUnsupported)
	case 1:
		track(c, submit(ctx, ex, obey, n), nil, runtime.ErrTimeout)
	case 2:
		track(c, submit(ctx, ex, goexit, n), nil, runtime.ErrPanic)
	case 3, 4, 5:
		payload := bytes.Repeat([]byte{byte(n)}, 4<<10+r.IntN(1<<20))
		track(c, submit(ctx, ex, echo, payload), func(got []byte) bool { return bytes.Equal(got, payload) }, nil)
	default:
		f := submit(ctx, ex, square, n)
		track(c, f, func(got int) bool { return got == n*n }, nil)
		_, err := f.Result(ctx)
		return !errors.Is(err, runtime.ErrClosed)
	}
	return true
}

// submit submits one call of some kind. Those that never return have a
// deadline, so that a pool that drains comes to an end.
func (c *chaos) submit(ctx context.Context, r *rand.Rand) {
	n := r.IntN(1000)
	switch r.IntN(16) {
	case 0:
		track(c, submit(ctx, c.pool, exit, n%4), nil, errors.ErrUnsupported)
	case 1:
		track(c, submit(ctx, c.pool, timed, n+1), nil, errors.ErrUnsupported)
	case 2:
		track(c, submit(ctx, c.pool, panics, n), nil, runtime.ErrPanic)
	case 3:
		track(c, submit(ctx, c.pool, goexit, n), nil, runtime.ErrPanic)
	case 4:
		track(c, submit(ctx, c.pool, flood, n*100), func(got int) bool { return got == n*100 }, nil)
	case 5:
		if c.laned {
			return // it would take the files away from an exec beside it
		}
		track(c, submit(ctx, c.pool, closeStd, n), func(got int) bool { return got == n }, nil)
	case 6:
		f := submit(ctx, c.pool, grandchild, 0)
		f.OnDone(c.born)
		track(c, f, func(got int) bool { return got > 0 }, nil)
	case 7:
		size := 1 << (10 + n%12) // 1 KiB to 2 MiB
		if n < 10 {
			size = 64 << 20
		}
		payload := bytes.Repeat([]byte{byte(n)}, size)
		track(c, submit(ctx, c.pool, echo, payload), func(got []byte) bool { return bytes.Equal(got, payload) }, nil)
	case 8:
		track(c, submit(ctx, c.pool, doomed, n), nil, errors.ErrUnsupported)
	case 9:
		mib := 1
		if c.limited {
			mib = 200 // over the limit
		}
		track(c, submit(ctx, c.pool, hog, mib), func(got int) bool { return got == mib }, nil)
	case 10:
		f := submit(ctx, c.pool, nap, n)
		track(c, f, func(got int) bool { return got == n }, nil)
		f.Cancel()
	default:
		track(c, submit(ctx, c.pool, square, n), func(got int) bool { return got == n*n }, nil)
	}
}

// born notes a grandchild.
func (c *chaos) born(pid int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.grandchildren = append(c.grandchildren, pid)
	}
}

// track notes a call. right says which values it may return, nil none; own is
// an error that its task may return.
func track[T any](c *chaos, f *runtime.Future[T], right func(T) bool, own error) {
	call := &chaosCall{state: f.State}
	f.OnDone(func(T, error) { call.settled.Add(1) })
	call.result = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		v, err := f.Result(ctx)
		switch {
		case err == nil && right != nil && right(v):
			return nil
		case err == nil:
			return errors.New("a value that it cannot have")
		case own != nil && errors.Is(err, own), isAccident(err):
			return nil
		}
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call)
}

// isAccident reports whether err is one that any call may get in this test.
func isAccident(err error) bool {
	var failure *runtime.TaskError
	if !errors.As(err, &failure) {
		return false
	}
	for _, sentinel := range []error{runtime.ErrCrashed, runtime.ErrMemory, runtime.ErrCanceled, runtime.ErrTimeout, runtime.ErrClosed, runtime.ErrBroken} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

// check looks at every call after the pool was closed.
func (c *chaos) check() (calls, failed int) {
	for i, call := range c.calls {
		if err := call.result(); err != nil {
			c.t.Errorf("call %d of %d: %v", i, len(c.calls), err)
		}
		if call.state() != runtime.Succeeded {
			failed++
		}
	}
	eventually(c.t, "callbacks of all calls", func() bool {
		for _, call := range c.calls {
			if call.settled.Load() == 0 {
				return false
			}
		}
		return true
	})
	for i, call := range c.calls {
		if n := call.settled.Load(); n != 1 {
			c.t.Errorf("call %d settled %d times", i, n)
		}
	}
	for _, pid := range c.grandchildren {
		eventually(c.t, "the end of all grandchildren", func() bool { return !alive(pid) })
	}
	return len(c.calls), failed
}
