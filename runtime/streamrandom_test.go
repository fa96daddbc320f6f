package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	goruntime "runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

// A streamTrial is one random Stream: its executor, options, items, and the trouble
// that they make.
type streamTrial struct {
	*rand.Rand
	seed     uint64
	pool     *runtime.Pool
	ex       runtime.Executor
	opts     []runtime.MapOption
	total    int
	window   int
	jumbled  bool // in order of completion
	breakAt  int  // number of outcomes, or -1
	consumer int  // how the loop breaks off: by break, panic, Goexit

	pulled, given int
	next          int
	cleaned       bool
	final         error
	seen          map[int]bool
}

var errTrial = errors.New("of the item")

func newStreamTrial(seed uint64) *streamTrial {
	s := &streamTrial{Rand: rand.New(rand.NewPCG(seed, 1)), seed: seed, window: 8192, breakAt: -1, seen: map[int]bool{}}
	s.pool, _ = runtime.NewPool(runtime.PoolConfig{Workers: 1 + s.IntN(4), Queue: []int{0, 0, 1, 3}[s.IntN(4)]})
	s.ex = []runtime.Executor{
		s.pool, s.pool, runtime.RoundTrip(s.pool), runtime.Priority(s.pool, 2), slowly{s.pool}, runtime.Limit(s.pool, 3, time.Millisecond),
	}[s.IntN(6)]
	s.total = s.IntN(300)
	if s.IntN(2) == 0 {
		s.opts = append(s.opts, runtime.Chunk(1+s.IntN(20)))
	}
	if s.IntN(2) == 0 {
		s.window = 1 + s.IntN(40)
		s.opts = append(s.opts, runtime.Window(s.window))
	}
	if s.jumbled = s.IntN(3) == 0; s.jumbled {
		s.opts = append(s.opts, runtime.Unordered())
	}
	if s.IntN(3) == 0 {
		s.breakAt, s.consumer = s.IntN(s.total+1), s.IntN(3)
	}
	return s
}

// fate returns how long item n takes and what becomes of it.
func (s *streamTrial) fate(n int) (time.Duration, int) {
	r := rand.New(rand.NewPCG(s.seed, uint64(n)))
	return time.Duration(max(0, r.IntN(4000)-3000)) * time.Microsecond, r.IntN(25)
}

func (s *streamTrial) task(_ context.Context, n int) (int, error) {
	d, what := s.fate(n)
	time.Sleep(d)
	switch what {
	case 0:
		panic(fmt.Sprint("item ", n))
	case 1:
		goruntime.Goexit()
	case 2:
		return -n, errTrial
	}
	return 3 * n, nil
}

// trialTask is a task whose function a trial sets.
var trialTask = intTask("Trial", runtime.Task{}, nil)

// source yields the items, sometimes slowly, and notes how far ahead it is.
func (s *streamTrial) source(t *testing.T) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		defer func() { s.cleaned = true }()
		for i := range s.total {
			if s.IntN(30) == 0 {
				time.Sleep(time.Duration(s.IntN(4)) * time.Millisecond)
			}
			if s.pulled++; s.pulled-s.given > s.window {
				t.Errorf("%d items pulled, %d given, the window is %d", s.pulled, s.given, s.window)
			}
			if !yield(i) {
				return
			}
		}
	}
}

// check checks one element of the stream.
func (s *streamTrial) check(t *testing.T, v int, err error) {
	i := v / 3
	if item, ok := errors.AsType[*runtime.ItemError](err); ok {
		i = item.Index
	} else if err != nil {
		s.final = err
		return
	}
	_, what := s.fate(i)
	fine := err == nil && what > 2 && v == 3*i || what < 2 && errors.Is(err, runtime.ErrPanic) && v == 0 || what == 2 && errors.Is(err, errTrial) && v == -i
	if what == 2 && s.ex != runtime.Executor(s.pool) && err != nil { // it may have crossed an encoding
		fine = v == -i
	}
	if !fine || s.seen[i] || !s.jumbled && i != s.next || s.final != nil {
		t.Errorf("element %d: item %d, which does %d: %d, %v; seen before: %v", s.next, i, what, v, err, s.seen[i])
	}
	s.seen[i] = true
	s.next++
	s.given = s.next
}

// loop is the loop over the stream, with its own trouble.
func (s *streamTrial) loop(t *testing.T, ctx context.Context) {
	defer func() {
		if v := recover(); v != nil && v != "consumer" {
			panic(v)
		}
	}()
	for v, err := range runtime.Stream(ctx, s.ex, trialTask, s.source(t), s.opts...) {
		s.check(t, v, err)
		if s.next == s.breakAt && s.final == nil {
			switch s.consumer {
			case 1:
				panic("consumer")
			case 2:
				goruntime.Goexit()
			}
			return
		}
	}
	if s.final == nil && s.next != s.total {
		t.Errorf("%d elements of %d", s.next, s.total)
	}
}

func (s *streamTrial) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ends := s.IntN(4) == 0
	if ends {
		time.AfterFunc(time.Duration(s.IntN(30_000))*time.Microsecond, cancel)
	}
	trialTask.Call = s.task
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.loop(t, ctx)
	}()
	<-done
	if s.final != nil && !ends {
		t.Errorf("the stream ended with %v", s.final)
	}
	if s.pulled > 0 && !s.cleaned {
		t.Error("the source was not ended")
	}
	s.pool.Shutdown(t.Context())
	synctest.Wait()
	if stats := s.pool.Stats(); stats.Running != 0 || stats.Queued != 0 {
		t.Errorf("%+v", stats)
	}
}

// TestStreamAtRandom holds what Stream promises, whatever the executor, the options,
// the items, the source and the loop do: each item once, with its own result, in
// order, no more of them pulled than the window allows, and everything ended.
func TestStreamAtRandom(t *testing.T) {
	n := 1500
	if testing.Short() {
		n = 200
	}
	for seed := range n {
		synctest.Test(t, func(t *testing.T) { newStreamTrial(uint64(seed)).run(t) })
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
