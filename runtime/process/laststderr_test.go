//go:build unix

package process_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

// lastWords writes a line and ends the worker.
var lastWords = onInts(named("LastWords"), func(_ context.Context, n int) (int, error) {
	fmt.Fprintln(os.Stderr, "last", n)
	os.Exit(4)
	return n, nil
})

// What a call before wrote is no reason of the next one's.
func TestLastLineIsOfTheLastCall(t *testing.T) {
	for _, lanes := range []int{1, 2} {
		var log records
		p := newPool(t, process.Config{Workers: 1, TasksPerWorker: lanes, Logger: slog.New(&log)})
		must(t, p, say, 1)
		log.await(t, "err 1", 0) // it is in the tail before
		_, err := do(t, p, exit, 4)
		var how *process.ExitError
		if !errors.As(err, &how) || how.Stderr != "err 1\n" || strings.Contains(err.Error(), "stderr") {
			t.Errorf("%d lanes: %v, %+v", lanes, err, how)
		}
		must(t, p, say, 2)
		log.await(t, "err 2", 0)
		_, err = do(t, p, lastWords, 3)
		if !errors.As(err, &how) || how.Stderr != "err 2\nlast 3\n" || !strings.HasSuffix(err.Error(), ": exit status 4: stderr: last 3") {
			t.Errorf("%d lanes: %v, %+v", lanes, err, how)
		}
	}
}
