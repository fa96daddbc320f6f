//go:build unix

package process_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

const healed = "offing: worker process died and its call is tried again"

// A death that a retry heals is in no error, so the log has it, once.
func TestHealedDeathIsLogged(t *testing.T) {
	for _, lanes := range []int{1, 2} {
		var log records
		p := newPool(t, process.Config{Workers: 1, TasksPerWorker: lanes, Logger: slog.New(&log)})
		var calls []*runtime.Future[[]byte]
		for range lanes {
			calls = append(calls, submit(t.Context(), p, flaky, []byte(t.TempDir()+"/tries")))
		}
		for _, f := range calls {
			f.Result(t.Context())
		}
		log.await(t, healed, 0)
		log.await(t, healed, 1)
		p.Close()
		seen := map[int]bool{}
		for _, r := range log.all {
			switch {
			case r.message != healed:
			case r.task != flaky.Name || r.exit == nil || r.exit.Code != 3 || seen[r.exit.PID]:
				t.Errorf("%d lanes: got %+v, %+v", lanes, r, r.exit)
			default:
				seen[r.exit.PID] = true
			}
		}
	}
}

// A program that ends, and well, without a hello has a main of its own.
func TestNoHelloSaysWhatToLookFor(t *testing.T) {
	for command, want := range map[string]bool{"true": true, "false": false} {
		p := newPool(t, process.Config{Workers: 1, Command: []string{command}})
		_, err := do(t, p, square, 1)
		if err == nil || strings.Contains(err.Error(), "ended before it called process.Main") != want {
			t.Errorf("%s: got %v", command, err)
		}
	}
}

// A pool without a name is not called by it.
func TestMessagesOfAPoolWithoutName(t *testing.T) {
	for name, want := range map[string]string{"": "offing: Workers must", "a": `offing: pool "a": Workers must`} {
		if _, err := process.NewPool(process.Config{Name: name, Workers: -1}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v", name, err)
		}
	}
}
