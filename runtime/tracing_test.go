package runtime_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/trace"
	"testing"

	"github.com/offing-go/offing/runtime"
)

var traced = intTask("Traced", runtime.Task{}, func(ctx context.Context, n int) (int, error) {
	trace.Log(ctx, "step", "inside")
	defer trace.StartRegion(ctx, "measured").End()
	return n * n, nil
})

// traceOf returns the events of the execution trace that is taken while f runs, one
// a line. It skips the test where no trace can be had.
func traceOf(t *testing.T, f func()) []byte {
	t.Helper()
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command, which reads traces, is not here")
	}
	file := filepath.Join(t.TempDir(), "trace")
	var buf bytes.Buffer
	if err := trace.Start(&buf); err != nil {
		t.Skip("somebody else takes a trace: ", err)
	}
	f()
	trace.Stop()
	if err := os.WriteFile(file, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(tool, "tool", "trace", "-d=parsed", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return text
}

// An execution trace shows each call as a task, from Submit to its outcome, with
// what the task marks under its ctx, below the task that the submitter is in.
func TestCallsAreTasksOfTheTrace(t *testing.T) {
	text := traceOf(t, func() {
		p := newPool(t, 1)
		ctx, outer := trace.NewTask(t.Context(), "outer")
		submit(ctx, p, traced, 3).Result(t.Context())
		refused := submit(ctx, p, half, 3)
		refused.Result(t.Context())
		canceled := submit(ctx, p, square, 3)
		canceled.Cancel()
		outer.End()
		p.Shutdown(t.Context())
	})
	id := func(pattern string) string {
		t.Helper()
		m := regexp.MustCompile(pattern).FindSubmatch(text)
		if m == nil {
			t.Fatalf("no event matches %s in\n%s", pattern, text)
		}
		return string(m[1])
	}
	parent := id(`TaskBegin .*ID=(\d+) .*Type="outer"`)
	task := id(`TaskBegin .*ID=(\d+) Parent=` + parent + ` Type="runtime_test.Traced"`)
	id(`(RegionBegin) .*Task=` + task + ` Type="measured"`)
	id(`(Log) .*Task=` + task + ` Category="step" Message="inside"`)
	id(`(TaskEnd) .*ID=` + task + `\b`)
	for _, name := range []string{"Half", "Square"} {
		id(`(TaskEnd) .*ID=` + id(`TaskBegin .*ID=(\d+) Parent=`+parent+` Type="runtime_test.`+name+`"`) + `\b`)
	}
}

// A call of SubmitAll is one task of the trace too, whether the pool could take
// them all at once, has a bounded queue, or is closed.
func TestSubmitAllTracesEachCallOnce(t *testing.T) {
	const n = 3
	for name, config := range map[string]runtime.PoolConfig{
		"open":    {Workers: 1},
		"bounded": {Workers: 1, Queue: 2},
		"closed":  {Workers: 1},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := runtime.NewPool(config)
			if err != nil {
				t.Fatal(err)
			}
			if name == "closed" {
				p.Shutdown(t.Context())
			}
			text := traceOf(t, func() {
				_ = runtime.SubmitAll(t.Context(), p, traced, make([]int, n))
				p.Shutdown(t.Context())
			})
			for _, event := range []string{"TaskBegin", "TaskEnd"} {
				if got := len(regexp.MustCompile(event+` .*Type="runtime_test.Traced"`).FindAll(text, -1)); got != n {
					t.Errorf("%d calls have %d events %s in\n%s", n, got, event, text)
				}
			}
		})
	}
}

// The context keeps its meaning while a trace is taken.
func TestSuiteUnderATrace(t *testing.T) {
	if err := trace.Start(new(bytes.Buffer)); err != nil {
		t.Skip("somebody else takes a trace: ", err)
	}
	defer trace.Stop()
	for name, test := range map[string]func(*testing.T){
		"nested": TestG7_MapAndStreamInsideATask, "pending": TestSubmitContextEndsAPendingCallAtOnce,
		"running": TestCancelOfARunningCall, "timeout": TestTaskTimeoutCountsRunningTime,
		"room": TestG9_SubmitWaitsForRoomAndObeysContext, "queued": TestShutdownRunsWhatIsQueued,
		"callbacks": TestShutdownFromTwoCallbacksAtOnce, "close": TestG1_EveryCallSettlesWhileThePoolCloses,
	} {
		t.Run(name, test)
	}
}
