//go:build unix

package process_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

var (
	// hang blocks and takes no notice of its context.
	hang = onInts(named("Hang"), func(_ context.Context, n int) (int, error) { return wedgedHere(n), nil })
	// deaf does the same and takes SIGQUIT for itself.
	deaf = onInts(named("Deaf"), func(_ context.Context, n int) (int, error) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGQUIT)
		return wedgedHere(n), nil
	})
	// late runs beyond its timeout and notes each run in a file.
	late = onBytes(runtime.Task{Name: "Late", Timeout: 100 * time.Millisecond, Retries: 2}, func(_ context.Context, file []byte) ([]byte, error) {
		runs, _ := os.ReadFile(string(file))
		os.WriteFile(string(file), append(runs, '.'), 0o600)
		wedgedHere(0)
		return nil, nil
	})
)

// dyingLate takes most of its timeout for each try, and its process with it.
var dyingLate = onInts(runtime.Task{Name: "DyingLate", Timeout: 400 * time.Millisecond, Retries: 4}, func(context.Context, int) (int, error) {
	time.Sleep(300 * time.Millisecond)
	os.Exit(5)
	return 0, nil
})

//go:noinline
func wedgedHere(n int) int {
	select {}
}

// A record is what the tests want of what a pool logs.
type record struct {
	message, task, stacks, file string
	exit                        *process.ExitError
}

// records is a logger's handler that keeps them.
type records struct {
	mu  sync.Mutex
	all []record // guarded by mu
}

func (r *records) Enabled(context.Context, slog.Level) bool { return true }
func (r *records) WithAttrs([]slog.Attr) slog.Handler       { return r }
func (r *records) WithGroup(string) slog.Handler            { return r }

func (r *records) Handle(_ context.Context, from slog.Record) error {
	to := record{message: from.Message}
	from.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "task":
			to.task = a.Value.String()
		case "stacks":
			to.stacks = a.Value.String()
		case "file":
			to.file = a.Value.String()
		case "error":
			err, _ := a.Value.Any().(error)
			errors.As(err, &to.exit)
		}
		return true
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, to)
	return nil
}

// await returns the n-th record, from 0, whose message begins so.
func (r *records) await(t testing.TB, message string, n int) (found record) {
	t.Helper()
	eventually(t, "log of "+message, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		left := n
		for _, found = range r.all {
			if strings.HasPrefix(found.message, message) {
				if left--; left < 0 {
					return true
				}
			}
		}
		return false
	})
	return found
}

const killedLate = "offing: worker process died after its call was ended"

// That a worker dies which has no call is no call's error, so the log has it; that one
// leaves in peace, it has not.
func TestIdleWorkerThatDiesIsLogged(t *testing.T) {
	var log records
	p := newPool(t, process.Config{Workers: 1, Logger: slog.New(&log)})
	victim := must(t, p, pid, 0)
	eventually(t, "it is idle", func() bool { return p.Stats().Running == 0 })
	syscall.Kill(victim, syscall.SIGKILL)
	got := log.await(t, "offing: idle worker process died", 0)
	if got.exit == nil || got.exit.PID != victim || got.exit.Signal != "killed" {
		t.Errorf("got %+v", got)
	}
	if must(t, p, pid, 0) == victim {
		t.Error("it serves on")
	}
	p.Shutdown(t.Context())
	log.mu.Lock()
	defer log.mu.Unlock()
	for _, r := range log.all[1:] {
		t.Errorf("and then: %+v", r)
	}
}

func TestStacksOfCallsKilledForTime(t *testing.T) {
	for _, c := range []struct {
		f    *runtime.Func[int, int]
		want string // the function, which runs or waits
	}{{hang, "process_test.wedgedHere("}, {spin, "tasks_test.go"}} {
		t.Run(c.f.Name, func(t *testing.T) {
			var log records
			p := newPool(t, process.Config{Workers: 1, Grace: 20 * time.Millisecond, Logger: slog.New(&log)})
			for n := range 10 { // a machine that is very busy may cut the stacks short
				f := submit(t.Context(), p, c.f, 0)
				eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
				f.Cancel()
				got := log.await(t, killedLate, n)
				if got.task != c.f.Name || got.exit == nil || !strings.Contains(got.exit.Reason, "no return within the grace of 20ms") {
					t.Fatalf("got %+v", got)
				}
				if strings.Contains(got.exit.Stderr, "SIGQUIT") {
					t.Fatal("the stacks are in Stderr too")
				}
				if strings.Contains(got.stacks, "created by runtime.") || strings.Contains(got.stacks, "process.Main(") {
					t.Fatalf("the log has stacks that are the same in each worker: %q", got.stacks)
				}
				if strings.Contains(got.stacks, c.want) && strings.Contains(got.exit.Stacks, "created by runtime.") {
					return
				}
				t.Logf("try %d: %q", n, got.stacks)
			}
			t.Error("no stack that says where it is")
		})
	}
}

// timedOut returns the error of a call that began before its deadline was over.
func timedOut(t *testing.T, p *process.Pool) error {
	for d := 50 * time.Millisecond; ; d *= 2 {
		must(t, p, square, 1) // the process is started
		ctx, cancel := context.WithTimeout(t.Context(), d)
		_, err := submit(ctx, p, hang, 0).Result(t.Context())
		cancel()
		if lost, ok := errors.AsType[*runtime.TaskError](err); !ok || lost.Started {
			return err
		}
	}
}

// The error of a call that was killed for time gets the stacks; its outcome does
// not change for that.
func TestG2_AftermathOfACallKilledForTime(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 20 * time.Millisecond})
	for _, ended := range []struct {
		by   error
		call func() error
	}{
		{runtime.ErrCanceled, func() error {
			f := submit(t.Context(), p, hang, 0)
			eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
			f.Cancel()
			_, err := f.Result(t.Context())
			return err
		}},
		{runtime.ErrTimeout, func() error { return timedOut(t, p) }},
	} {
		for try := 0; ; try++ { // a machine that is very busy may cut the stacks short
			err := ended.call()
			var after *process.Aftermath
			if !errors.Is(err, ended.by) || !errors.As(err, &after) {
				t.Fatalf("got %v", err)
			}
			text := err.Error()
			exit, waited := after.Wait(t.Context())
			if waited != nil || exit == nil || !strings.Contains(exit.Reason, "no return within the grace") || err.Error() != text {
				t.Fatalf("got %+v, %v; %v", exit, waited, err)
			}
			var same *process.ExitError
			if !errors.As(err, &same) || same != exit {
				t.Fatalf("got %v", same)
			}
			if strings.Contains(exit.Stacks, "process_test.wedgedHere(") {
				break
			}
			if try == 10 {
				t.Fatalf("no stack that says where it is: %q", exit.Stacks)
			}
		}
	}
}

func TestAftermathOfATaskThatReturns(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: time.Minute})
	f := submit(t.Context(), p, obey, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
	_, err := f.Result(t.Context())
	var after *process.Aftermath
	if !errors.As(err, &after) {
		t.Fatalf("got %v", err)
	}
	if exit, err := after.Wait(t.Context()); exit != nil || err != nil {
		t.Fatalf("got %v, %v", exit, err)
	}
	var exit *process.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("got %v", exit)
	}
}

func TestAftermathWaitObeysContext(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: time.Minute})
	f := submit(t.Context(), p, hang, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
	_, err := f.Result(t.Context())
	var after *process.Aftermath
	if !errors.As(err, &after) {
		t.Fatalf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if exit, err := after.Wait(ctx); exit != nil || err != context.Canceled {
		t.Fatalf("got %v, %v", exit, err)
	}
	p.Close()
	if exit, err := after.Wait(t.Context()); exit == nil || err != nil || exit.Reason != "pool closed" {
		t.Fatalf("got %v, %v", exit, err)
	}
}

// The process ends by itself then, and what it started must not stay.
func TestG6_GrandchildrenOfAWorkerKilledForTime(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 20 * time.Millisecond})
	id := must(t, p, grandchild, 0)
	f := submit(t.Context(), p, hang, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
	must(t, p, square, 1)
	eventually(t, "the grandchild ends", func() bool { return !alive(id) })
}

func TestKilledWithoutStacks(t *testing.T) {
	var log records
	p := newPool(t, process.Config{Workers: 1, Grace: 20 * time.Millisecond, Logger: slog.New(&log)})
	f := submit(t.Context(), p, deaf, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
	got := log.await(t, killedLate, 0)
	if got.exit.Stacks == "" && got.exit.Signal != "killed" {
		t.Fatalf("got %+v", got.exit)
	}
	if must(t, p, square, 2) != 4 {
		t.Fatal("wrong")
	}
}

func TestCloseDoesNotWaitForStacks(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: time.Microsecond})
	f := submit(t.Context(), p, deaf, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
	p.Close()
	if n := len(p.Workers()); n != 0 {
		t.Fatal(n)
	}
}

func TestKilledForTimeIsNotRetried(t *testing.T) {
	var log records
	p := newPool(t, process.Config{Workers: 1, Grace: 10 * time.Millisecond, Logger: slog.New(&log)})
	file := t.TempDir() + "/runs"
	if _, err := do(t, p, late, []byte(file)); !errors.Is(err, runtime.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
	log.await(t, killedLate, 0)
	must(t, p, square, 1) // a retry would be before it
	if runs, err := os.ReadFile(file); string(runs) != "." {
		t.Fatalf("ran %q, %v", runs, err)
	}
}

// A timeout is for all tries together, those on workers that are lost among them: else a
// task with retries could run for that many times as long.
func TestTimeoutOfAllTriesOnLostWorkers(t *testing.T) {
	t.Parallel()
	p := newPool(t, process.Config{Workers: 1})
	for name, ex := range map[string]runtime.Executor{"submitted": p, "waited for": runtime.Waiting(t.Context(), p)} {
		if _, err := do(t, ex, dyingLate, 0); !errors.Is(err, runtime.ErrTimeout) {
			t.Errorf("%s: %v, want ErrTimeout", name, err)
		}
	}
}

func TestGivenUpWithAllCauses(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2})
	_, err := do(t, p, doomed, 0)
	var lost *runtime.TaskError
	if !errors.As(err, &lost) || !lost.Started || !errors.Is(err, runtime.ErrCrashed) {
		t.Fatalf("got %v", err)
	}
	causes, ok := lost.Err.(interface{ Unwrap() []error })
	if !ok || len(causes.Unwrap()) != 3 {
		t.Fatalf("got %#v", lost.Err)
	}
	seen := map[int]bool{}
	for _, cause := range causes.Unwrap() {
		var exit *process.ExitError
		if !errors.As(cause, &exit) || exit.Code != 4 || seen[exit.PID] {
			t.Fatalf("got %v", cause)
		}
		seen[exit.PID] = true
	}
}

// texts returns the messages so far.
func (r *records) texts() (texts []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.all {
		texts = append(texts, one.message)
	}
	return texts
}
