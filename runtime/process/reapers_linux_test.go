package process_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func init() {
	parents["reaps"] = func() { parentWithoutStatuses(reapAll) }
	parents["ignores"] = func() { parentWithoutStatuses(func() { signal.Ignore(syscall.SIGCHLD) }) }
}

// reapAll takes the status of every child, as a program does that is the first of its
// container.
func reapAll() {
	go func() {
		for {
			if _, err := syscall.Wait4(-1, nil, 0, nil); err != nil {
				time.Sleep(100 * time.Microsecond)
			}
		}
	}()
}

// parentWithoutStatuses uses pools after the statuses of children are lost, and prints what
// is wrong.
func parentWithoutStatuses(lose func()) {
	lose()
	for _, faults := range []func() []any{crashWithoutStatus, recycledWithoutStatus, idleWithoutStatus, startWithoutStatus} {
		for _, fault := range faults() {
			fmt.Println(fault)
		}
	}
	os.Exit(0)
}

func poolOf(c process.Config, log *records) *process.Pool {
	c.Workers, c.Logger = 1, slog.New(log)
	p, err := process.NewPool(c)
	if err != nil {
		panic(err)
	}
	return p
}

func resultOf(p *process.Pool, f *runtime.Func[int, int], n int) (int, error) {
	return submit(context.Background(), p, f, n).Result(context.Background())
}

// crashWithoutStatus has tasks end their worker. One of those that wait may have the
// status of a death, but not of all.
func crashWithoutStatus() (faults []any) {
	var log records
	p := poolOf(process.Config{}, &log)
	defer p.Close()
	lost := 0
	for i := 0; i < 10 || lost == 0 && i < 200; i++ {
		_, err := resultOf(p, exit, 3)
		var how *process.ExitError
		switch {
		case !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &how):
			faults = append(faults, err)
		case how.Code == -1 && how.Signal == "" && strings.Contains(how.Reason, "another wait in this program") &&
			strings.Contains(err.Error(), "exit status unknown: another wait"):
			lost++
		case how.Code != 3:
			faults = append(faults, fmt.Sprintf("%+v", how))
		}
		if n, err := resultOf(p, square, 3); n != 9 {
			faults = append(faults, err)
		}
	}
	if lost == 0 {
		faults = append(faults, "no status was lost")
	}
	if _, err := resultOf(p, background, 0); !strings.Contains(fmt.Sprint(err), ": panic: in the background") {
		faults = append(faults, err)
	}
	return faults
}

// recycledWithoutStatus has workers leave that are told to.
func recycledWithoutStatus() (faults []any) {
	var log records
	p := poolOf(process.Config{MaxTasks: 1}, &log)
	for i := range 10 {
		if n, err := resultOf(p, square, i); n != i*i {
			faults = append(faults, err)
		}
	}
	if err := p.Shutdown(context.Background()); err != nil {
		faults = append(faults, err)
	}
	p.Close()
	return append(faults, log.texts()...)
}

// idleWithoutStatus kills a worker that has no call, and closes the pool of another.
func idleWithoutStatus() (faults []any) {
	var log records
	p := poolOf(process.Config{}, &log)
	id, _ := resultOf(p, pid, 0)
	syscall.Kill(id, syscall.SIGKILL)
	for len(log.texts()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if texts := log.texts(); texts[0] != "offing: idle worker process died" {
		faults = append(faults, texts...)
	}
	resultOf(p, square, 3)
	p.Close()
	return append(faults, log.texts()[1:]...)
}

// startWithoutStatus starts what is no worker.
func startWithoutStatus() (faults []any) {
	var log records
	p := poolOf(process.Config{Command: []string{"/bin/true"}}, &log)
	defer p.Close()
	if _, err := resultOf(p, square, 3); !errors.Is(err, runtime.ErrBroken) {
		faults = append(faults, err)
	}
	return faults
}

// A program that waits for whatever child it has, or has the system do so, has the statuses
// of workers before the pool: the pool lives on, and says so.
func TestStatusTakenByAnotherWait(t *testing.T) {
	for _, how := range []string{"reaps", "ignores"} {
		t.Run(how, func(t *testing.T) {
			runParent(t, how)
		})
	}
}

// runParent runs one of parents, which has to end well and to print nothing.
func runParent(t *testing.T, how string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), "PROCESS_TEST_PARENT="+how)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v\n%s", err, out)
	}
}
