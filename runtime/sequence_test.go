package runtime_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

var (
	sequences = flag.Int("sequences", 3000, "random sequences of steps that are played on a pool and on its model")
	firstSeed = flag.Uint64("sequenceseed", 1, "seed of the first of them")
)

// A step is one thing that happens; what n picks depends on what is there when it
// does.
type step struct {
	name string
	n    int
}

// A sequence is steps on a pool of some size.
type sequence struct {
	seed          uint64 // 0 for part of another
	workers, room int
	steps         []step
}

func newSequence(seed uint64) sequence {
	r := rand.New(rand.NewPCG(seed, 0))
	q := sequence{seed: seed, workers: 1 + r.IntN(3), room: r.IntN(4)}
	names := slices.Concat(slices.Repeat([]string{"submit"}, 8), slices.Repeat([]string{"finish"}, 6),
		[]string{"cancel", "cancel", "end", "end", "sleep", "grow", "shrink", "onDone", "onDone", "stop", "look"})
	if r.IntN(2) == 0 {
		names = append(names, "shutdown", "close")
	}
	for range 5 + r.IntN(60) {
		q.steps = append(q.steps, step{names[r.IntN(len(names))], r.IntN(1 << 20)})
	}
	return q
}

// TestG1_G3_G4_G9_G10_PoolIsLikeItsModel plays random sequences on a pool and on
// the model, and compares all that can be seen once the pool is at rest, which
// synctest knows: nothing more happens.
func TestG1_G3_G4_G9_G10_PoolIsLikeItsModel(t *testing.T) {
	n := uint64(*sequences)
	if testing.Short() || underRace {
		n /= 5
	}
	for seed := *firstSeed; seed < *firstSeed+n; seed++ {
		q := newSequence(seed)
		if _, err := q.play(t); err != nil {
			told, err := q.shortest(t)
			t.Fatalf("shortest: %v\n%s", err, strings.Join(told, "\n"))
		}
	}
}

// shortest drops steps as long as the rest fails too.
func (q sequence) shortest(t *testing.T) (told []string, err error) {
	for dropped := true; dropped; {
		dropped = false
		for i := range q.steps {
			rest := sequence{0, q.workers, q.room, slices.Delete(slices.Clone(q.steps), i, i+1)}
			if _, err := rest.play(t); err != nil {
				q, dropped = rest, true
				break
			}
		}
	}
	return q.play(t)
}

// play plays a sequence and returns what it did, and the first difference.
func (q sequence) play(t *testing.T) (told []string, err error) {
	synctest.Test(t, func(t *testing.T) {
		p, bad := runtime.NewPool(runtime.PoolConfig{Workers: q.workers, Queue: q.room, Logger: slog.New(slog.DiscardHandler)})
		if bad != nil {
			t.Fatal(bad)
		}
		s := &stage{pool: p, model: model{limit: q.workers, room: q.room}, began: time.Now(), over: make(chan struct{})}
		defer s.clear()
		s.tell("%d workers, room for %d", q.workers, q.room)
		for _, step := range q.steps {
			if err = s.play(step); err != nil {
				break
			}
		}
		if last := s.finale(); err == nil {
			err = last
		}
		if told = s.told; err != nil && q.seed > 0 { // now: if something hangs synctest panics
			t.Logf("seed %d: %v\n%s", q.seed, err, strings.Join(told, "\n"))
		}
	})
	return told, err
}

// A stage is where a sequence is played: a pool and its model, side by side.
type stage struct {
	pool  *runtime.Pool
	model model
	began time.Time
	calls []*actor
	told  []string
	stops []func() error // one for each callback: stops it here and there
	over  chan struct{}  // closed at the end

	mu     sync.Mutex
	starts []int // guarded by mu: ids, in order
	downs  int   // guarded by mu: Shutdown calls that have returned
	asked  int   // Shutdown calls
}

// An actor is a call of the pool beside the one of the model.
type actor struct {
	model    *modelCall
	call     *call[func(context.Context) (int, error), int]
	gate     chan string // the outcome that its task returns with
	end      context.CancelFunc
	deadline time.Duration // of its context, since the stage began; 0 for none
	called   []int         // guarded by the stage's mu: its callbacks, in order
	heard    []string      // guarded by the stage's mu: the outcomes that they got
}

func (s *stage) tell(format string, args ...any) {
	s.told = append(s.told, fmt.Sprintf(format, args...))
}

// pick returns one of the calls that fit, or nil.
func (s *stage) pick(n int, fits func(*modelCall) bool) *actor {
	var some []*actor
	for _, a := range s.calls {
		if fits(a.model) {
			some = append(some, a)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return some[n%len(some)]
}

// handed reports whether the program has the call's future: Submit has returned.
func (s *stage) handed(c *modelCall) bool { return !slices.Contains(s.model.waiting, c) }

func inTask(c *modelCall) bool { return c.inTask }

func anyCall(*modelCall) bool { return true }

// play plays one step and compares. Steps that find nothing to do do nothing.
func (s *stage) play(st step) error {
	var err error
	switch st.name {
	case "submit":
		s.submit(st.n)
	case "finish":
		if a := s.pick(st.n, inTask); a != nil {
			outcome := []string{"ok", "ok", "failed", "panic"}[st.n>>8%4]
			s.tell("task of %d returns: %s", a.model.id, outcome)
			err = s.open(a, outcome)
		}
	case "cancel":
		if a := s.pick(st.n, s.handed); a != nil {
			s.tell("cancel %d", a.model.id)
			s.model.end(a.model, "canceled")
			if got, want := a.call.Future().Cancel(), strings.HasPrefix(a.model.outcome, "canceled"); got != want {
				err = fmt.Errorf("Cancel is %t", got)
			}
		}
	case "end":
		if a := s.pick(st.n, anyCall); a != nil {
			s.tell("context of %d ends", a.model.id)
			a.end()
			s.model.end(a.model, "canceled")
		}
	case "sleep":
		s.sleep()
	case "grow": // by one: two workers that start at once have no order
		s.resize(min(s.model.limit+1, 5))
	case "shrink":
		s.resize(max(s.model.limit-1, 1))
	case "onDone":
		if a := s.pick(st.n, s.handed); a != nil {
			s.onDone(a)
		}
	case "stop":
		if len(s.stops) > 0 {
			err = s.stops[st.n%len(s.stops)]()
		}
	case "look":
		if a := s.pick(st.n, s.handed); a != nil {
			err = s.look(a)
		}
	case "shutdown":
		s.shutdown()
	case "close":
		s.close()
	}
	synctest.Wait()
	return errors.Join(err, s.compare())
}

func (s *stage) submit(n int) {
	id := len(s.calls)
	c := &modelCall{id: id, priority: []int{0, 0, 0, -1, 1, 2}[n%6], obeys: n>>4%2 == 0}
	a := &actor{model: c, gate: make(chan string)}
	s.calls = append(s.calls, a)
	ctx, end := context.WithCancel(context.Background())
	switch n >> 5 % 6 {
	case 0, 1: // deadlines differ, so that they pass one by one
		a.deadline = time.Since(s.began) + time.Duration(1+n>>8%3)*time.Second + time.Duration(id)*time.Microsecond
		ctx, end = context.WithDeadline(context.Background(), s.began.Add(a.deadline))
	case 2:
		end()
		c.ended = "canceled"
	}
	a.end = end
	wait := n>>10%3 > 0
	s.tell("submit %d: priority %d, obeys %t, deadline %v, context %q, waits for room %t", id, c.priority, c.obeys, a.deadline, c.ended, wait)
	ex := runtime.Priority(s.pool, c.priority)
	if !wait {
		ex = runtime.NonBlocking(ex)
	}
	a.call = &call[func(context.Context) (int, error), int]{f: do, arg: func(ctx context.Context) (int, error) { return s.task(ctx, a) }}
	a.call.Init(ctx, &do.Task)
	go ex.Submit(ctx, a.call) // the test goes on if it waits
	synctest.Wait()
	s.model.submit(c, wait)
}

// task is the task of every call: it returns as the test says.
func (s *stage) task(ctx context.Context, a *actor) (int, error) {
	s.mu.Lock()
	s.starts = append(s.starts, a.model.id)
	s.mu.Unlock()
	var ended <-chan struct{}
	if a.model.obeys {
		ended = ctx.Done()
	}
	select {
	case outcome := <-a.gate:
		switch outcome {
		case "failed":
			return 0, errOdd
		case "panic":
			panic(outcome)
		}
		return a.model.id, nil
	case <-s.over:
		return 0, nil
	case <-ended:
		return 0, context.Cause(ctx)
	}
}

// sleep lets a second pass, and the deadlines in it, one after the other.
func (s *stage) sleep() {
	s.tell("a second passes")
	from := time.Since(s.began)
	time.Sleep(time.Second)
	due := slices.DeleteFunc(slices.Clone(s.calls), func(a *actor) bool {
		return a.deadline <= from || a.deadline > from+time.Second
	})
	slices.SortFunc(due, func(a, b *actor) int { return int(a.deadline - b.deadline) })
	for _, a := range due {
		s.model.end(a.model, "timeout")
	}
}

func (s *stage) resize(n int) {
	s.tell("resize to %d", n)
	if err := s.pool.Resize(n); err != nil {
		panic(err)
	}
	s.model.resize(n)
}

func (s *stage) onDone(a *actor) {
	id := len(s.stops)
	s.tell("callback %d on %d", id, a.model.id)
	stop := a.call.Future().OnDone(func(v int, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		a.called = append(a.called, id)
		a.heard = append(a.heard, outcomeText(a, v, err))
	})
	a.model.onDone(id)
	s.stops = append(s.stops, func() error {
		s.tell("stop callback %d on %d", id, a.model.id)
		if got, want := stop(), a.model.stop(id); got != want {
			return fmt.Errorf("stop is %t", got)
		}
		return nil
	})
}

// look asks for the result under a context that has ended (G4).
func (s *stage) look(a *actor) error {
	s.tell("look at %d", a.model.id)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	v, err := a.call.Future().Result(ctx)
	if a.model.outcome == "" && err == context.Canceled {
		return nil
	}
	if got := outcomeText(a, v, err); got != a.model.outcome {
		return fmt.Errorf("Result of %d is %s (%v), want %q", a.model.id, got, err, a.model.outcome)
	}
	return nil
}

func (s *stage) shutdown() {
	s.tell("shutdown")
	s.model.refuse()
	s.asked++
	go func() {
		err := s.pool.Shutdown(context.Background())
		s.mu.Lock()
		defer s.mu.Unlock()
		if err == nil {
			s.downs++
		}
	}()
}

func (s *stage) close() {
	s.tell("close")
	s.pool.Close()
	s.model.refuse()
	for _, c := range s.model.queue {
		c.settle("canceled")
	}
	s.model.queue = nil
	for _, a := range s.calls {
		if a.model.inTask {
			s.model.end(a.model, "canceled")
		}
	}
}

// compare returns how the pool differs from the model.
func (s *stage) compare() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	differ := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			errs = append(errs, fmt.Errorf("%s: %v, want %v", what, got, want))
		}
	}
	differ("starts", s.starts, s.model.starts)
	differ("stats", s.pool.Stats(), runtime.Stats{Workers: s.model.limit, Running: s.model.running, Queued: len(s.model.queue)})
	if s.model.drained() {
		differ("Shutdown calls that returned", s.downs, s.asked)
	} else {
		differ("Shutdown calls that returned", s.downs, 0)
	}
	for _, a := range s.calls {
		name := fmt.Sprintf("call %d: ", a.model.id)
		differ(name+"state", a.call.Future().State(), a.model.state())
		differ(name+"callbacks", a.called, a.model.called)
		for _, heard := range a.heard {
			differ(name+"outcome in a callback", heard, a.model.outcome)
		}
		if a.model.outcome != "" {
			v, err := a.call.Future().Result(context.Background())
			differ(name+"outcome", outcomeText(a, v, err), a.model.outcome)
		}
	}
	return errors.Join(errs...)
}

func (c *modelCall) state() runtime.State {
	switch {
	case c.outcome == "" && c.inTask:
		return runtime.Running
	case c.outcome == "":
		return runtime.Pending
	case c.outcome == "ok":
		return runtime.Succeeded
	case strings.HasPrefix(c.outcome, "canceled"):
		return runtime.Canceled
	}
	return runtime.Failed
}

// outcomeText says an outcome as the model does.
func outcomeText(a *actor, v int, err error) string {
	if err == nil && v == a.model.id {
		return "ok"
	}
	if err == errOdd {
		return "failed"
	}
	var lost *runtime.TaskError
	if !errors.As(err, &lost) {
		return fmt.Sprintf("odd: %d, %v", v, err)
	}
	text := fmt.Sprint("odd: ", err)
	for name, target := range map[string]error{
		"canceled": runtime.ErrCanceled, "timeout": runtime.ErrTimeout, "closed": runtime.ErrClosed,
		"full": runtime.ErrQueueFull, "panic": runtime.ErrPanic,
	} {
		if errors.Is(err, target) {
			text = name
		}
	}
	if lost.Started {
		text += ", started"
	}
	return text
}

// finale lets every task return and checks that the pool comes to its end.
func (s *stage) finale() (err error) {
	s.shutdown()
	synctest.Wait()
	for {
		a := s.pick(0, inTask)
		if a == nil {
			break
		}
		err = errors.Join(err, s.open(a, "ok"))
		synctest.Wait()
	}
	return errors.Join(err, s.compare())
}

// open lets a task return.
func (s *stage) open(a *actor, outcome string) (err error) {
	select {
	case a.gate <- outcome:
	case <-time.After(time.Millisecond):
		err = fmt.Errorf("no task of %d is there to return", a.model.id)
	}
	s.model.finish(a.model, outcome)
	return err
}

// clear leaves nothing behind, whatever went wrong.
func (s *stage) clear() {
	close(s.over)
	for _, a := range s.calls {
		a.end()
	}
	s.pool.Close()
}
