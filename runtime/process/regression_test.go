//go:build unix

package process_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	goruntime "runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A callback that blocks, or waits for a call of its own pool, holds up nothing.
func TestG7_CallbackThatBlocks(t *testing.T) {
	for _, workers := range []int{1, 2} {
		p := newPool(t, process.Config{Workers: workers})
		entered, leave := make(chan struct{}), make(chan struct{})
		g := newGates(t)
		g.submit(p, "first").OnDone(func([]byte, error) { close(entered); <-leave })
		g.open("first")
		<-entered
		must(t, p, square, 2)
		close(leave)
		done := make(chan error, 1)
		g.submit(p, "second").OnDone(func([]byte, error) {
			_, err := do(t, p, square, 2)
			done <- err
		})
		g.open("second")
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// endingCall is a call whose context ends while its arguments are encoded.
type endingCall struct {
	call[int, int]
	end func()
}

func (c *endingCall) AppendArgs(b []byte) ([]byte, error) { c.end(); return c.call.AppendArgs(b) }

func TestG1_ContextEndsWhileArgumentsAreEncoded(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	gate := submit(t.Context(), p, nap, 50000)
	ctx, cancel := context.WithCancel(t.Context())
	c := &endingCall{end: cancel}
	c.f, c.arg = square, 3
	c.Init(ctx, &square.Task)
	p.Submit(ctx, c)
	closed := make(chan struct{})
	c.Future().OnDone(func(int, error) { p.Close(); close(closed) })
	gate.Result(t.Context())
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Fatal("Close in a callback hangs")
	}
}

// Whatever the callbacks do, a process that a task discarded serves no more.
func TestDiscardWhateverTheCallbacksDo(t *testing.T) {
	t.Run("Goexit", func(t *testing.T) {
		p := newPool(t, process.Config{Workers: 1})
		first := must(t, p, pid, 0)
		gate := submit(t.Context(), p, nap, 50000)
		f := submit(t.Context(), p, spoil, 0)
		go f.OnDone(func(int, error) { goruntime.Goexit() }) // here if the call is over
		gate.Result(t.Context())
		f.Result(t.Context())
		if must(t, p, pid, 0) == first {
			t.Error("it serves on")
		}
	})
	t.Run("Shutdown meanwhile", func(t *testing.T) {
		p := newPool(t, process.Config{Workers: 1})
		first := must(t, p, pid, 0)
		gate := submit(t.Context(), p, nap, 50000)
		f, next := submit(t.Context(), p, spoil, 0), submit(t.Context(), p, pid, 0)
		entered, leave := make(chan struct{}), make(chan struct{})
		go f.OnDone(func(int, error) { close(entered); <-leave }) // likewise
		gate.Result(t.Context())
		<-entered
		shut := make(chan error)
		go func() { shut <- p.Shutdown(t.Context()) }()
		got, err := next.Result(t.Context())
		close(leave)
		<-shut
		if got == first || err != nil {
			t.Error("it serves on", err)
		}
	})
}

// tries notes each run in a file; every third crashes, the others fail.
var tries = onBytes(runtime.Task{Name: "Tries", Retries: 2}, func(_ context.Context, file []byte) ([]byte, error) {
	runs, _ := os.ReadFile(string(file))
	runs = append(runs, '.')
	os.WriteFile(string(file), runs, 0o600)
	if len(runs)%3 == 2 {
		os.Exit(3)
	}
	return nil, errTask
})

// The retries of a task that fails and of one that is lost are the same ones.
func TestRetriesDoNotMultiply(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for _, run := range []func(file []byte) error{
		func(file []byte) error { _, err := do(t, p, tries, file); return err },
		func(file []byte) error { _, err := runtime.Map(t.Context(), p, tries, [][]byte{file}); return err },
	} {
		file := t.TempDir() + "/runs"
		err := run([]byte(file))
		if runs, _ := os.ReadFile(file); string(runs) != "..." || err == nil || !strings.Contains(err.Error(), errTask.Error()) {
			t.Errorf("retries=2: %d runs, %v", len(runs), err)
		}
	}
}

// Every item has its retries, wherever it stands.
func TestRetriesOfEachItem(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	var files [][]byte
	for i := range 4 {
		files = append(files, []byte(t.TempDir()+"/"+itoa(i)))
	}
	if _, err := runtime.Map(t.Context(), p, flaky, files, runtime.Chunk(4)); err != nil {
		t.Error(err)
	}
}

// mutter writes to standard error.
var mutter = onBytes(named("Mutter"), func(_ context.Context, text []byte) ([]byte, error) {
	os.Stderr.Write(append(text, '\n'))
	return nil, nil
})

// What a task had to say of something else is not the reason of a later death.
func TestReasonOfAnotherDeath(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Memory: 1 << 30})
	for _, text := range []string{"panic: long ago, and handled", "fatal error: foo.h: no such file", "fatal error: runtime: out of memory"} {
		must(t, p, mutter, []byte(text))
		must(t, p, mutter, bytes.Repeat([]byte("other output\n"), 1000))
		var exited *process.ExitError
		if _, err := do(t, p, exit, 7); !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &exited) || exited.Reason != "" {
			t.Errorf("after %q: %v", text, err)
		}
	}
}

// rude is a log handler that is of no help.
type rude struct {
	slog.Handler
	handle func()
}

func (r rude) Handle(context.Context, slog.Record) error { r.handle(); return nil }
func (rude) Enabled(context.Context, slog.Level) bool    { return true }

func TestLoggerThatPanics(t *testing.T) {
	p := newPool(t, process.Config{
		Workers: 1, Grace: time.Millisecond, Dump: t.TempDir(),
		Logger: slog.New(rude{slog.DiscardHandler, func() { panic("handler") }}),
	})
	f := submit(t.Context(), p, spin, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
	must(t, p, square, 1)
	do(t, p, exit, 1)
	must(t, p, say, 1)
}

func TestLoggerThatBlocks(t *testing.T) {
	leave := make(chan struct{})
	p := newPool(t, process.Config{Workers: 2, Logger: slog.New(rude{slog.DiscardHandler, func() { <-leave }})})
	defer close(leave)
	must(t, p, say, 1)
	if _, err := do(t, p, exit, 1); !errors.Is(err, runtime.ErrCrashed) {
		t.Errorf("got %v", err)
	}
	must(t, p, square, 1)
	p.Close()
}

// deserter leaves its process group.
var deserter = onInts(named("Deserter"), func(context.Context, int) (int, error) {
	parent, _ := syscall.Getpgid(os.Getppid())
	if err := syscall.Setpgid(0, parent); err != nil {
		return 0, err
	}
	select {}
})

func TestG6_WorkerThatLeftItsGroup(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: time.Millisecond})
	f := submit(t.Context(), p, deserter, 0)
	id := 0
	eventually(t, "it leaves", func() bool {
		if workers := p.Workers(); len(workers) == 1 && workers[0].Task != "" {
			id = workers[0].PID
		}
		group, err := syscall.Getpgid(id)
		return id != 0 && err == nil && group != id && f.State() == runtime.Running
	})
	p.Close()
	if alive(id) {
		t.Error("it is there")
	}
}

// The configuration is the pool's from NewPool on.
func TestConfigIsCopied(t *testing.T) {
	c := process.Config{Workers: 1, Env: []string{"PROCESS_TEST_ENV=a"}}
	p := newPool(t, c)
	f := submit(t.Context(), p, args, nil)
	c.Env[0] = "PROCESS_TEST_ENV=b"
	if got, err := f.Result(t.Context()); err != nil || !strings.Contains(string(got), "|a|") {
		t.Errorf("%s, %v", got, err)
	}
}
