package executortest

import (
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var retryCases = []trial{
	{name: "G1_RetryAfterFailure", run: retryAfterFailure},
	{name: "G1_RetriesEnd", run: retriesEnd},
	{name: "G1_PermanentIsNotRetried", run: permanentNotRetried},
	{name: "G5_RetryAfterCrash", size: 1, needs: process, run: retryAfterCrash},
}

func retryAfterFailure(r *rig) {
	want(r, chores.SubmitFlaky(r.ctx, r.ex, r.dir, "flaky", 2), 3)
}

func retriesEnd(r *rig) {
	_, err := outcome(r, chores.SubmitFlaky(r.ctx, r.ex, r.dir, "flaky", 100))
	if err == nil || err.Error() != chores.ErrFlaky.Error() {
		r.Errorf("error %v, want %v", err, chores.ErrFlaky)
	}
	if !r.marked("flaky.4") || r.marked("flaky.5") {
		r.Error("a task with 3 retries did not run 4 times")
	}
}

func permanentNotRetried(r *rig) {
	_, err := outcome(r, chores.SubmitHopeless(r.ctx, r.ex, r.dir, "hopeless"))
	if err == nil || err.Error() != chores.ErrFlaky.Error() {
		r.Errorf("error %v, want %v", err, chores.ErrFlaky)
	}
	if !r.marked("hopeless.1") || r.marked("hopeless.2") {
		r.Error("a permanent error was retried, or the task never ran")
	}
}

func retryAfterCrash(r *rig) {
	want(r, chores.SubmitFragile(r.ctx, r.ex, r.dir, "fragile", 2), 3)
	wantError(r, chores.SubmitFragile(r.ctx, r.ex, r.dir, "hopeless", 100), runtime.ErrCrashed)
	if !r.marked("hopeless.4") || r.marked("hopeless.5") {
		r.Error("a task with 3 retries did not run 4 times")
	}
	r.works()
}
