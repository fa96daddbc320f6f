//go:build unix

package process_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime"
)

// otherTasks is a worker of a program with more tasks and errors.
func otherTasks() {
	onInts(named("OnlyThere"), func(_ context.Context, n int) (int, error) { return n, nil })
	runtime.DefineError("process_test.errThere", errors.New("there"))
}

func TestF24_MismatchSaysWhatDiffers(t *testing.T) {
	for child, want := range map[string][]string{
		"other": {"\n\ttask process_test.OnlyThere: only in the worker's", "\n\terror process_test.errThere: only in the worker's"},
		"hostile": {"\n\ttask process_test.Square has other types:\n" +
			"\t\there:   func(int) int\n" +
			"\t\tworker: func(string) int\n" +
			"\t\t             ^", "\n\tand "},
	} {
		p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD="+child, "PROCESS_TEST_ATTACK=listing"))
		_, err := do(t, p, square, 1)
		if !errors.Is(err, runtime.ErrBroken) {
			t.Fatalf("%s: got %v", child, err)
		}
		for _, want := range append(want, "the worker's program does not fit: its tasks have fingerprint ") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: no %q in %v", child, want, err)
			}
		}
	}
}

// A hello that has more to say than anybody would read is a mismatch all the
// same.
func TestG12_HostileListing(t *testing.T) {
	for _, attack := range []string{"listing of junk", "long listing"} {
		p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK="+attack))
		_, err := do(t, p, square, 1)
		if !errors.Is(err, runtime.ErrBroken) || !strings.Contains(err.Error(), "build both from the same source") || len(err.Error()) > 1<<10 {
			t.Errorf("%s: got %v", attack, err)
		}
	}
}

// A marker of another form, which another version of offing writes, is no
// riddle.
func TestMarkerOfAnotherForm(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	worker := exec.Command(self)
	worker.Env = append(os.Environ(), "OFFING_WORKER=1 1048576 3 4 5 6 7")
	out, err := worker.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "build pool and worker with the same") {
		t.Errorf("got %v, %s", err, out)
	}
}
