//go:build unix

package process_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// underShell is a pool whose workers a shell makes of itself.
func underShell(t *testing.T, before, redirect string) *process.Pool {
	return newPool(t, process.Config{Workers: 1, Command: []string{"/bin/sh", "-c", before + `exec "$0" ` + redirect, os.Args[0]}})
}

func noHello(err error) bool {
	return errors.Is(err, runtime.ErrBroken) && strings.Contains(err.Error(), "no hello")
}

// A command that keeps descriptors from the worker is a start that fails, whichever it is:
// the calls that are queued are not tried one by one.
func TestCommandThatClosesDescriptors(t *testing.T) {
	for _, redirect := range []string{"3<&-", "4>&-", "5<&-", "6<&-", "7>&-"} {
		if _, err := do(t, underShell(t, "", redirect), square, 3); !noHello(err) {
			t.Errorf("%s: %v", redirect, err)
		}
	}
}

// So is one that leaves the worker too few for what it opens itself.
func TestCommandThatAllowsFewDescriptors(t *testing.T) {
	for n := range 12 {
		limit := fmt.Sprintf("ulimit -n %d; ", 9+n)
		if v, err := do(t, underShell(t, limit, ""), square, 3); v != 9 && !noHello(err) {
			t.Errorf("%s: %d, %v", limit, v, err)
		}
	}
}
