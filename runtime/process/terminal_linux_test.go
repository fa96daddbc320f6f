package process_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// interrupted waits for SIGINT, which should not come, and returns how often it
// did once its context ends.
var interrupted = onInts(named("Interrupted"), func(ctx context.Context, _ int) (int, error) {
	signals := make(chan os.Signal, 10)
	signal.Notify(signals, syscall.SIGINT)
	<-ctx.Done()
	if n := len(signals); n > 0 {
		fmt.Fprintln(os.Stderr, "the worker was interrupted")
	}
	return 0, nil
})

func init() {
	parents["terminal"] = parentAtTerminal
	parents["returns"] = func() { parentThatReturns(false) }
	parents["waits"] = func() { parentThatReturns(true) }
}

// parentAtTerminal runs calls until Ctrl-C, as a program with a terminal does.
func parentAtTerminal() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	p, err := process.NewPool(process.Config{Workers: 3})
	if err != nil {
		panic(err)
	}
	waits, spins := submit(ctx, p, interrupted, 0), submit(ctx, p, spin, 0)
	submit(ctx, p, square, 1).Result(ctx)
	for waits.State() != runtime.Running || spins.State() != runtime.Running {
		time.Sleep(time.Millisecond)
	}
	printPids(p)
	for _, f := range []*runtime.Future[int]{waits, spins} {
		if _, err := f.Result(context.Background()); !errors.Is(err, runtime.ErrCanceled) {
			fmt.Println("got", err)
		}
	}
	p.Close()
	fmt.Println("clean")
	os.Exit(0)
}

// parentThatReturns submits a call, does not wait for it, and returns from main:
// at once, or after the call.
func parentThatReturns(wait bool) {
	p, err := process.NewPool(process.Config{Workers: 2})
	if err != nil {
		panic(err)
	}
	f := submit(context.Background(), p, nap, 300_000)
	for f.State() != runtime.Running {
		time.Sleep(time.Millisecond)
	}
	printPids(p)
	ended, end := context.WithCancel(context.Background())
	end()
	p.Shutdown(ended) // does not wait
	if wait {
		if n, err := f.Result(context.Background()); n != 300_000 || err != nil {
			fmt.Println("got", n, err)
		}
		p.Shutdown(context.Background())
	}
	os.Exit(0)
}

func printPids(p *process.Pool) {
	for _, w := range p.Workers() {
		fmt.Print(w.PID, " ")
	}
	fmt.Println()
}

func TestA46_MainReturns(t *testing.T) {
	for _, how := range []string{"returns", "waits"} {
		t.Run(how, func(t *testing.T) {
			self, _ := os.Executable()
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), "PROCESS_TEST_PARENT="+how)
			var stderr strings.Builder
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil || stderr.Len() > 0 {
				t.Fatalf("%v\n%s", err, stderr.String())
			}
			goneAfter(t, string(out))
		})
	}
}

// goneAfter checks that a parent printed the process ids of its workers, nothing
// else, and that none is left.
func goneAfter(t *testing.T, line string) {
	t.Helper()
	fields := strings.Fields(line)
	if len(fields) == 0 {
		t.Fatal("no workers")
	}
	for _, field := range fields {
		id, err := strconv.Atoi(field)
		if err != nil {
			t.Fatalf("it printed %q", line)
		}
		eventually(t, "the end of worker "+field, func() bool { return !alive(id) })
	}
}

// TestF18_CtrlC presses Ctrl-C at a terminal of the parent's own.
func TestF18_CtrlC(t *testing.T) {
	terminal, name := openTerminal(t)
	far, err := os.OpenFile(name, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	self, _ := os.Executable()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "PROCESS_TEST_PARENT=terminal")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = far, far, far
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true} // standard input is its terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	far.Close()
	lines := bufio.NewReader(terminal)
	pids, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	terminal.Write([]byte{3}) // Ctrl-C
	rest, _ := io.ReadAll(lines)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v", err)
	}
	if text := strings.TrimSpace(string(rest)); strings.TrimSpace(strings.TrimPrefix(text, "^C")) != "clean" {
		t.Errorf("the terminal shows %q", text)
	}
	goneAfter(t, pids)
}

// openTerminal returns the near end of a new terminal and the name of its far
// one.
func openTerminal(t *testing.T) (near *os.File, name string) {
	near, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { near.Close() })
	var number, unlocked int32
	for request, value := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &unlocked} {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, near.Fd(), request, uintptr(unsafe.Pointer(value)))
		if errno != 0 {
			t.Skip(errno)
		}
	}
	return near, fmt.Sprint("/dev/pts/", number)
}
