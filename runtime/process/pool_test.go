//go:build unix

package process_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func newPool(t testing.TB, c process.Config) *process.Pool {
	t.Helper()
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	p, err := process.NewPool(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestCall(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	if got := must(t, p, square, 7); got != 49 {
		t.Fatalf("square of 7: %d", got)
	}
	_, err := do(t, p, fail, 0)
	var remote *runtime.RemoteError
	if !errors.As(err, &remote) || err.Error() != errTask.Error() {
		t.Fatalf("a task's error: %#v", err)
	}
}

func TestLazyStart(t *testing.T) {
	p := newPool(t, process.Config{Workers: 4})
	first := must(t, p, pid, 0)
	for range 50 {
		if got := must(t, p, pid, 0); got != first {
			t.Fatalf("a second process %d beside %d for calls one after the other", got, first)
		}
	}
	if n := len(p.Workers()); n != 1 {
		t.Fatalf("%d workers", n)
	}
}

func TestConfig(t *testing.T) {
	for _, c := range []process.Config{
		{Workers: -1}, {Queue: -1}, {MaxTasks: -1}, {MaxAge: -1}, {RecycleMemory: -1}, {Memory: -1}, {IdleTimeout: -1},
		{Grace: -1}, {StartTimeout: -1}, {FrameLimit: -1}, {FrameLimit: 1000}, {Name: "a\x00b"}, {Env: []string{"a=\x00"}}, {Command: []string{""}},
		{Command: []string{"no-such-program"}}, {Command: []string{"/no/such/program"}}, {Dir: "/no/such/directory"}, {Dir: "/dev/null"},
	} {
		if p, err := process.NewPool(c); err == nil {
			p.Close()
			t.Errorf("%+v is accepted", c)
		}
	}
}

func TestNoMain(t *testing.T) {
	self, _ := os.Executable()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "PROCESS_TEST_CHILD=nomain")
	if out, err := cmd.Output(); err != nil || string(out) != "true" {
		t.Fatalf("%s, %v", out, err)
	}
	if !strings.Contains(process.ErrNoMain.Error(), "\tprocess.Main()\n") {
		t.Fatal("ErrNoMain does not name the line")
	}
}

func TestNoPoolInsideWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	if _, err := do(t, p, nested, nil); err == nil || !strings.Contains(err.Error(), "inside a worker") {
		t.Fatalf("got %v", err)
	}
}

func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	p := newPool(t, process.Config{Name: "thumbs", Workers: 1, Env: []string{"PROCESS_TEST_ENV=on"}, Dir: dir})
	if got, want := string(must(t, p, args, nil)), "offing-worker thumbs 1|"+dir+"|on|2|"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	p = newPool(t, process.Config{Workers: 1, Env: []string{"GOMAXPROCS=1"}})
	if got := string(must(t, p, args, nil)); !strings.Contains(got, "|1|") {
		t.Fatalf("GOMAXPROCS cannot be set: %s", got)
	}
}

func TestMaxTasks(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, MaxTasks: 3})
	var pids []int
	for range 7 {
		pids = append(pids, must(t, p, pid, 0))
	}
	if pids[0] != pids[2] || pids[2] == pids[3] || pids[3] != pids[5] || pids[5] == pids[6] {
		t.Fatal(pids)
	}
	eventually(t, "the worker before is reaped", func() bool { return !alive(pids[0]) && len(p.Workers()) == 1 })
}

func TestMaxAgeAndIdleTimeout(t *testing.T) {
	for name, c := range map[string]process.Config{
		"MaxAge": {Workers: 1, MaxAge: 50 * time.Millisecond}, "IdleTimeout": {Workers: 1, IdleTimeout: 20 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, c)
			first := must(t, p, pid, 0)
			eventually(t, "the idle worker ends", func() bool { return !alive(first) && len(p.Workers()) == 0 })
			if second := must(t, p, pid, 0); second == first {
				t.Fatal("the same process")
			}
		})
	}
}

func TestResize(t *testing.T) {
	p := newPool(t, process.Config{Workers: 3})
	if p.Resize(-1) == nil {
		t.Fatal("a negative size is accepted")
	}
	g := newGates(t)
	var three []*runtime.Future[[]byte]
	for range 3 {
		three = append(three, g.submit(p, "three"))
	}
	eventually(t, "three run", func() bool { return p.Stats().Running == 3 })
	p.Resize(1)
	g.open("three")
	for _, f := range three {
		if _, err := f.Result(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "one worker is left", func() bool { return len(p.Workers()) == 1 })
	must(t, p, square, 1)
	var futures []*runtime.Future[int]
	for range 4 {
		futures = append(futures, submit(t.Context(), p, obey, 0))
	}
	p.Resize(4)
	eventually(t, "four run", func() bool { return p.Stats().Running == 4 })
	if s := p.Stats(); s.Workers != 4 || s.Queued != 0 {
		t.Fatalf("%+v", s)
	}
	p.Resize(1)
	for _, f := range futures {
		f.Cancel()
	}
	eventually(t, "one worker is left", func() bool { return len(p.Workers()) == 1 })
}

func TestG9_Queue(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Queue: 1})
	run := submit(t.Context(), p, obey, 0)
	eventually(t, "it runs", func() bool { return run.State() == runtime.Running })
	queued := submit(t.Context(), p, square, 2)
	if _, err := do(t, runtime.NonBlocking(p), square, 3); !errors.Is(err, runtime.ErrQueueFull) {
		t.Fatalf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := submit(ctx, p, square, 3).Result(t.Context()); !errors.Is(err, runtime.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
	run.Cancel()
	if n, err := queued.Result(t.Context()); n != 4 || err != nil {
		t.Fatal(n, err)
	}
}

func TestDeadlineCrosses(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	if left := must(t, p, deadline, 0); left != 0 {
		t.Fatalf("a deadline of %v out of nowhere", time.Duration(left))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	left, err := submit(ctx, p, deadline, 0).Result(t.Context())
	if d := time.Duration(left); err != nil || d > time.Hour || d < time.Hour-time.Minute {
		t.Fatal(d, err)
	}
}

func TestFrameLimit(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, FrameLimit: 1 << 20})
	first := must(t, p, pid, 0)
	_, err := do(t, p, echo, make([]byte, 1<<20))
	var lost *runtime.TaskError
	if !errors.Is(err, runtime.ErrEncoding) || !errors.As(err, &lost) || lost.Started {
		t.Fatalf("arguments too long: %v", err)
	}
	// The outcome is longer than the arguments by the byte of its error.
	if _, err = do(t, p, echo, make([]byte, 1<<20-4)); !errors.Is(err, runtime.ErrEncoding) {
		t.Fatalf("result too long: %v", err)
	}
	if got := must(t, p, pid, 0); got != first {
		t.Fatal("the worker was replaced")
	}
}

// However many items travel together, only the one that is too long by itself is
// to blame.
func TestFrameLimitOfAMap(t *testing.T) {
	const limit = 1 << 20
	p := newPool(t, process.Config{Workers: 2, FrameLimit: limit})
	items := make([][]byte, 40)
	for i := range items {
		items[i] = make([]byte, limit/4)
	}
	for _, options := range [][]runtime.MapOption{nil, {runtime.Chunk(40)}, {runtime.Chunk(7), runtime.Unordered()}} {
		results, err := runtime.Map(t.Context(), p, echo, items, options...)
		if err != nil || len(results) != len(items) {
			t.Fatalf("%d results, %v", len(results), err)
		}
	}
	items[17] = make([]byte, limit+1)
	results, err := runtime.Map(t.Context(), p, echo, items, runtime.Chunk(40), runtime.ContinueOnError())
	var item *runtime.ItemError
	if !errors.As(err, &item) || item.Index != 17 || !errors.Is(item, runtime.ErrEncoding) || errors.Is(err, runtime.ErrCrashed) {
		t.Fatalf("got %v", err)
	}
	for i, r := range results {
		if len(r) != len(items[i]) && i != 17 {
			t.Fatalf("item %d has %d bytes", i, len(r))
		}
	}
	n := 0
	for _, err := range runtime.Stream(t.Context(), p, echo, slices.Values(items), runtime.Chunk(40)) {
		if (err != nil) != (n == 17) {
			t.Fatalf("item %d: %v", n, err)
		}
		n++
	}
	if n != len(items) {
		t.Fatalf("%d items", n)
	}
}

func TestBigPayloads(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	big := make([]byte, 16<<20)
	for i := range big {
		big[i] = byte(i * i)
	}
	var futures []*runtime.Future[[]byte]
	for range 4 {
		futures = append(futures, submit(t.Context(), p, echo, big))
	}
	for _, f := range futures {
		if got, err := f.Result(t.Context()); err != nil || !bytes.Equal(got, big) {
			t.Fatal("not equal: ", err)
		}
	}
}

func TestMapAndStream(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	items := make([]int, 2000)
	for i := range items {
		items[i] = i
	}
	got, err := runtime.Map(t.Context(), p, square, items)
	if err != nil || len(got) != len(items) || got[1999] != 1999*1999 {
		t.Fatal(len(got), err)
	}
	_, err = runtime.Map(t.Context(), p, panics, items, runtime.Chunk(5))
	var item *runtime.ItemError
	if !errors.As(err, &item) || !errors.Is(err, runtime.ErrPanic) {
		t.Fatalf("got %v", err)
	}
}

// lines collects what a logger gets.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func TestOutput(t *testing.T) {
	var log lines
	p := newPool(t, process.Config{Name: "talk", Workers: 1, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	must(t, p, say, 5)
	p.Close()
	for _, want := range []string{`level=INFO msg="out 5" pool=talk worker=`, `level=WARN msg="err 5" pool=talk worker=`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in\n%s", want, log.String())
		}
	}
}

func TestF17_FloodOfOutput(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	var futures []*runtime.Future[int]
	for range 4 {
		futures = append(futures, submit(t.Context(), p, flood, 10<<20))
	}
	for _, f := range futures {
		if n, err := f.Result(t.Context()); n != 10<<20 || err != nil {
			t.Fatal(n, err)
		}
	}
}

func TestCloseOfStandardFiles(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	first := must(t, p, pid, 0)
	must(t, p, closeStd, 0)
	if got := must(t, p, pid, 0); got != first {
		t.Fatal("the worker was replaced")
	}
}

func TestArgumentIsMaxInt(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	if got := must(t, p, grow, math.MaxInt); got != math.MaxInt {
		t.Fatal(got)
	}
}

// What a free worker, or one that can be started, will take does not count against the
// queue.
func TestG9_CallsForFreePlacesDoNotCount(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2, Queue: 1})
	ex := runtime.NonBlocking(p)
	for range 3 {
		if f := submit(t.Context(), ex, obey, 0); f.State().Settled() {
			_, err := f.Result(t.Context())
			t.Errorf("with room for three: %v", err)
		}
	}
	if _, err := submit(t.Context(), ex, obey, 0).Result(t.Context()); !errors.Is(err, runtime.ErrQueueFull) {
		t.Errorf("the fourth: %v", err)
	}
}

// Results of items that are longer than the box for those of a batch come as they are,
// whatever else is under way.
func TestLongResultsOfItems(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	for size := 1 << 10; size <= 320<<10; size += size/2 + 41 {
		items := make([][]byte, 40)
		for i := range items {
			items[i] = bytes.Repeat([]byte{byte(i), byte(size), byte(i >> 8)}, (size+i*97)/3)
		}
		got, err := runtime.Map(t.Context(), p, echo, items)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		for i := range items {
			if !bytes.Equal(got[i], items[i]) {
				t.Fatalf("item %d of %d bytes is not what it was", i, len(items[i]))
			}
		}
	}
}
