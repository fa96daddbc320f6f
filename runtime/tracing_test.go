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

// An execution trace shows each call as a task, from Submit to its outcome, with
// what the task marks under its ctx, below the task that the submitter is in.
func TestCallsAreTasksOfTheTrace(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command, which reads traces, is not here")
	}
	file := filepath.Join(t.TempDir(), "trace")
	var buf bytes.Buffer
	if err := trace.Start(&buf); err != nil {
		t.Skip("somebody else takes a trace: ", err)
	}
	p := newPool(t, 1)
	ctx, outer := trace.NewTask(t.Context(), "outer")
	submit(ctx, p, traced, 3).Result(t.Context())
	refused := submit(ctx, p, half, 3)
	refused.Result(t.Context())
	canceled := submit(ctx, p, square, 3)
	canceled.Cancel()
	outer.End()
	p.Shutdown(t.Context())
	trace.Stop()
	if err := os.WriteFile(file, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(tool, "tool", "trace", "-d=parsed", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
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
