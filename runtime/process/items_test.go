//go:build unix

package process_test

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
)

// What an item of odd does, by its number modulo 100; all others return it.
const (
	oddPanic = iota
	oddGoexit
	oddFail
	oddMute     // its result cannot be encoded
	oddMutter   // to encode it panics
	oddUnread   // its result cannot be decoded
	oddUnravels // to decode it panics
	odds
)

// odd is a task whose items do what else an item may do than return.
var odd = define(&runtime.Func[int, int]{
	Task:      runtime.Task{Name: "process_test.Odd", Shape: "func(int) int"},
	AppendArg: wire.Sure(wire.AppendInt), ReadArg: wire.Into((*wire.Reader).Int),
	Call: func(_ context.Context, n int) (int, error) {
		switch n % 100 {
		case oddPanic:
			panic("odd")
		case oddGoexit:
			goruntime.Goexit()
		case oddFail:
			return n, errTask
		}
		return n, nil
	},
	AppendResult: func(b []byte, n int) ([]byte, error) {
		switch n % 100 {
		case oddMute:
			return append(b, 1, 2, 3), errTask
		case oddMutter:
			panic("odd")
		}
		return wire.AppendInt(b, n), nil
	},
	ReadResult: func(r *wire.Reader, n *int) {
		*n = r.Int()
		switch *n % 100 {
		case oddUnread:
			r.Fail("odd")
		case oddUnravels:
			panic("odd")
		}
	},
})

// marked notes in a file that an item runs. Then -1 has it kill its process, -2 wait for
// the end of its context, and -3 wait until somebody opens the gate.
var marked = onInts(named("Marked"), func(ctx context.Context, n int) (int, error) {
	index, what := n>>8, int8(n)
	f, err := os.OpenFile(os.Getenv("PROCESS_TEST_MARKS"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	f.Write(binary.LittleEndian.AppendUint32(nil, uint32(index)))
	f.Close()
	switch what {
	case -1:
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case -2:
		<-ctx.Done()
	case -3:
		gate, err := os.Open(gateOf(os.Getenv("PROCESS_TEST_MARKS"), index))
		if err != nil {
			return 0, err
		}
		gate.Close()
	}
	return index, nil
})

// gateOf is the pipe that an item waits at. Each has its own: whoever comes to one while
// it is still open for the one before does not wait.
func gateOf(file string, index int) string { return file + ".gate" + strconv.Itoa(index) }

// markable returns n items of marked, and what to do with them.
func markable(n int, what map[int]int8) (items []int) {
	for i := range n {
		items = append(items, i<<8|int(uint8(what[i])))
	}
	return items
}

// marks returns where marked notes its items, as a variable of the environment, and a
// function that returns how often each has run.
func marks(t *testing.T) (env string, ran func() map[int]int) {
	file := filepath.Join(t.TempDir(), "marks")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return "PROCESS_TEST_MARKS=" + file, func() map[int]int {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := map[int]int{}
		for ; len(b) > 0; b = b[4:] {
			n[int(binary.LittleEndian.Uint32(b))]++
		}
		return n
	}
}

// failures returns the error of each item.
func failures(err error) map[int]error {
	list := map[int]error{}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			item := one.(*runtime.ItemError)
			list[item.Index] = item.Err
		}
	}
	return list
}

// TestG5_KilledInAnItem: an item that kills its worker is lost, and no other: each runs
// once, those before it too, whose outcomes nobody had read.
func TestG5_KilledInAnItem(t *testing.T) {
	const n = 2000
	for _, lanes := range []int{1, 3} {
		env, ran := marks(t)
		what := map[int]int8{0: -1, n - 1: -1}
		for range 10 {
			what[rand.IntN(n)] = -1
		}
		p := newPool(t, process.Config{Workers: 2, TasksPerWorker: lanes, Env: []string{env}})
		out, err := runtime.Map(t.Context(), p, marked, markable(n, what), runtime.ContinueOnError(), runtime.Chunk(500))
		lost, times := failures(err), ran()
		for i := range n {
			switch {
			case lanes == 1 && times[i] != 1:
				t.Fatalf("item %d ran %d times", i, times[i])
			case what[i] < 0 && !errors.Is(lost[i], runtime.ErrCrashed):
				t.Errorf("item %d killed its worker and has %v", i, lost[i])
			case what[i] == 0 && lanes == 1 && (lost[i] != nil || out[i] != i):
				t.Errorf("item %d: %d, %v", i, out[i], lost[i])
			case what[i] == 0 && lost[i] == nil && out[i] != i:
				t.Errorf("item %d: %d", i, out[i])
			}
			if t.Failed() {
				return
			}
		}
	}
}

// TestG5_KilledAmongItems: a kill from outside costs at most the item that ran, at
// whatever moment it comes, and nothing runs twice.
func TestG5_KilledAmongItems(t *testing.T) {
	const n, kills = 8000, 8
	env, ran := marks(t)
	p := newPool(t, process.Config{Workers: 1, Env: []string{env}})
	over, killed := make(chan struct{}), make(chan int)
	go func() {
		count := 0
		defer func() { killed <- count }()
		for ; count < kills; count++ {
			for more := len(ran()) + 2 + rand.IntN(n/kills/2); len(ran()) < more; goruntime.Gosched() { // another process runs
				select {
				case <-over:
					return
				default:
				}
			}
			for _, w := range p.Workers() {
				syscall.Kill(w.PID, syscall.SIGKILL)
			}
		}
	}()
	out, err := runtime.Map(t.Context(), p, marked, markable(n, nil), runtime.ContinueOnError())
	close(over)
	count, lost, times := <-killed, failures(err), ran()
	if len(lost) > count || count < 2 {
		t.Errorf("%d kills cost %d items", count, len(lost))
	}
	for i := range n {
		if e := lost[i]; times[i] > 1 || e != nil && !errors.Is(e, runtime.ErrCrashed) || e == nil && (out[i] != i || times[i] != 1) {
			t.Fatalf("item %d: %d, %v, ran %d times", i, out[i], e, times[i])
		}
	}
}

// TestSlowItemAfterQuickOnes: results of quick items arrive while the one after them
// runs. If they did not, this test would end by its context: the loop opens the gate that
// every tenth item waits at. (That those in the outbox are written for it is a test of
// package child.)
func TestSlowItemAfterQuickOnes(t *testing.T) {
	const n = 200
	env, _ := marks(t)
	file := strings.TrimPrefix(env, "PROCESS_TEST_MARKS=")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	p := newPool(t, process.Config{Workers: 1, Env: []string{env}})
	slow := map[int]int8{}
	for i := 10; i < n; i += 10 {
		slow[i] = -3
		if err := syscall.Mkfifo(gateOf(file, i), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	for v, err := range runtime.Stream(ctx, p, marked, slices.Values(markable(n, slow)), runtime.Chunk(1)) {
		if err != nil || v != seen {
			t.Fatal(v, err)
		}
		if seen++; slow[seen] == -3 {
			go open(gateOf(file, seen)) // the item may not be handed out before the loop goes on
		}
	}
}

// open opens a gate once somebody waits at it.
func open(gate string) {
	if f, err := os.OpenFile(gate, os.O_WRONLY, 0); err == nil {
		f.Close()
	}
}

// TestG8_OddItems: what else an item may do than return costs that item only.
func TestG8_OddItems(t *testing.T) {
	items := make([]int, 1000)
	for i := range items {
		items[i] = i
	}
	executors := map[string]runtime.Executor{
		"worker":         newPool(t, process.Config{Workers: 1}),
		"lanes":          newPool(t, process.Config{Workers: 1, TasksPerWorker: 2}),
		"in one process": runtime.RoundTrip(runtime.Inline),
	}
	for name, ex := range executors {
		if name == "in one process" {
			items = slices.DeleteFunc(slices.Clone(items), func(n int) bool { return n%100 == oddGoexit }) // would end the test
		}
		out, err := runtime.Map(t.Context(), ex, odd, items, runtime.ContinueOnError(), runtime.Chunk(150))
		lost := failures(err)
		for i, n := range items {
			var want error
			switch n % 100 {
			case oddPanic, oddGoexit:
				want = runtime.ErrPanic
			case oddFail:
				if lost[i] == nil || !strings.Contains(lost[i].Error(), errTask.Error()) {
					t.Errorf("%s: item %d: %v", name, n, lost[i])
				}
				continue
			case oddMute, oddMutter, oddUnread, oddUnravels:
				want = runtime.ErrEncoding
			}
			if !errors.Is(lost[i], want) || want == nil && (lost[i] != nil || out[i] != n) {
				t.Errorf("%s: item %d: %d, %v", name, n, out[i], lost[i])
			}
		}
		_, err = runtime.Map(t.Context(), ex, odd, []int{8, 9, oddMutter, 10})
		if item, ok := errors.AsType[*runtime.ItemError](err); !ok || item.Index != 2 || !errors.Is(err, runtime.ErrEncoding) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestG3_CancelAmongItems: once a Map is canceled its worker begins no other item.
func TestG3_CancelAmongItems(t *testing.T) {
	for _, deadline := range []time.Duration{0, time.Hour} {
		env, ran := marks(t)
		p := newPool(t, process.Config{Workers: 1, Env: []string{env}})
		outer, stop := context.WithTimeout(t.Context(), cmp.Or(deadline, time.Hour))
		defer stop()
		if deadline == 0 {
			outer = t.Context()
		}
		ctx, cancel := context.WithCancel(outer)
		go func() {
			for ran()[300] == 0 {
				goruntime.Gosched()
			}
			cancel()
		}()
		_, err := runtime.Map(ctx, p, marked, markable(1000, map[int]int8{300: -2}), runtime.Chunk(1000))
		if !errors.Is(err, runtime.ErrCanceled) {
			t.Error(err)
		}
		must(t, p, square, 1) // the worker goes on, after the batch
		if n := len(ran()); n != 301 {
			t.Errorf("%d items ran", n)
		}
	}
}
