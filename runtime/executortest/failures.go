package executortest

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var errorCases = []trial{
	{name: "A16_ZeroErrorIsAnError", run: zeroErrorIsAnError},
	{name: "A16_TypedNilIsAnError", run: typedNilIsAnError},
	{name: "A59_ErrorKeepsItsChain", run: errorKeepsItsChain},
	{name: "A59_UnknownErrorKeepsItsText", run: unknownErrorKeepsItsText},
	{name: "A58_PanicSettlesTheCall", run: panicSettles},
	{name: "G8_PanicSparesTheWorker", size: 1, run: panicSparesTheWorker},
	{name: "G8_GoexitSettlesTheCall", size: 1, run: goexitSettles},
}

func zeroErrorIsAnError(r *rig) {
	f := chores.SubmitFailZero(r.ctx, r.ex)
	if _, err := outcome(r, f); err == nil || err.Error() != "zero error" {
		r.Errorf("error %v, want the zero error", err)
	}
	wantState(r, f, runtime.Failed)
}

func typedNilIsAnError(r *rig) {
	f := chores.SubmitFailTypedNil(r.ctx, r.ex)
	if _, err := outcome(r, f); err == nil {
		r.Error("a nil pointer in an error became no error")
	}
	wantState(r, f, runtime.Failed)
}

func errorKeepsItsChain(r *rig) {
	_, err := outcome(r, chores.SubmitFail(r.ctx, r.ex, "cannot read", "some/path"))
	if !errors.Is(err, fs.ErrNotExist) {
		r.Errorf("error %v is not the sentinel at its end", err)
	}
	var at *fs.PathError
	if !errors.As(err, &at) || at.Path != "some/path" || at.Op != "open" {
		r.Errorf("error %v has no *fs.PathError with its fields: %+v", err, at)
	}
	if text := "cannot read: open some/path: file does not exist"; err == nil || err.Error() != text {
		r.Errorf("error %v, want %s", err, text)
	}
	var lost *runtime.TaskError
	if errors.As(err, &lost) {
		r.Errorf("the task's own error is wrapped in %T", lost)
	}
}

func unknownErrorKeepsItsText(r *rig) {
	_, err := outcome(r, chores.SubmitFailZero(r.ctx, r.ex))
	var own chores.ZeroError
	var remote *runtime.RemoteError
	switch {
	case errors.As(err, &own):
	case !errors.As(err, &remote):
		r.Errorf("error %v is neither itself nor a *RemoteError", err)
	case remote.Message != "zero error" || remote.Type != "chores.ZeroError":
		r.Errorf("remote error is %+v", remote)
	}
}

// wantPanic checks that a call ended in a panic with text, in a task of file.
func wantPanic(r *rig, f *runtime.Future[int], text, file string) {
	r.Helper()
	err := wantError(r, f, runtime.ErrPanic)
	wantState(r, f, runtime.Failed)
	wantStarted(r, err, true)
	var p *runtime.PanicError
	if !errors.As(err, &p) {
		r.Fatalf("error %v has no *PanicError", err)
	}
	if !strings.Contains(p.Value, text) {
		r.Errorf("panic value %q, want %q", p.Value, text)
	}
	if file != "" && !strings.Contains(string(p.Stack), file) {
		r.Errorf("the stack does not name %s:\n%s", file, p.Stack)
	}
}

func panicSettles(r *rig) {
	wantPanic(r, chores.SubmitPanic(r.ctx, r.ex, "x marks the spot"), "x marks the spot", "chores/failures.go")
	r.works()
}

func panicSparesTheWorker(r *rig) {
	before := r.pid()
	for range 3 {
		wantPanic(r, chores.SubmitPanic(r.ctx, r.ex, "x"), "x", "chores/failures.go")
	}
	if after := r.pid(); after != before {
		r.Errorf("a panic cost the worker process: %d became %d", before, after)
	}
}

func goexitSettles(r *rig) {
	before := r.pid()
	for range 3 {
		wantPanic(r, chores.SubmitGoexit(r.ctx, r.ex), "Goexit", "")
	}
	if after := r.pid(); after != before {
		r.Errorf("a Goexit cost the worker process: %d became %d", before, after)
	}
}
