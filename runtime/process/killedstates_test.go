//go:build unix

package process_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A raid is a pool whose workers have tallies and are killed at random.
type raid struct {
	*bench
	pool   *process.Pool
	random *rand.Rand
	lanes  int

	mu     sync.Mutex
	killed map[int]bool                // guarded by mu; by process id
	failed map[*process.ExitError]bool // guarded by mu; what calls failed with
	lost   map[int]int                 // guarded by mu; how many calls failed, by process id
	ok     map[int]bool                // guarded by mu; numbers of calls that returned
}

// Every process that replaces one that was killed opens a state if it has a call, and one
// for each call that it runs at once; no call is lost, none runs twice, and none fails
// but those that a killed process ran.
func TestG5_StatesOfWorkersKilledAtRandom(t *testing.T) {
	for name, c := range map[string]process.Config{
		"short":    {Workers: 3},
		"recycled": {Workers: 2, MaxTasks: 100, Spare: true},
		"lanes":    {Workers: 2, TasksPerWorker: 4},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, c)
			seed := rand.Uint64()
			r := &raid{
				bench: newBench(t, p, calm), pool: p, random: rand.New(rand.NewPCG(seed, 0)), lanes: max(1, c.TasksPerWorker),
				killed: map[int]bool{}, failed: map[*process.ExitError]bool{}, lost: map[int]int{}, ok: map[int]bool{},
			}
			var load sync.WaitGroup
			load.Go(func() { r.streams(1_000_000, 1000) })
			load.Go(func() { r.maps(2_000_000, 1000) })
			r.calls(0, 2000)
			load.Wait()
			shutdown(t, p)
			r.check()
			if t.Failed() {
				t.Logf("seed %d", seed)
			}
		})
	}
}

// calls submits n calls, and kills a worker now and then.
func (r *raid) calls(from, n int) {
	const window = 200
	var futures []*runtime.Future[int]
	next := 20
	for i := range n + window {
		if i < n {
			futures = append(futures, r.submit(r.t.Context(), from+i))
		}
		if i >= window {
			v, err := futures[i-window].Result(r.t.Context())
			r.outcome(from+i-window, v, err)
		}
		if next--; next < 0 {
			next = 20 + r.random.IntN(100)
			r.kill()
		}
	}
}

// kill kills a worker that has begun to serve.
func (r *raid) kill() {
	live := slices.DeleteFunc(r.pool.Workers(), func(w process.WorkerInfo) bool {
		return w.Running == 0 && w.States.Opened == 0 // or all starts in a row may fail, which is ErrBroken
	})
	if len(live) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if pid := live[r.random.IntN(len(live))].PID; syscall.Kill(pid, syscall.SIGKILL) == nil {
		r.killed[pid] = true
	}
}

func (r *raid) streams(from, n int) {
	at := from
	for v, err := range runtime.Stream(r.t.Context(), r, r.m.For(r.Workers), slices.Values(numbers(from, n))) {
		r.outcome(at, v, err)
		at++
	}
	if at != from+n {
		r.t.Errorf("%d items of %d", at-from, n)
	}
}

func (r *raid) maps(from, n int) {
	const each = 50
	for at := from; at < from+n; at += each {
		got, err := runtime.Map(context.Background(), r, r.m.For(r.Workers), numbers(at, each))
		var item *runtime.ItemError
		if errors.As(err, &item) {
			r.outcome(at+item.Index, 0, item.Err)
			continue
		}
		if err != nil || len(got) != each {
			r.t.Error(len(got), err)
			return
		}
		for i, v := range got {
			r.outcome(at+i, v, nil)
		}
	}
}

func numbers(from, n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = from + i
	}
	return all
}

// outcome takes what came of a call.
func (r *raid) outcome(n, v int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var exit *process.ExitError
	switch {
	case err == nil:
		if r.ok[n] = true; v != n*n {
			r.t.Errorf("call %d returned %d", n, v)
		}
	case !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &exit) || exit.Signal != "killed":
		r.t.Errorf("call %d: %v", n, err)
	case r.failed[exit]:
		r.t.Errorf("call %d has the error of another", n)
	default:
		r.failed[exit] = true
		r.lost[exit.PID]++
	}
}

// check compares what the tallies noted with what the callers got.
func (r *raid) check() {
	ran, states, where := map[int]int{}, map[int]int{}, map[int][]place{}
	for at, l := range r.lives() {
		states[at.pid]++
		if killed := r.killed[at.pid]; l.opened != 1 || l.closed > 1 || l.closed == 0 && !killed {
			r.t.Errorf("%v (killed: %t) was opened %d times and closed %d times", at, killed, l.opened, l.closed)
		}
		for _, n := range l.calls {
			ran[n]++
			where[n] = append(where[n], at)
		}
	}
	for pid, n := range states {
		if n > r.lanes {
			r.t.Errorf("process %d has opened %d states", pid, n)
		}
	}
	for pid, n := range r.lost {
		if !r.killed[pid] || n > r.lanes {
			r.t.Errorf("%d calls failed with process %d, killed: %t", n, pid, r.killed[pid])
		}
	}
	for n, times := range ran {
		if times > 1 {
			r.t.Errorf("call %d ran %d times: in %v", n, times, where[n])
		}
	}
	for n := range r.ok {
		if ran[n] != 1 {
			r.t.Errorf("call %d returned and ran %d times", n, ran[n])
		}
	}
	if len(r.killed) < 3 || len(states) < 5 { // nothing was tried; mostly there are some twenty of each
		r.t.Errorf("%d processes were killed, %d had states", len(r.killed), len(states))
	}
	r.t.Logf("%d processes killed, %d calls lost, %d returned, %d processes had states", len(r.killed), len(r.failed), len(r.ok), len(states))
}
