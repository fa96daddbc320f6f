//go:build unix

package process_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

var (
	// once crashes at its first two runs and fails from the fourth on.
	once = onBytes(named("Once"), func(_ context.Context, file []byte) ([]byte, error) {
		runs, _ := os.ReadFile(string(file))
		switch {
		case len(runs) < 2:
			os.WriteFile(string(file), append(runs, '.'), 0o600)
			os.Exit(3)
		case len(runs) > 2:
			return nil, errTask
		}
		return runs, nil
	})
	exitAt = onInts(named("ExitAt"), func(_ context.Context, n int) (int, error) {
		if n < 0 {
			os.Exit(-n)
		}
		return n, nil
	})
)

// replay runs this program on a saved call.
func replay(t *testing.T, file string) (stdout, stderr string, status int) {
	self, _ := os.Executable()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "OFFING_REPLAY="+file)
	var out, err strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &err
	cmd.Run()
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

// saved returns the one file in dir.
func saved(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.offing")
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	about, err := os.Stat(files[0])
	if err != nil || about.Mode().Perm() != 0o600 {
		t.Fatal(about, err)
	}
	return files[0]
}

func TestReplayOfACrash(t *testing.T) {
	dir := t.TempDir() + "/dump"
	p := newPool(t, process.Config{Workers: 1, Dump: dir})
	for range 3 {
		_, err := do(t, p, exit, 77)
		var exit *process.ExitError
		if !errors.As(err, &exit) || exit.Saved != saved(t, dir) || !strings.Contains(err.Error(), exit.Saved) {
			t.Fatalf("got %v", err)
		}
	}
	out, text, status := replay(t, saved(t, dir))
	if status != 77 || out != "" || !strings.Contains(text, "process_test.Exit with 8 bytes of arguments\n") ||
		!strings.Contains(text, "exit status 77") {
		t.Fatalf("%d\n%s%s", status, out, text)
	}
}

func TestReplayReturns(t *testing.T) {
	dir := t.TempDir()
	p := newPool(t, process.Config{Workers: 1, Dump: dir, Logger: slog.New(slog.DiscardHandler)})
	tries := t.TempDir() + "/tries"
	for range 2 { // twice on workers, then in the test's replay, which is the third run
		if _, err := do(t, p, once, []byte(tries)); err == nil {
			t.Fatal("it did not crash")
		}
	}
	if out, text, status := replay(t, saved(t, dir)); status != 0 || out != "[46 46]\n" {
		t.Fatalf("%d\n%s%s", status, out, text)
	}
	os.WriteFile(tries, []byte("too many"), 0o600)
	if out, text, status := replay(t, saved(t, dir)); status != 1 || out != "" || !strings.Contains(text, "task failed") {
		t.Fatalf("%d\n%s%s", status, out, text)
	}
}

func TestReplayOfACallKilledForTime(t *testing.T) {
	var log records
	dir := t.TempDir()
	p := newPool(t, process.Config{Workers: 1, Grace: 10 * time.Millisecond, Dump: dir, Logger: slog.New(&log)})
	if _, err := do(t, p, late, []byte(dir+"/runs")); !errors.Is(err, runtime.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
	got := log.await(t, killedLate, 0)
	content, err := os.ReadFile(saved(t, dir))
	if err != nil || got.exit.Saved != saved(t, dir) || !strings.Contains(string(content), got.exit.Stacks) {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestTimeoutsThatReturnAreSavedToo(t *testing.T) {
	var log records
	dir := t.TempDir()
	p := newPool(t, process.Config{Workers: 1, Grace: time.Minute, Dump: dir, Logger: slog.New(&log)})
	if _, err := do(t, p, obeyTimeout, 0); !errors.Is(err, runtime.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
	if got := log.await(t, "offing: call saved", 0); got.file != saved(t, dir) || got.task != obeyTimeout.Name {
		t.Fatalf("%+v", got)
	}
	f := submit(t.Context(), p, obey, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	f.Cancel()
	must(t, p, square, 1)
	must(t, p, square, 2)
	saved(t, dir) // a cancel is nobody's fault
}

func TestReplayOfABatch(t *testing.T) {
	dir := t.TempDir()
	p := newPool(t, process.Config{Workers: 1, Dump: dir})
	items := make([]int, 100)
	items[55] = -4
	_, err := runtime.Map(t.Context(), p, exitAt, items, runtime.Chunk(10))
	var item *runtime.ItemError
	if !errors.As(err, &item) || item.Index != 55 || !errors.Is(err, runtime.ErrCrashed) {
		t.Fatalf("got %v", err)
	}
	if _, text, status := replay(t, saved(t, dir)); status != 4 || !strings.Contains(text, "item 5 of its batch") {
		t.Fatalf("%d\n%s", status, text)
	}
}

func TestReplayIsRefused(t *testing.T) {
	dir := t.TempDir()
	p := newPool(t, process.Config{Workers: 1, Dump: dir})
	do(t, p, exit, 77)
	file := saved(t, dir)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(string(content), exit.Shape, strings.ToUpper(exit.Shape), 1)
	for what, c := range map[string]struct{ content, want string }{
		"shape": {other, strings.ToUpper(exit.Shape) + " in the one that saved it"},
		"cut":   {string(content[:len(content)-1]), "not a call saved"},
		"junk":  {"hello", "not a call saved"},
	} {
		os.WriteFile(file, []byte(c.content), 0o600)
		if _, text, status := replay(t, file); status != 1 || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d\n%s", what, status, text)
		}
	}
	if _, text, status := replay(t, dir+"/none"); status != 1 || !strings.Contains(text, "no such file") {
		t.Errorf("%d\n%s", status, text)
	}
}

func TestDumpMustBeADirectory(t *testing.T) {
	file := t.TempDir() + "/file"
	os.WriteFile(file, nil, 0o600)
	if p, err := process.NewPool(process.Config{Dump: file}); err == nil {
		p.Close()
		t.Fatal("accepted")
	}
}

// Nothing is written for calls that were lost by no fault of theirs.
func TestCloseSavesNothing(t *testing.T) {
	dir := t.TempDir()
	p := newPool(t, process.Config{Workers: 1, Dump: dir})
	f := submit(t.Context(), p, spin, 0)
	eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	p.Close()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Fatal(entries, err)
	}
}
