//go:build linux

package process_test

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// The arrows of the drawing at type worker. Each is raced by every trouble
// below, which comes at a random moment before, while or after it is taken.
var transitions = []struct {
	name   string
	config process.Config
	start  string // how the program comes up, if not well
	take   func(d *driver)
}{
	{name: "no process to starting to idle", take: (*driver).square},
	{name: "starting to waiting", config: process.Config{Spare: true}, take: func(*driver) {}},
	{name: "waiting to idle", config: process.Config{Spare: true}, take: (*driver).crash},
	{name: "starting to dead, by itself", start: "exit", take: (*driver).square},
	{name: "starting to dead, too slow", start: "hang", config: process.Config{StartTimeout: 5 * time.Millisecond}, take: (*driver).square},
	{name: "idle to busy to idle", take: (*driver).many},
	{name: "idle to draining, by MaxTasks", config: process.Config{MaxTasks: 2}, take: (*driver).many},
	{name: "idle to draining, by MaxAge", config: process.Config{MaxAge: 3 * time.Millisecond}, take: (*driver).now},
	{name: "idle to draining, by RecycleMemory", config: process.Config{RecycleMemory: 1}, take: (*driver).many},
	{name: "idle to draining, by IdleTimeout", config: process.Config{IdleTimeout: time.Millisecond}, take: (*driver).now},
	{name: "idle to draining, by Resize", config: process.Config{Workers: 3}, take: (*driver).shrink},
	{name: "idle to draining, by Shutdown", take: (*driver).shutdown},
	{name: "idle to draining to dead, by Discard", take: (*driver).spoil},
	{name: "idle to dead", take: (*driver).killIdle},
	{name: "waiting to dead", config: process.Config{Spare: true}, take: (*driver).killIdle},
	{name: "busy to dead, by itself", take: (*driver).crash},
	{name: "busy to dead, for time", config: process.Config{Grace: time.Millisecond}, take: (*driver).overrun},
	{name: "busy to dead, for memory", config: process.Config{Memory: 256 << 20}, take: (*driver).hog},
	{name: "dead to starting", take: (*driver).retry},
	{name: "dead to retired", take: (*driver).crash},
}

var troubles = []struct {
	name string
	make func(d *driver)
}{
	{"submit", (*driver).many},
	{"submit to each", (*driver).each},
	{"cancel", (*driver).cancelAll},
	{"kill", (*driver).killAny},
	{"stop", (*driver).stopAny},
	{"resize", (*driver).resize},
	{"close", func(d *driver) { d.pool.Close() }},
	{"shutdown", (*driver).shutdown},
}

// spoilt says that its worker is of no use any more.
var spoilt = onInts(named("Spoilt"), func(context.Context, int) (int, error) { return 0, runtime.Discard(io.EOF) })

// TestG1_EveryTransitionRaced checks that every call settles once, rightly, and
// that nothing is left.
func TestG1_EveryTransitionRaced(t *testing.T) {
	fds, children := countFDs(t), countChildren()
	for _, transition := range transitions {
		for _, trouble := range troubles {
			t.Run(transition.name+" against "+trouble.name, func(t *testing.T) {
				for range 2 {
					d := newDriver(t, transition.config, transition.start)
					d.race(transition.take, trouble.make)
				}
			})
		}
	}
	eventually(t, "descriptors and children as before", func() bool {
		return countFDs(t) <= fds && countChildren() <= children
	})
}

// A driver drives one pool. Its calls are tracked as those of the chaos test.
type driver struct {
	chaos
	broken bool // the pool cannot start processes

	cancels struct {
		sync.Mutex
		all []func() bool // guarded by the mutex
	}
}

func newDriver(t *testing.T, c process.Config, start string) *driver {
	if start != "" {
		other := otherProgram(t, "PROCESS_TEST_CHILD=start", "PROCESS_TEST_START="+start)
		c.Command, c.Env = other.Command, other.Env
	}
	c.Logger = slog.New(slog.DiscardHandler)
	if c.Workers == 0 {
		c.Workers = 2
	}
	if c.Grace == 0 {
		c.Grace = 10 * time.Millisecond
	}
	p, err := process.NewPool(c)
	if err != nil {
		t.Fatal(err)
	}
	return &driver{chaos: chaos{t: t, pool: p, stop: make(chan struct{})}, broken: start != ""}
}

// race takes the transition and makes the trouble at once, then ends the pool.
func (d *driver) race(take, trouble func(*driver)) {
	defer d.pool.Close()
	if !d.broken {
		d.square() // so that there is a process most of the time
		if rand.IntN(2) == 0 {
			d.wait()
		}
	}
	var both sync.WaitGroup
	both.Go(func() { take(d) })
	both.Go(func() {
		time.Sleep(rand.N(4 * time.Millisecond)) // the random moment
		trouble(d)
	})
	both.Wait()
	if rand.IntN(2) == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		d.pool.Shutdown(ctx)
		cancel()
	}
	d.pool.Close()
	d.check()
}

// wait waits for the calls so far.
func (d *driver) wait() {
	d.mu.Lock()
	calls := d.calls
	d.mu.Unlock()
	for _, c := range calls {
		c.result()
	}
}

// call submits a call that returns right, or fails with own or by accident.
func (d *driver) call(f *runtime.Func[int, int], arg, right int, own error) {
	d.follow(submit(context.Background(), d.pool, f, arg), right, own)
}

func (d *driver) follow(future *runtime.Future[int], right int, own error) {
	track(&d.chaos, future, func(got int) bool { return own == nil && got == right }, own)
	d.cancels.Lock()
	defer d.cancels.Unlock()
	d.cancels.all = append(d.cancels.all, future.Cancel)
}

func (d *driver) square() { d.call(square, 7, 49, nil) }

func (d *driver) crash() { d.call(exit, 3, 0, runtime.ErrCrashed) }

func (d *driver) overrun() { d.call(timed, 1, 0, runtime.ErrTimeout) }

func (d *driver) retry() { d.call(doomed, 1, 0, runtime.ErrCrashed) }

func (d *driver) hog() { d.call(hog, 400, 0, runtime.ErrMemory) }

func (d *driver) spoil() { d.call(spoilt, 1, 0, io.EOF) }

func (d *driver) many() {
	for range 8 {
		d.square()
		time.Sleep(rand.N(time.Millisecond))
	}
}

// each submits calls that are pinned.
func (d *driver) each() {
	for range 4 {
		d.pool.EachWorker(context.Background(), func(ex runtime.Executor) {
			d.follow(submit(context.Background(), ex, square, 7), 49, nil)
		})
		time.Sleep(rand.N(time.Millisecond))
	}
}

// now and then submits a call, so that workers become idle, and old.
func (d *driver) now() {
	for range 4 {
		d.square()
		time.Sleep(rand.N(4 * time.Millisecond))
	}
}

func (d *driver) cancelAll() {
	d.cancels.Lock()
	defer d.cancels.Unlock()
	for _, cancel := range d.cancels.all {
		cancel()
	}
}

func (d *driver) shrink() {
	d.many()
	d.pool.Resize(1)
}

func (d *driver) resize() {
	for _, n := range []int{1, 4, 2} {
		d.pool.Resize(n)
	}
}

func (d *driver) shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	d.pool.Shutdown(ctx)
}

func (d *driver) killIdle() {
	for _, w := range d.pool.Workers() {
		if w.Task == "" {
			syscall.Kill(w.PID, syscall.SIGKILL)
		}
	}
	d.square()
}

func (d *driver) killAny() { d.signalAny(syscall.SIGKILL) }

// stopAny stops a worker, whose call must not outlast its cancel.
func (d *driver) stopAny() {
	d.signalAny(syscall.SIGSTOP)
	d.cancelAll()
}

func (d *driver) signalAny(sig syscall.Signal) {
	if workers := d.pool.Workers(); len(workers) > 0 {
		syscall.Kill(workers[rand.IntN(len(workers))].PID, sig)
	}
}
