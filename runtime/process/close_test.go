//go:build unix

package process_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func itoa(n int) string { return strconv.Itoa(n) }

// parentOfOrphans runs a pool and waits to be killed. If that does not come, the test
// that should has failed.
func parentOfOrphans() {
	time.AfterFunc(time.Minute, func() { panic("nobody kills the parent") })
	p, err := process.NewPool(process.Config{Workers: 5})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	child, _ := submit(ctx, p, grandchild, 0).Result(ctx)
	busy := submit(ctx, p, spin, 0)
	waits := submit(ctx, p, obey, 0)
	submit(ctx, p, stop, 0)
	file := os.Getenv("PROCESS_TEST_FILE")
	submit(ctx, p, wedge, []byte(file))
	for busy.State() != runtime.Running || waits.State() != runtime.Running || !stopped(p) || !exists(file) {
		time.Sleep(time.Millisecond)
	}
	submit(ctx, p, square, 1).Result(ctx) // on the fifth
	fmt.Print(child)
	for _, w := range p.Workers() {
		fmt.Print(" ", w.PID)
	}
	fmt.Println()
	select {}
}

// stopped reports whether the worker of task stop has stopped.
func stopped(p *process.Pool) bool {
	for _, w := range p.Workers() {
		if w.Task == stop.Name {
			return stateOf(w.PID) == 'T'
		}
	}
	return false
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// A worker that spins, one whose task waits, one that is stopped, one whose Go
// runtime is wedged, an idle one, and a grandchild.
func TestF08_G6_ParentKilled(t *testing.T) {
	parent, pids := startParent(t, "orphans")
	parent.Kill()
	if len(pids) != 6 {
		t.Fatalf("grandchild and workers: %v", pids)
	}
	awaitEnd(t, pids)
}

// startParent runs one of parents, and returns the numbers that it prints.
func startParent(t *testing.T, name string) (parent *os.Process, pids []int) {
	t.Helper()
	self, _ := os.Executable()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "PROCESS_TEST_PARENT="+name, "PROCESS_TEST_FILE="+t.TempDir()+"/file")
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n') // ends after a minute, as the parent does
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range strings.Fields(line) {
		id, _ := strconv.Atoi(field)
		pids = append(pids, id)
	}
	return cmd.Process, pids
}

func awaitEnd(t *testing.T, pids []int) {
	t.Helper()
	for _, id := range pids {
		eventually(t, "process "+strconv.Itoa(id)+" ends", func() bool { return !alive(id) })
	}
}

func TestG6_GrandchildrenDieWithTheirWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	id := must(t, p, grandchild, 0)
	if !alive(id) {
		t.Fatal("no grandchild")
	}
	do(t, p, exit, 1)
	eventually(t, "the grandchild ends", func() bool { return !alive(id) })
	id = must(t, p, grandchild, 0)
	p.Close()
	eventually(t, "the grandchild ends", func() bool { return !alive(id) })
}

// One that left the group holds standard output open; nobody waits for it.
func TestF09_EscapedGrandchildHoldsPipe(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	id := must(t, p, grandchild, 1)
	began := time.Now()
	p.Close()
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("Close took %v", d)
	}
	if proc, err := os.FindProcess(id); err == nil {
		proc.Kill()
	}
}

func countFDs(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(entries)
}

// countChildren counts the children of every thread: each has its own.
func countChildren() (n int) {
	files, _ := filepath.Glob("/proc/self/task/*/children")
	for _, file := range files {
		b, _ := os.ReadFile(file)
		n += len(strings.Fields(string(b)))
	}
	return n
}

func TestG6_NothingIsLeft(t *testing.T) {
	n := 200
	if testing.Short() {
		n = 20
	}
	newPool(t, process.Config{Workers: 1}).Close()
	fds, routines := countFDs(t), goruntime.NumGoroutine()
	for i := range n {
		p, err := process.NewPool(process.Config{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		running := submit(t.Context(), p, obey, 0)
		must(t, p, square, i)
		if i%2 == 0 {
			running.Cancel()
			if err := p.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		p.Close()
		if !running.State().Settled() {
			t.Fatal("a call is not settled")
		}
	}
	if got := countFDs(t); got > fds {
		t.Errorf("%d descriptors, %d before", got, fds)
	}
	if got := countChildren(); got != 0 {
		t.Errorf("%d children", got)
	}
	eventually(t, "the goroutines end", func() bool { return goruntime.NumGoroutine() <= routines })
}

func TestNoDescriptorLeaksIntoGrandchildren(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	submit(t.Context(), p, obey, 0)
	got := string(must(t, p, fds, nil))
	for line := range strings.Lines(got) {
		f := strings.Fields(line)
		if len(f) < 3 || !strings.HasPrefix(f[len(f)-1], "pipe:") {
			continue
		}
		if fd := f[len(f)-3]; fd != "0" && fd != "1" && fd != "2" {
			t.Errorf("pipe at descriptor %s of a grandchild:\n%s", fd, got)
		}
	}
}

func TestShutdown(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	var futures []*runtime.Future[int]
	for range 20 {
		futures = append(futures, submit(t.Context(), p, nap, 2000))
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, f := range futures {
		if f.State() != runtime.Succeeded {
			t.Fatal(f.State())
		}
	}
	if _, err := do(t, p, square, 1); !errors.Is(err, runtime.ErrClosed) {
		t.Fatalf("got %v", err)
	}
	if n := len(p.Workers()); n != 0 {
		t.Fatalf("%d workers", n)
	}
	p.Shutdown(t.Context())
}

func TestShutdownIsBounded(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	f, queued := submit(t.Context(), p, spin, 0), submit(t.Context(), p, square, 1)
	cause := errors.New("enough")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, cause)
	defer cancel()
	if err := p.Shutdown(ctx); err != cause {
		t.Fatalf("got %v", err)
	}
	p.Close()
	for _, f := range []*runtime.Future[int]{f, queued} {
		if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
			t.Fatalf("got %v", err)
		}
	}
	if _, err := do(t, p, square, 1); !errors.Is(err, runtime.ErrClosed) {
		t.Fatalf("got %v", err)
	}
}

func TestShutdownWhileTaskCrashes(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	a, b := submit(t.Context(), p, exit, 3), submit(t.Context(), p, square, 3)
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Result(t.Context()); !errors.Is(err, runtime.ErrCrashed) {
		t.Fatalf("got %v", err)
	}
	if v, err := b.Result(t.Context()); v != 9 || err != nil {
		t.Fatal(v, err)
	}
}

func TestCloseFromCallback(t *testing.T) {
	for name, end := range map[string]func(*process.Pool){
		"Close":    func(p *process.Pool) { p.Close() },
		"Shutdown": func(p *process.Pool) { p.Shutdown(context.Background()) },
		"both": func(p *process.Pool) {
			done := make(chan struct{})
			go func() { p.Close(); close(done) }()
			p.Shutdown(context.Background())
			<-done
		},
	} {
		for why, first := range map[string]*runtime.Func[int, int]{"result": square, "crash": exit, "panic": panics} {
			t.Run(name+" after "+why, func(t *testing.T) {
				p := newPool(t, process.Config{Workers: 1})
				var ended sync.WaitGroup
				ended.Add(2)
				f := submit(t.Context(), p, first, 1)
				f.OnDone(func(int, error) { end(p); ended.Done() })
				g := submit(t.Context(), p, square, 2)
				g.OnDone(func(int, error) { end(p); ended.Done() })
				done := make(chan struct{})
				go func() { ended.Wait(); close(done) }()
				select {
				case <-done:
				case <-time.After(20 * time.Second):
					buf := make([]byte, 1<<20)
					t.Fatalf("deadlock:\n%s", buf[:goruntime.Stack(buf, true)])
				}
				if !g.State().Settled() {
					t.Fatal(g.State())
				}
			})
		}
	}
}

func TestGoexitInCallback(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 5 {
		g := newGates(t)
		f := g.submit(p, "it")
		f.OnDone(func([]byte, error) { goruntime.Goexit() })
		g.open("it")
		f.Result(t.Context())
	}
	if must(t, p, square, 2) != 4 {
		t.Fatal("wrong")
	}
}

func TestCloseAtAnyMoment(t *testing.T) {
	n := 60
	if testing.Short() {
		n = 10
	}
	for i := range n {
		p := newPool(t, process.Config{Workers: 2, Queue: 8 * (i % 2), Grace: time.Millisecond})
		var settled atomic.Int64
		var submitters sync.WaitGroup
		for range 4 {
			submitters.Go(func() {
				for k := range 25 {
					f := submit(t.Context(), p, [...]*runtime.Func[int, int]{square, nap, exit, obey}[k%4], k)
					f.OnDone(func(int, error) { settled.Add(1) })
					if k%4 == 3 {
						f.Cancel()
					}
				}
			})
		}
		time.Sleep(time.Duration(i) * 300 * time.Microsecond) // the moment
		var closers sync.WaitGroup
		for range 2 {
			closers.Go(func() { p.Close() })
			closers.Go(func() { p.Shutdown(t.Context()) })
		}
		closers.Wait()
		submitters.Wait()
		eventually(t, "every call is settled", func() bool { return settled.Load() == 100 })
		if s := p.Stats(); len(p.Workers()) != 0 || s.Queued != 0 || s.Running != 0 {
			t.Fatalf("%+v", s)
		}
	}
	if got := countChildren(); got != 0 {
		t.Fatalf("%d children", got)
	}
}

// Ctrl-C goes to the process group of the terminal, which is not that of a
// worker.
func TestWorkersLeadTheirGroup(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	id := must(t, p, pid, 0)
	if group, err := syscall.Getpgid(id); group != id || err != nil {
		t.Fatal(group, id, err)
	}
}

// TestShutdownWaitsForCallbacks is what makes a callback that writes a file
// useful: after Shutdown the file is complete.
func TestShutdownWaitsForCallbacks(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	entered, leave := make(chan struct{}), make(chan struct{})
	var left atomic.Bool
	g := newGates(t)
	g.submit(p, "it").OnDone(func([]byte, error) {
		close(entered)
		<-leave
		left.Store(true)
	})
	g.open("it")
	<-entered
	ended := make(chan error)
	go func() { ended <- p.Shutdown(t.Context()) }()
	select {
	case <-ended:
		t.Fatal("Shutdown returned before the callback")
	case <-time.After(20 * time.Millisecond): // a wrong Shutdown returns well within
	}
	close(leave)
	if err := <-ended; err != nil || !left.Load() {
		t.Errorf("Shutdown: %v", err)
	}
}

// A nil context that somebody recovers from must not keep the pool from ending.
func TestNilContextAndZeroPool(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	if n, err := submit(nil, p, square, 3).Result(nil); n != 9 || err != nil { //nolint:staticcheck // the mistake is the point
		t.Errorf("%d, %v", n, err)
	}
	p.Close()
	var zero process.Pool
	if _, err := submit(t.Context(), &zero, square, 3).Result(t.Context()); err == nil || !strings.Contains(err.Error(), "process.NewPool") {
		t.Errorf("zero pool: %v", err)
	}
	zero.Close()
}
