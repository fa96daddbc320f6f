//go:build unix

package process_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// Shutdown runs what is pinned, Close cancels it; neither loses a call or hangs.
func TestG1_PinnedCallsWhenThePoolEnds(t *testing.T) {
	for name, end := range map[string]func(p *process.Pool) error{
		"Shutdown": func(p *process.Pool) error { return p.Shutdown(t.Context()) },
		"Close":    (*process.Pool).Close,
	} {
		t.Run(name, func(t *testing.T) {
			for _, busy := range []bool{false, true} {
				p, g := newPool(t, process.Config{Workers: 3}), newGates(t)
				for i := 0; busy && i < 3; i++ {
					g.submit(p, strconv.Itoa(i))
				}
				eventually(t, "they are busy", func() bool { return !busy || g.begun() == 3 })
				calls := onEach(t.Context(), p, pid, 0)
				var ended sync.WaitGroup
				ended.Go(func() {
					if err := end(p); err != nil {
						t.Error(err)
					}
				})
				if name == "Shutdown" {
					g.openAll()
				}
				ended.Wait()
				for _, f := range calls {
					if _, err := f.Result(within(t)); name == "Shutdown" && err != nil || name == "Close" && !errors.Is(err, runtime.ErrCanceled) {
						t.Error(err)
					}
				}
				wantNothingLeft(t, p)
			}
		})
	}
}

// The end of a pool whose workers are up comes while calls are being pinned.
func TestG1_PinnedCallsRaceTheEnd(t *testing.T) {
	n := 30
	if testing.Short() {
		n = 8
	}
	for i := range n {
		p := newPool(t, process.Config{Workers: 2, Grace: time.Millisecond, MaxTasks: 4 * (i % 2)})
		wantDistinct(t, onEach(t.Context(), p, pid, 0), 2)
		var calls []*runtime.Future[int]
		begun, moment := make(chan struct{}), rand.IntN(20)
		var all sync.WaitGroup
		all.Go(func() {
			for k := range 20 {
				if k == moment {
					close(begun)
				}
				calls = append(calls, onEach(t.Context(), p, square, 3)...)
			}
		})
		<-begun
		for range 2 {
			all.Go(func() { endAtRandom(p, rand.IntN(2)) })
		}
		all.Wait()
		if err := p.Shutdown(within(t)); err != nil {
			t.Fatal(err)
		}
		for _, f := range calls {
			if n, err := f.Result(within(t)); err != nil && !errors.Is(err, runtime.ErrClosed) && !errors.Is(err, runtime.ErrCanceled) || err == nil && n != 9 {
				t.Error(n, err)
			}
		}
		wantNothingLeft(t, p)
	}
}

func wantNothingLeft(t *testing.T, p *process.Pool) {
	t.Helper()
	if s := p.Stats(); s.Queued != 0 || s.Running != 0 || len(p.Workers()) != 0 {
		t.Errorf("%+v, and %d processes", s, len(p.Workers()))
	}
}

// Whatever happens to a pool: each pinned call settles once, and runs once at most. It
// fails only if its worker died, or as the pool was closed.
func TestG1_PinnedCallsAtRandom(t *testing.T) {
	n := 15
	if testing.Short() {
		n = 5
	}
	fds, children := countFDs(t), countChildren()
	for range n {
		seed := rand.Uint64()
		pinAtRandom(t, rand.New(rand.NewPCG(seed, 0)))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	eventually(t, "descriptors and children as before", func() bool {
		return countFDs(t) <= fds && countChildren() <= children
	})
}

func pinAtRandom(t *testing.T, r *rand.Rand) {
	deeds := []deed{quickly, quickly, quickly, quickly, nap1ms, nap1ms, nap1ms, killSelf}
	p, err := process.NewPool(process.Config{
		Workers: 3, Grace: 10 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
		MaxTasks: []int{0, 0, 1, 3}[r.IntN(4)], Spare: r.IntN(3) == 0, TasksPerWorker: []int{0, 0, 3}[r.IntN(3)], Queue: []int{0, 4}[r.IntN(2)],
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	book := newLedger(t)
	var calls []markedCall
	stop := make(chan struct{})
	var trouble sync.WaitGroup
	for _, hurt := range []func(r *rand.Rand){
		func(r *rand.Rand) { killOne(p, r) },
		func(r *rand.Rand) { p.Resize(1 + r.IntN(4)) },
		func(r *rand.Rand) { submit(t.Context(), p, nap, r.IntN(1000)) },
		func(r *rand.Rand) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			submit(ctx, runtime.Waiting(ctx, p), square, 3).Result(ctx)
		},
	} {
		own := rand.New(rand.NewPCG(r.Uint64(), 1))
		trouble.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Duration(own.IntN(20_000)) * time.Microsecond):
					hurt(own)
				}
			}
		})
	}
	rounds := 1 + r.IntN(30)
	moment := r.IntN(2 * rounds) // half of the time nobody ends the pool
	var ended sync.WaitGroup
	for i := range rounds {
		if i == moment { // from now on it races the rest
			ended.Go(func() { endAtRandom(p, moment) })
		}
		p.EachWorker(t.Context(), func(ex runtime.Executor) {
			calls = append(calls, book.submit(t.Context(), ex, deeds[r.IntN(len(deeds))]))
			if r.IntN(8) == 0 {
				calls[r.IntN(len(calls))].Cancel()
			}
		})
		if r.IntN(2) == 0 { // at times they pile up
			calls[r.IntN(len(calls))].outcome(t)
		}
	}
	errs := make([]error, len(calls))
	for i, c := range calls {
		errs[i] = c.outcome(t)
	}
	close(stop)
	trouble.Wait()
	ended.Wait()
	if err := p.Shutdown(within(t)); err != nil {
		t.Error(err)
	}
	wantNothingLeft(t, p)
	wantAccounted(t, book, calls, errs)
}

// endAtRandom ends p in one way or the other.
func endAtRandom(p *process.Pool, how int) {
	if how%2 == 0 {
		p.Close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	p.Shutdown(ctx)
}

func killOne(p *process.Pool, r *rand.Rand) {
	if workers := p.Workers(); len(workers) > 0 {
		syscall.Kill(workers[r.IntN(len(workers))].PID, syscall.SIGKILL)
	}
}

// wantAccounted checks that each call ran once at most, as its error says.
func wantAccounted(t *testing.T, book *ledger, calls []markedCall, errs []error) {
	t.Helper()
	good := 0
	for i, ran := range book.ran() {
		err := errs[i]
		if err == nil {
			good++
		}
		switch {
		case ran > 1, err == nil && (ran != 1 || calls[i].does.kills()):
			t.Errorf("call %d ran %d times: %v", i, ran, err)
		case err != nil && ran > 0 && !started(t, err):
			t.Errorf("call %d ran, but %v says that it did not start", i, err)
		case err != nil && !isExpected(err):
			t.Errorf("call %d: %v", i, err)
		}
	}
	t.Logf("%d of %d returned", good, len(calls))
}

// isExpected reports whether err is one that a call may have here. Processes that are killed
// before they are ready are such that cannot be started.
func isExpected(err error) bool {
	for _, sentinel := range []error{runtime.ErrCrashed, runtime.ErrCanceled, runtime.ErrClosed, runtime.ErrBroken} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}
