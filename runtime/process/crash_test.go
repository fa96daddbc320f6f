//go:build unix

package process_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// anyCode stands for a status that differs under the race detector.
const anyCode = -2

func TestF14_G5_Crashes(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for _, c := range []struct {
		name   string
		f      *runtime.Func[int, int]
		arg    int
		code   int
		signal string
		reason string
	}{
		{"exit", exit, 99, 99, "", ""},
		{"exit 0", exit, 0, 0, "", ""},
		{"stack overflow", overflow, 1, 2, "", "stack overflow"},
		{"map race", mapRace, 0, anyCode, "", "concurrent map"},
		{"background panic", background, 0, 2, "", "panic: in the background"},
		{"closed pipes", closeAll, 0, -1, "killed", ""},
		{"signal", segv, 0, 2, "", "SIGSEGV"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := do(t, p, c.f, c.arg)
			var exit *process.ExitError
			var lost *runtime.TaskError
			if !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &exit) || !errors.As(err, &lost) {
				t.Fatalf("got %#v", err)
			}
			if !lost.Started || c.code != anyCode && exit.Code != c.code || exit.Signal != c.signal || !strings.Contains(exit.Reason+exit.Stderr, c.reason) {
				t.Fatalf("got %+v", exit)
			}
			if exit.PID == 0 || len(exit.Stderr) > 4<<10 || !strings.Contains(err.Error(), c.f.Name) {
				t.Fatalf("got %v", err)
			}
			if must(t, p, square, 3) != 9 {
				t.Fatal("the pool does not go on")
			}
		})
	}
}

func TestG8_PanicAndGoexit(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	first := must(t, p, pid, 0)
	var panicked *runtime.PanicError
	_, err := do(t, p, panics, 7)
	if !errors.Is(err, runtime.ErrPanic) || !errors.As(err, &panicked) || panicked.Value != "panicked with 7" ||
		!strings.Contains(string(panicked.Stack), "tasks_test.go") {
		t.Fatalf("got %#v", err)
	}
	for range 3 {
		_, err = do(t, p, goexit, 0)
		var lost *runtime.TaskError
		if !errors.Is(err, runtime.ErrPanic) || !errors.As(err, &lost) || !lost.Started || !strings.Contains(err.Error(), "Goexit") {
			t.Fatalf("got %#v", err)
		}
	}
	if must(t, p, pid, 0) != first {
		t.Fatal("the worker was replaced")
	}
}

func TestG5_KilledFromOutside(t *testing.T) {
	const n = 1000
	p := newPool(t, process.Config{Workers: 2})
	futures := make([]*runtime.Future[int], n)
	for i := range futures {
		futures[i] = submit(t.Context(), p, nap, 300)
	}
	kills := 0
	for range 10 {
		futures[kills*n/20].Result(t.Context()) // in the middle of them
		workers := p.Workers()
		if len(workers) > 0 && syscall.Kill(workers[rand.N(len(workers))].PID, syscall.SIGKILL) == nil {
			kills++
		}
	}
	lost := 0
	for _, f := range futures {
		_, err := f.Result(t.Context())
		var exit *process.ExitError
		switch {
		case err == nil:
		case errors.Is(err, runtime.ErrCrashed) && errors.As(err, &exit) && exit.Signal == "killed" && exit.Code == -1:
			lost++
		default:
			t.Fatalf("got %v", err)
		}
	}
	if lost > kills {
		t.Fatalf("%d calls lost by %d kills", lost, kills)
	}
	t.Logf("%d kills, %d of %d calls lost", kills, lost, n)
}

func TestG5_EveryFiftiethKills(t *testing.T) {
	if lost := storm(t, newPool(t, process.Config{Workers: 2})); lost != 20 {
		t.Fatalf("%d lost", lost)
	}
}

// storm is 1,000 calls of which every 50th kills its worker. It returns how many
// were lost, and fails if another was.
func storm(t testing.TB, p *process.Pool) (lost int) {
	futures := make([]*runtime.Future[int], 1000)
	for i := range futures {
		f := square
		if i%50 == 49 {
			f = exit
		}
		futures[i] = submit(t.Context(), p, f, i%50)
	}
	for i, f := range futures {
		v, err := f.Result(t.Context())
		switch {
		case i%50 == 49 && errors.Is(err, runtime.ErrCrashed):
			lost++
		case err != nil || v != (i%50)*(i%50):
			t.Fatalf("call %d: %d, %v", i, v, err)
		}
	}
	return lost
}

func TestIdleWorkerKilled(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 30 {
		id := must(t, p, pid, 0)
		if err := syscall.Kill(id, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if must(t, p, square, 2) != 4 { // handed to the dead, or to the next one: no call is lost
			t.Fatal("wrong")
		}
	}
}

func TestRetries(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	if got := must(t, p, flaky, []byte(t.TempDir()+"/tries")); string(got) != ".." {
		t.Fatalf("got %q", got)
	}
	_, err := do(t, p, doomed, 0)
	if !errors.Is(err, runtime.ErrCrashed) || strings.Count(err.Error(), "exit status 4") != 3 {
		t.Fatalf("got %v", err)
	}
}

func TestDiscardReplacesWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	first := must(t, p, pid, 0)
	if _, err := do(t, p, spoil, 0); err == nil || err.Error() != errTask.Error() {
		t.Fatalf("got %v", err)
	}
	if must(t, p, pid, 0) == first {
		t.Fatal("the same process")
	}
}

func TestCancelKillsAfterGrace(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 50 * time.Millisecond})
	first := must(t, p, pid, 0)
	f := submit(t.Context(), p, spin, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	if !f.Cancel() {
		t.Fatal("not canceled")
	}
	if second := must(t, p, pid, 0); second == first {
		t.Fatal("the same process")
	}
	if alive(first) {
		t.Fatal("the process is still there")
	}
}

func TestTimeoutKills(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 50 * time.Millisecond})
	first := must(t, p, pid, 0)
	began := time.Now()
	if _, err := do(t, p, timed, 1); !errors.Is(err, runtime.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Fatal(d)
	}
	if must(t, p, pid, 0) == first {
		t.Fatal("the same process")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	f := submit(ctx, p, spin, 0) // nobody looks at it
	next := must(t, p, pid, 0)
	if next == first || !f.State().Settled() {
		t.Fatal(next, f.State())
	}
}

func TestCancelObeyed(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: time.Minute})
	first := must(t, p, pid, 0)
	for range 20 {
		f := submit(t.Context(), p, obey, 0)
		eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
		if !f.Cancel() {
			t.Fatal("not canceled")
		}
		if _, err := f.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
			t.Fatalf("got %v", err)
		}
	}
	if must(t, p, pid, 0) != first {
		t.Fatal("a worker that obeyed was replaced")
	}
}

// The race between the kill of a worker for one call and the start of the next
// call on it (F04).
// stormCalls is 10,000 where there is time for it.
var stormCalls = flag.Int("storm", 1000, "how many calls TestG1_CancelStorm makes")

func TestG1_CancelStorm(t *testing.T) {
	n := *stormCalls
	p := newPool(t, process.Config{Workers: 2, Grace: 100 * time.Microsecond})
	futures := make([]*runtime.Future[int], n)
	for i := range futures {
		futures[i] = submit(t.Context(), p, nap, rand.N(2000)) // microseconds
	}
	stop := make(chan struct{})
	stopped := make(chan int)
	go func() {
		canceled := 0
		defer func() { stopped <- canceled }()
		for at := 0; ; {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
			for at < n && futures[at].State().Settled() {
				at++
			}
			for _, f := range futures[at:min(at+4, n)] {
				if f.State() == runtime.Running {
					if f.Cancel() {
						canceled++
					}
					break
				}
			}
		}
	}()
	done, canceled := 0, 0
	for _, f := range futures {
		switch _, err := f.Result(t.Context()); {
		case err == nil:
			done++
		case errors.Is(err, runtime.ErrCanceled):
			canceled++
		default:
			t.Fatalf("got %v", err)
		}
	}
	close(stop)
	if want := <-stopped; done+canceled != n || canceled != want {
		t.Fatalf("%d done, %d canceled, %d cancels succeeded, of %d", done, canceled, want, n)
	}
	t.Logf("%d done, %d canceled", done, canceled)
}

func TestStoppedWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 20 * time.Millisecond})
	id := must(t, p, pid, 0)
	syscall.Kill(id, syscall.SIGSTOP)
	f := submit(t.Context(), p, echo, make([]byte, 8<<20)) // more than the pipe takes
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
	must(t, p, square, 1)
	if alive(id) {
		t.Fatal("still there")
	}
}

func alive(pid int) bool {
	switch stateOf(pid) {
	case 'Z', 'X':
		return false
	case 0:
		_, noProc := os.Stat("/proc/self")
		return noProc != nil && syscall.Kill(pid, 0) == nil
	}
	return true
}

// stateOf returns the letter that the system has for what a process does, or 0.
func stateOf(pid int) byte {
	b, err := os.ReadFile("/proc/" + itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	return b[strings.LastIndexByte(string(b), ')')+2]
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never: ", what)
		}
	}
}
