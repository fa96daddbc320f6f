package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

// room returns a room for the desks of one test.
func room(t testing.TB) (*tasks.Room, string) {
	r, name := new(tasks.Room), t.Name()
	r.Enter(name)
	t.Cleanup(func() {
		if n := r.Shared.Load(); n > 0 {
			t.Errorf("%d calls had a desk that was another's, or closed", n)
		}
	})
	return r, name
}

// poolOf returns a pool that is closed with the test.
func poolOf(t testing.TB, c runtime.PoolConfig) *runtime.Pool {
	p, err := runtime.NewPool(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// wantDesks checks how many states were opened and closed.
func wantDesks(t testing.TB, r *tasks.Room, opened, closed int64) {
	t.Helper()
	if r.Opened.Load() != opened || r.Closed.Load() != closed {
		t.Errorf("%d opened and %d closed, want %d and %d", r.Opened.Load(), r.Closed.Load(), opened, closed)
	}
}

// Many calls from everywhere never share a state, there are no more than workers, and
// each is closed once.
func TestStatesOfAPool(t *testing.T) {
	const workers, each = 16, 100_000 / 8
	r, name := room(t)
	p := poolOf(t, runtime.PoolConfig{Workers: workers})
	desks := tasks.NewDeskWorkers(p, name)
	var clients sync.WaitGroup
	for range 2 {
		clients.Go(func() {
			for i := range each {
				if n, err := tasks.CallSit(t.Context(), desks, i); n != i || err != nil {
					t.Error(n, err)
				}
			}
		})
		clients.Go(func() {
			for _, f := range tasks.SubmitAllSit(t.Context(), desks, make([]int, each)) {
				if _, err := f.Result(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
		clients.Go(func() {
			if _, err := tasks.MapSit(context.Background(), desks, make([]int, each)); err != nil {
				t.Error(err)
			}
		})
		clients.Go(func() {
			for _, err := range tasks.StreamSit(t.Context(), desks, slices.Values(make([]int, each))) {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	s := desks.States()
	if s.Open > workers || s.Opened != s.Open || s.Calls < each || s.Oldest.IsZero() || p.Stats().States != s {
		t.Errorf("states: %+v, of the pool: %+v", s, p.Stats().States)
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	wantDesks(t, r, int64(s.Opened), int64(s.Opened))
}

// fill has n states opened, by calls that wait for each other, and returns when they are
// free.
func fill(t testing.TB, r *tasks.Room, desks *tasks.DeskWorkers, n int) {
	t.Helper()
	var all sync.WaitGroup
	all.Add(n)
	r.Use = func(context.Context, *tasks.Desk, int) (int, error) { all.Done(); all.Wait(); return 0, nil }
	for _, f := range tasks.SubmitAllSit(t.Context(), desks, make([]int, n)) {
		if _, err := f.Result(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	r.Use = nil
}

func TestResizeClosesStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 4})
		desks := tasks.NewDeskWorkers(p, name)
		fill(t, r, desks, 4)
		synctest.Wait() // a call has settled before its state is free
		wantDesks(t, r, 4, 0)
		p.Resize(1)
		synctest.Wait()
		wantDesks(t, r, 4, 3)
		if _, err := tasks.CallSit(t.Context(), desks, 0); err != nil {
			t.Error(err)
		}
		p.Close()
		wantDesks(t, r, 4, 4)
		if _, err := tasks.CallSit(t.Context(), desks, 0); !errors.Is(err, runtime.ErrClosed) {
			t.Error(err)
		}
	})
}

// A state that a call has when the pool is closed is closed by that call.
func TestCloseWhileAStateIsInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{})
		desks := tasks.NewDeskWorkers(p, name)
		leave := make(chan struct{})
		r.Use = func(context.Context, *tasks.Desk, int) (int, error) { <-leave; return 0, nil }
		f := tasks.SubmitSit(t.Context(), desks, 0)
		synctest.Wait()
		p.Close()
		wantDesks(t, r, 1, 0)
		if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
			t.Error(err)
		}
		close(leave)
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		wantDesks(t, r, 1, 1)
	})
}

func TestConstructorFails(t *testing.T) {
	var boom error
	for _, c := range []struct {
		name string
		open func() error
		want error
	}{
		{"error", func() error { return boom }, errOdd},
		{"panic", func() error { panic("in a constructor") }, runtime.ErrPanic},
		{"Goexit", func() error { goruntime.Goexit(); return nil }, runtime.ErrPanic},
	} {
		t.Run(c.name, func(t *testing.T) {
			boom = errOdd
			r, name := room(t)
			p := poolOf(t, runtime.PoolConfig{Workers: 1})
			desks := tasks.NewDeskWorkers(p, name)
			r.Open = func(context.Context) error { return c.open() }
			f := tasks.SubmitSit(t.Context(), desks, 0)
			if _, err := f.Result(t.Context()); !errors.Is(err, c.want) || c.name == "error" && err != errOdd {
				t.Error(err)
			}
			if err := desks.Warm(t.Context()); !errors.Is(err, c.want) {
				t.Error(err)
			}
			r.Open = nil
			if n, err := tasks.CallSit(t.Context(), desks, 7); n != 7 || err != nil {
				t.Error(n, err)
			}
			p.Shutdown(t.Context())
			wantDesks(t, r, 1, 1)
		})
	}
}

// One that returns nothing at all is at fault, and not the task.
func TestConstructorReturnsNil(t *testing.T) {
	r, name := room(t)
	r.Open = func(context.Context) error { return tasks.ErrNothing }
	for _, ex := range []runtime.Executor{runtime.Inline, runtime.RoundTrip(runtime.Inline)} {
		desks := tasks.NewDeskWorkers(ex, name)
		_, err := tasks.CallSit(t.Context(), desks, 1)
		if err == nil || !strings.Contains(err.Error(), "OpenDesk returned nil and no error") {
			t.Errorf("got %v", err)
		}
		desks.Close()
	}
}

// A constructor that fails costs one item of a stream: the next one tries again.
func TestConstructorFailsInAStream(t *testing.T) {
	r, name := room(t)
	p := poolOf(t, runtime.PoolConfig{Workers: 1})
	opens := 0
	r.Open = func(context.Context) error {
		if opens++; opens == 1 {
			return errOdd
		}
		return nil
	}
	var bad []error
	for _, err := range tasks.StreamSit(t.Context(), tasks.NewDeskWorkers(p, name), slices.Values(make([]int, 100))) {
		if err != nil {
			bad = append(bad, err)
		}
	}
	if len(bad) != 1 || !errors.Is(bad[0], errOdd) {
		t.Error(bad)
	}
}

// What a call leaves broken no other one gets.
func TestBrokenStates(t *testing.T) {
	for _, c := range []struct {
		name string
		use  func() (int, error)
		want error
	}{
		{"discard", func() (int, error) { return 0, runtime.Discard(errOdd) }, errOdd},
		{"panic", func() (int, error) { panic("at a desk") }, runtime.ErrPanic},
		{"Goexit", func() (int, error) { goruntime.Goexit(); return 0, nil }, runtime.ErrPanic},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, name := room(t)
			p := poolOf(t, runtime.PoolConfig{Workers: 1})
			desks := tasks.NewDeskWorkers(p, name)
			r.Use = func(_ context.Context, d *tasks.Desk, n int) (int, error) {
				if d.Calls > 1 {
					t.Error("a broken desk is used again")
				}
				return c.use()
			}
			if _, err := tasks.SubmitSit(t.Context(), desks, 1).Result(t.Context()); !errors.Is(err, c.want) {
				t.Error(err)
			}
			if _, err := tasks.MapSit(t.Context(), desks, []int{1, 2}); !errors.Is(err, c.want) {
				t.Error(err)
			}
			p.Shutdown(t.Context())
			if r.Opened.Load() < 2 {
				t.Error("no desk was opened in its place")
			}
			wantDesks(t, r, r.Opened.Load(), r.Opened.Load())
		})
	}
}

func TestG7_StateOfATaskThatWaits(t *testing.T) {
	r, name := room(t)
	p := poolOf(t, runtime.PoolConfig{Workers: 1})
	desks := tasks.NewDeskWorkers(p, name)
	r.Use = func(ctx context.Context, _ *tasks.Desk, n int) (int, error) {
		if n == 0 {
			return 0, nil
		}
		below, err := tasks.CallSit(ctx, desks, n-1)
		return below + 1, err
	}
	if n, err := tasks.CallSit(t.Context(), desks, 5); n != 5 || err != nil {
		t.Error(n, err)
	}
	p.Shutdown(t.Context())
	wantDesks(t, r, 6, 6)
}

func TestWarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 3})
		desks := tasks.NewDeskWorkers(p, name)
		began := time.Now()
		r.Open = func(context.Context) error { time.Sleep(time.Second); return nil }
		if err := desks.Warm(t.Context()); err != nil || time.Since(began) > time.Second {
			t.Error(err, time.Since(began))
		}
		wantDesks(t, r, 3, 0)
		if s := desks.States(); s.Open != 3 || s.Calls != 0 {
			t.Errorf("%+v", s)
		}
		if desks.Warm(t.Context()); r.Opened.Load() != 3 {
			t.Error("Warm opened more than there are workers")
		}
		r.Open = func(context.Context) error { t.Error("a constructor is called"); return nil }
		fill(t, r, desks, 3)
		p.Shutdown(t.Context())
		wantDesks(t, r, 3, 3)
		if err := desks.Warm(t.Context()); !errors.Is(err, runtime.ErrClosed) {
			t.Error(err)
		}
	})
}

func TestCloseOfWorkers(t *testing.T) {
	r, name := room(t)
	p := poolOf(t, runtime.PoolConfig{Workers: 1})
	desks, others := tasks.NewDeskWorkers(p, name), tasks.NewDeskWorkers(p, name)
	r.Close = func(*tasks.Desk) error { return errOdd }
	tasks.SubmitSit(t.Context(), desks, 0).Result(t.Context())
	tasks.SubmitSit(t.Context(), others, 0).Result(t.Context()) // the worker has given the first desk back
	if err := desks.Close(); !errors.Is(err, errOdd) || !strings.Contains(err.Error(), "OpenDesk") {
		t.Error(err)
	}
	_, err := tasks.SubmitSit(t.Context(), desks, 0).Result(t.Context())
	var lost *runtime.TaskError
	if !errors.Is(err, runtime.ErrClosed) || !errors.As(err, &lost) {
		t.Error(err)
	}
	if _, err := tasks.CallSit(t.Context(), others, 0); err != nil {
		t.Error(err)
	}
	if err := desks.Close(); err != nil {
		t.Error("closed twice:", err)
	}
	wantDesks(t, r, 2, 1)
}

// What a Close does that nobody waits for is in the log; one that hangs holds up the
// pool's Close for some seconds, and Shutdown until its context ends.
func TestCloseOfAStateMisbehaves(t *testing.T) {
	for _, c := range []struct {
		name  string
		close func(*tasks.Desk) error
		want  string
	}{
		{"error", func(*tasks.Desk) error { return errOdd }, errOdd.Error()},
		{"panic", func(*tasks.Desk) error { panic("while closing") }, "while closing"},
		{"hangs", func(*tasks.Desk) error { time.Sleep(time.Hour); return nil }, "still being closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, name := room(t)
				var log bytes.Buffer
				p := poolOf(t, runtime.PoolConfig{Workers: 1, Logger: slog.New(slog.NewTextHandler(&log, nil))})
				r.Close = c.close
				tasks.CallSit(t.Context(), tasks.NewDeskWorkers(p, name), 0)
				synctest.Wait()
				began := time.Now()
				p.Close()
				if took := time.Since(began); took > 5*time.Second || !strings.Contains(log.String(), c.want) {
					t.Errorf("after %v in the log: %s", took, log.String())
				}
				late, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if err := p.Shutdown(late); (err != nil) != (c.name == "hangs") {
					t.Error(err)
				}
				time.Sleep(2 * time.Hour)
				wantDesks(t, r, 1, 1)
			})
		})
	}
}

// Whatever runs the calls, one after the other has the same state, until Close.
func TestStatesElsewhere(t *testing.T) {
	for _, ex := range map[string]runtime.Executor{
		"Inline":    runtime.Inline,
		"RoundTrip": runtime.RoundTrip(runtime.Inline),
		"Limit":     runtime.Limit(poolOf(t, runtime.PoolConfig{}), 100, time.Nanosecond),
	} {
		r, name := room(t)
		desks := tasks.NewDeskWorkers(ex, name)
		r.Use = func(_ context.Context, d *tasks.Desk, _ int) (int, error) { return d.Calls, nil }
		for i := range 3 {
			if n, err := tasks.CallSit(t.Context(), desks, 0); n != i+1 || err != nil {
				t.Error(n, err)
			}
		}
		if ns, err := tasks.MapSit(t.Context(), desks, make([]int, 3)); slices.Max(ns) < 6 || err != nil {
			t.Error(ns, err)
		}
		if err := desks.Close(); err != nil || r.Closed.Load() != r.Opened.Load() {
			t.Error(err, r.Opened.Load(), r.Closed.Load())
		}
	}
}

func TestRetryOnAState(t *testing.T) {
	r, name := room(t)
	p := poolOf(t, runtime.PoolConfig{Workers: 1})
	fails := 0
	r.Use = func(context.Context, *tasks.Desk, int) (int, error) {
		if fails++; fails%2 == 1 {
			return 0, errOdd
		}
		return fails, nil
	}
	desks := tasks.NewDeskWorkers(p, name)
	if n, err := tasks.CallSitAgain(t.Context(), desks, 0); n != 2 || err != nil {
		t.Error(n, err)
	}
	if ns, err := tasks.MapSitAgain(t.Context(), desks, []int{0, 0}); !slices.Equal(ns, []int{4, 6}) || err != nil {
		t.Error(ns, err)
	}
}

// Close, Shutdown, Resize and calls at once: each state that is opened is closed, once.
func TestStatesRaced(t *testing.T) {
	for range 200 {
		r, name := room(t)
		p := poolOf(t, runtime.PoolConfig{Workers: 3, Logger: slog.New(slog.DiscardHandler)})
		desks := tasks.NewDeskWorkers(p, name)
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				for range 20 {
					tasks.CallSit(t.Context(), desks, i)
				}
			})
		}
		all.Go(func() { desks.Warm(t.Context()) })
		all.Go(func() { p.Resize(1); p.Resize(3) })
		all.Go(func() { goruntime.Gosched(); p.Close() })
		all.Go(func() { p.Shutdown(t.Context()) })
		all.Wait()
		p.Shutdown(t.Context())
		if r.Opened.Load() != r.Closed.Load() {
			t.Fatalf("%d opened, %d closed", r.Opened.Load(), r.Closed.Load())
		}
	}
}

func ExampleWorkers() {
	var pool runtime.Pool
	new(tasks.Room).Enter("office")
	desks := tasks.NewDeskWorkers(&pool, "office")
	fmt.Println(tasks.CallSit(ctx, desks, 1))
	fmt.Println(tasks.MapSit(ctx, desks, []int{2, 3}))
	fmt.Println(tasks.CallSit(ctx, tasks.NewDeskWorkers(&pool, "attic"), 4))
	pool.Shutdown(ctx)
	fmt.Println(desks.States().Open)
	// Output:
	// 1 <nil>
	// [2 3] <nil>
	// 0 no such room
	// 0
}
