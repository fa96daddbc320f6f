//go:build unix

package process_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A command that keeps descriptors from the worker is a start that fails, whichever it is:
// the calls that are queued are not tried one by one.
func TestCommandThatClosesDescriptors(t *testing.T) {
	for _, redirect := range []string{"3<&-", "4>&-", "5<&-", "6<&-", "7>&-"} {
		t.Run(redirect, func(t *testing.T) {
			p := newPool(t, process.Config{Workers: 1, Command: []string{"/bin/sh", "-c", `exec "$0" ` + redirect, os.Args[0]}})
			_, err := do(t, p, square, 3)
			if !errors.Is(err, runtime.ErrBroken) || !strings.Contains(err.Error(), "no hello") {
				t.Errorf("got %v", err)
			}
		})
	}
}
