package executortest

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var crashCases = []trial{
	{name: "A57_ExitStatus", size: 1, needs: process, run: exitStatus},
	{name: "A57_FatalErrorAndSignal", size: 1, needs: process, run: fatalErrorAndSignal},
	{name: "F02_CrashesAmongMany", size: 4, needs: process, run: crashesAmongMany},
	{name: "G5_CrashSparesTheQueue", size: 1, needs: process, run: crashSparesTheQueue},
	{name: "G5_CrashInAStream", size: 2, needs: process, run: crashInStream},
	{name: "A61_CrashDuringShutdown", size: 2, needs: process | shutdown, run: crashDuringShutdown},
}

// wantCrash checks that a call cost its worker process pid, and how, unless
// those are empty.
func wantCrash[T any](r *rig, f *runtime.Future[T], pid int, task, how string) {
	r.Helper()
	err := wantError(r, f, runtime.ErrCrashed)
	wantState(r, f, runtime.Failed)
	if err == nil {
		return
	}
	wantStarted(r, err, true)
	for _, part := range []string{task, how} {
		if !strings.Contains(err.Error(), part) {
			r.Errorf("error %q does not say %q", err, part)
		}
	}
	if pid != 0 && !strings.Contains(err.Error(), strconv.Itoa(pid)) {
		r.Errorf("error %q does not name process %d", err, pid)
	}
}

func exitStatus(r *rig) {
	pid := r.pid()
	wantCrash(r, chores.SubmitRisky(r.ctx, r.ex, -99), pid, "chores.Risky", "99")
	pid = r.pid()
	wantCrash(r, chores.SubmitExitZero(r.ctx, r.ex), pid, "chores.ExitZero", "0")
	r.works()
}

func fatalErrorAndSignal(r *rig) {
	pid := r.pid()
	wantCrash(r, chores.SubmitOverflow(r.ctx, r.ex), pid, "chores.Overflow", "stack overflow")
	pid = r.pid()
	wantCrash(r, chores.SubmitKillSelf(r.ctx, r.ex), pid, "chores.KillSelf", "killed")
	r.works()
}

func crashesAmongMany(r *rig) {
	const n, every = 200, 20
	calls := make(futures, n)
	for i := range calls {
		if i%every == every-1 {
			calls[i] = chores.SubmitRisky(r.ctx, r.ex, -3)
		} else {
			calls[i] = chores.SubmitRisky(r.ctx, r.ex, i)
		}
	}
	for i, f := range calls {
		if i%every == every-1 {
			wantCrash(r, f, 0, "chores.Risky", "3")
		} else {
			want(r, f, i*i)
		}
	}
	r.works()
}

func crashSparesTheQueue(r *rig) {
	r.running("gate")
	crash := chores.SubmitRisky(r.ctx, r.ex, -1)
	queued := chores.SubmitAllSquare(r.ctx, r.ex, slices.Collect(numbers(20)))
	canceled := r.gate("canceled")
	r.open("gate")
	canceled.Cancel()
	wantCrash(r, crash, 0, "chores.Risky", "1")
	for i, f := range queued {
		want(r, f, i*i)
	}
	wantError(r, canceled, runtime.ErrCanceled)
}

// crashInStream checks that of a chunk only the item that ran is lost.
func crashInStream(r *rig) {
	items := slices.Collect(numbers(40))
	items[7], items[8], items[25] = -3, -4, -5
	for _, chunk := range []int{1, 10, 40} {
		i := 0
		for n, err := range chores.StreamRisky(r.ctx, r.ex, slices.Values(items), runtime.Chunk(chunk)) {
			var item *runtime.ItemError
			switch lost := errors.As(err, &item); {
			case items[i] >= 0 && (n != i*i || err != nil):
				r.Errorf("chunk %d, item %d: %d, %v", chunk, i, n, err)
			case items[i] < 0 && (!lost || item.Index != i || !errors.Is(err, runtime.ErrCrashed)):
				r.Errorf("chunk %d, item %d: error %v, want a crash", chunk, i, err)
			}
			i++
		}
		if i != len(items) {
			r.Errorf("chunk %d: %d elements", chunk, i)
		}
	}
}

func crashDuringShutdown(r *rig) {
	gate := r.running("gate")
	crash, after := chores.SubmitRisky(r.ctx, r.ex, -7), r.gate("after")
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.shutdown()
	}()
	r.openAll()
	wantCrash(r, crash, 0, "chores.Risky", "7")
	must(r, gate)
	must(r, after)
	<-done
	r.wantClosed()
}
