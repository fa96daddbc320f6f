//go:build unix

package process_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	goruntime "runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
)

func TestMain(m *testing.M) {
	switch os.Getenv("PROCESS_TEST_CHILD") { // before Main: what is no worker at all
	case "pingpong":
		pingPong()
	case "hostile":
		hostile(os.Getenv("PROCESS_TEST_ATTACK"))
	case "faulty":
		runFaulty()
	case "start":
		badStart(os.Getenv("PROCESS_TEST_START"))
	case "other":
		otherTasks()
	case "nomain":
		_, err := process.NewPool(process.Config{})
		fmt.Print(errors.Is(err, process.ErrNoMain))
		os.Exit(0)
	}
	process.Main()
	os.Setenv("GORACE", "atexit_sleep_ms=0") // or each worker under the race detector takes a second to exit
	if parent := parents[os.Getenv("PROCESS_TEST_PARENT")]; parent != nil {
		parent()
	}
	os.Exit(m.Run())
}

// parents are programs with a pool that tests run, by name.
var parents = map[string]func(){"orphans": parentOfOrphans}

// A call is one that tests look into, where runtime.Submit does not let them.
type call[A, R any] struct {
	runtime.Promise[R]
	f   *runtime.Func[A, R]
	arg A
}

func (c *call[A, R]) Run() {
	if !c.Start() {
		return
	}
	defer c.Recover()
	c.Return(c.f.Call(c.Context(), c.arg))
}

func (c *call[A, R]) AppendArgs(b []byte) ([]byte, error) { return c.f.AppendArg(b, c.arg) }

func (c *call[A, R]) Deliver(reply *wire.Reader) { c.f.Deliver(&c.Promise, reply) }

func submit[A, R any](ctx context.Context, ex runtime.Executor, f *runtime.Func[A, R], arg A) *runtime.Future[R] {
	return runtime.Submit(ctx, ex, f, arg)
}

func do[A, R any](t testing.TB, ex runtime.Executor, f *runtime.Func[A, R], arg A) (R, error) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return submit(t.Context(), ex, f, arg).Result(ctx)
}

func must[A, R any](t testing.TB, ex runtime.Executor, f *runtime.Func[A, R], arg A) R {
	t.Helper()
	v, err := do(t, ex, f, arg)
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return v
}

// define defines a task. Unless it has a codec of many, its items are encoded one by one,
// as one is that travels alone.
func define[A, R any](f *runtime.Func[A, R]) *runtime.Func[A, R] {
	if f.ReadItems != nil {
		return runtime.Define(f)
	}
	f.AppendItems = func(b []byte, items []A) (_ []byte, err error) {
		b = wire.AppendCount(b, len(items), false)
		for _, item := range items {
			if b, err = f.AppendArg(b, item); err != nil {
				return b, err
			}
		}
		return b, nil
	}
	f.ReadItems = func(r *wire.Reader, items *[]A) {
		n, _ := r.Count(1)
		for r.Err() == nil && len(*items) < n {
			*items = append(*items, *new(A))
			f.ReadArg(r, &(*items)[len(*items)-1])
		}
	}
	return runtime.Define(f)
}

func onInts(task runtime.Task, f func(ctx context.Context, n int) (int, error)) *runtime.Func[int, int] {
	task.Name = "process_test." + task.Name
	task.Shape = "func(int) int"
	return define(&runtime.Func[int, int]{
		Task: task, Call: f,
		AppendItems: wire.Sure(wire.AppendInts[[]int]), ReadItems: wire.Into(wire.ReadInts[[]int]),
		AppendArg: wire.Sure(wire.AppendInt), ReadArg: wire.Into((*wire.Reader).Int),
		AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
	})
}

func onBytes(task runtime.Task, f func(ctx context.Context, b []byte) ([]byte, error)) *runtime.Func[[]byte, []byte] {
	task.Name = "process_test." + task.Name
	task.Shape = "func([]byte) []byte"
	return define(&runtime.Func[[]byte, []byte]{
		Task: task, Call: f,
		AppendArg: wire.Sure(wire.AppendBytes), ReadArg: wire.Into((*wire.Reader).Bytes),
		AppendResult: wire.Sure(wire.AppendBytes), ReadResult: wire.Into((*wire.Reader).Bytes),
	})
}

func named(name string) runtime.Task { return runtime.Task{Name: name} }

var errTask = errors.New("task failed")

var (
	square = onInts(named("Square"), func(_ context.Context, n int) (int, error) { return n * n, nil })
	pid    = onInts(named("PID"), func(context.Context, int) (int, error) { return os.Getpid(), nil })
	fail   = onInts(named("Fail"), func(context.Context, int) (int, error) { return 0, errTask })
	spoil  = onInts(named("Spoil"), func(context.Context, int) (int, error) { return 0, runtime.Discard(errTask) })
	exit   = onInts(named("Exit"), func(_ context.Context, n int) (int, error) { os.Exit(n); return 0, nil })
	panics = onInts(named("Panic"), func(_ context.Context, n int) (int, error) { panic(fmt.Sprint("panicked with ", n)) })
	goexit = onInts(named("Goexit"), func(context.Context, int) (int, error) { goruntime.Goexit(); return 0, nil })
	nap    = onInts(named("Nap"), func(_ context.Context, n int) (int, error) {
		time.Sleep(time.Duration(n) * time.Microsecond)
		return n, nil
	})
	toil = onInts(named("Toil"), func(_ context.Context, n int) (int, error) { // a nap without the sleep, which takes a millisecond at least
		for began := time.Now(); time.Since(began) < time.Duration(n)*time.Microsecond; {
		}
		return n, nil
	})
	spin = onInts(named("Spin"), func(context.Context, int) (int, error) {
		for {
		}
	})
	timed = onInts(runtime.Task{Name: "Timed", Timeout: 50 * time.Millisecond}, func(_ context.Context, n int) (int, error) {
		for n > 0 {
		}
		return 0, nil
	})
	// obey waits for the end of its context and returns its own error then.
	obey = onInts(named("Obey"), func(ctx context.Context, _ int) (int, error) {
		<-ctx.Done()
		return 0, context.Cause(ctx)
	})
	deadline = onInts(named("Deadline"), func(ctx context.Context, _ int) (int, error) {
		d, ok := ctx.Deadline()
		if !ok {
			return 0, nil
		}
		return int(time.Until(d)), nil
	})
	overflow   = onInts(named("Overflow"), func(_ context.Context, n int) (int, error) { return deep(n), nil })
	background = onInts(named("BackgroundPanic"), func(context.Context, int) (int, error) {
		go panic("in the background")
		select {}
	})
	mapRace = onInts(named("MapRace"), func(context.Context, int) (int, error) {
		m := map[int]int{}
		for i := range 4 {
			go func() {
				for {
					m[i]++
				}
			}()
		}
		select {}
	})
	segv = onInts(named("Segv"), func(context.Context, int) (int, error) {
		syscall.Kill(os.Getpid(), syscall.SIGSEGV)
		select {}
	})
	// flood writes n bytes to standard output and standard error, no newline.
	flood = onInts(named("Flood"), func(_ context.Context, n int) (int, error) {
		chunk := bytes.Repeat([]byte{'x'}, 1<<20)
		for left := n; left > 0; left -= len(chunk) {
			os.Stdout.Write(chunk[:min(left, len(chunk))])
			os.Stderr.Write(chunk[:min(left, len(chunk))])
		}
		return n, nil
	})
	say = onInts(named("Say"), func(_ context.Context, n int) (int, error) {
		fmt.Println("out", n)
		fmt.Fprintln(os.Stderr, "err", n)
		return n, nil
	})
	closeStd = onInts(named("CloseStd"), func(_ context.Context, n int) (int, error) {
		for fd := range 3 {
			syscall.Close(fd)
		}
		return n, nil
	})
	// closeAll closes the protocol's descriptors too, and goes on.
	closeAll = onInts(named("CloseAll"), func(_ context.Context, n int) (int, error) {
		for fd := 3; fd < 10; fd++ {
			syscall.Close(fd)
		}
		for {
			time.Sleep(time.Second)
		}
	})
	stop = onInts(named("Stop"), func(context.Context, int) (int, error) {
		syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		select {}
	})
	// grandchild starts one that ignores its standard output's end.
	grandchild = onInts(named("Grandchild"), func(_ context.Context, n int) (int, error) {
		c := exec.Command("sleep", "1000")
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		if n > 0 {
			c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		}
		err := c.Start()
		if err != nil {
			return 0, err
		}
		return c.Process.Pid, nil
	})
	// flaky crashes until its file exists n times over.
	flaky = onBytes(runtime.Task{Name: "Flaky", Retries: 2}, func(_ context.Context, file []byte) ([]byte, error) {
		tries, _ := os.ReadFile(string(file))
		if len(tries) < 2 {
			os.WriteFile(string(file), append(tries, '.'), 0o600)
			os.Exit(3)
		}
		return tries, nil
	})
	doomed = onInts(runtime.Task{Name: "Doomed", Retries: 2}, func(context.Context, int) (int, error) {
		os.Exit(4)
		return 0, nil
	})
	echo = onBytes(named("Echo"), func(_ context.Context, b []byte) ([]byte, error) { return b, nil })
	grow = onInts(named("Grow"), func(_ context.Context, n int) (int, error) { return n, nil })
	fds  = onBytes(named("FDs"), func(context.Context, []byte) ([]byte, error) {
		out, err := exec.Command("ls", "-l", "/proc/self/fd").Output()
		return out, err
	})
	args = onBytes(named("Args"), func(context.Context, []byte) ([]byte, error) {
		wd, _ := os.Getwd()
		return []byte(strings.Join(os.Args[1:], " ") + "|" + wd + "|" + os.Getenv("PROCESS_TEST_ENV") + "|" +
			fmt.Sprint(goruntime.GOMAXPROCS(0)) + "|" + os.Getenv("OFFING_WORKER")), nil
	})
	nested = onBytes(named("NestedPool"), func(context.Context, []byte) ([]byte, error) {
		_, err := process.NewPool(process.Config{})
		return nil, err
	})
)

//go:noinline
func deep(n int) int {
	if n < 0 {
		return 0
	}
	return deep(n+1) + 1
}
