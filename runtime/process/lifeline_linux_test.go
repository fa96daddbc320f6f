package process_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime/process"
)

func init() {
	parents["started"] = parentOfStarted
	parents["wrapped"] = parentOfWrapped
}

// parentOfStarted prints what its worker has started, and the worker.
func parentOfStarted() {
	p := openPool(process.Config{Workers: 1})
	ctx := context.Background()
	child, _ := submit(ctx, p, grandchild, 0).Result(ctx)
	fmt.Println(child, p.Workers()[0].PID)
	select {}
}

// parentOfWrapped prints the number of a worker that never gets as far as to run the program.
func parentOfWrapped() {
	file := os.Getenv("PROCESS_TEST_FILE")
	p := openPool(process.Config{Workers: 1, StartTimeout: time.Hour, Command: []string{"sh", "-c", "sleep .2; echo $$ >" + file + ".new; mv " + file + ".new " + file + "; exec sleep 1000"}})
	submit(context.Background(), p, square, 1)
	for !exists(file) {
		time.Sleep(time.Millisecond)
	}
	id, _ := os.ReadFile(file)
	fmt.Println(strings.TrimSpace(string(id)))
	select {}
}

func openPool(c process.Config) *process.Pool {
	time.AfterFunc(time.Minute, func() { panic("nobody kills the parent") })
	p, err := process.NewPool(c)
	if err != nil {
		panic(err)
	}
	return p
}

// As pkill does, which has no order that one could rely on. That what is left dies is for
// nobody in user space: all who knew of it are dead.
func TestG6_ParentAndWorkerKilledAtOnce(t *testing.T) {
	for i := range 8 {
		parent, pids := startParent(t, "started")
		if len(pids) != 2 {
			t.Fatalf("what was started, and its worker: %v", pids)
		}
		first, second := parent.Pid, pids[1]
		if i%2 == 0 {
			first, second = second, first
		}
		syscall.Kill(first, syscall.SIGKILL)
		syscall.Kill(second, syscall.SIGKILL)
		awaitEnd(t, pids)
	}
}

func TestG6_ParentKilledBeforeItsWorkerRuns(t *testing.T) {
	parent, pids := startParent(t, "wrapped")
	parent.Kill()
	if len(pids) != 1 || pids[0] == 0 {
		t.Fatalf("worker: %v", pids)
	}
	awaitEnd(t, pids)
}
