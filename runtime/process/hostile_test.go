//go:build unix

package process_test

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// badStart is a worker that does not come up.
func badStart(how string) {
	noteStart()
	switch {
	case how == "exit":
		fmt.Fprintln(os.Stderr, "boom")
		os.Exit(9)
	case how == "panic":
		panic("boom")
	case how == "hang":
		time.Sleep(time.Hour)
	case strings.HasPrefix(how, "until:"):
		if _, err := os.Stat(strings.TrimPrefix(how, "until:")); err != nil {
			fmt.Fprintln(os.Stderr, "boom")
			os.Exit(9)
		}
	}
	// Go on to Main: it works now.
}

func otherProgram(t *testing.T, env ...string) process.Config {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return process.Config{Workers: 1, Command: []string{self}, Env: env}
}

func TestG12_HostileWorker(t *testing.T) {
	for attack, want := range map[string]error{
		"half": runtime.ErrCrashed, "task": runtime.ErrCrashed,
		"id": runtime.ErrCrashed, "kind": runtime.ErrCrashed, "length": runtime.ErrCrashed, "promise": runtime.ErrCrashed,
		"empty": runtime.ErrEncoding, "junk": runtime.ErrEncoding, "junk error": runtime.ErrEncoding,
		"nil error": runtime.ErrEncoding, "early end": runtime.ErrEncoding,
		"row of strangers": runtime.ErrCrashed, "row of others": runtime.ErrCrashed, "empty row": runtime.ErrCrashed,
		"cut row": runtime.ErrCrashed, "row of junk": runtime.ErrEncoding, "row": nil,
	} {
		t.Run(attack, func(t *testing.T) {
			p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK="+attack))
			for range 3 {
				if _, err := do(t, p, square, 7); !errors.Is(err, want) {
					t.Fatalf("got %v, want %v", err, want)
				}
			}
		})
	}
}

// What a worker sends after the end of a batch must not reach what is the user's
// by then, which the race detector would see.
func TestG12_OutcomesAfterTheEnd(t *testing.T) {
	p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK=after"))
	for range 10 {
		got, err := runtime.Map(t.Context(), p, square, make([]int, 3000), runtime.Chunk(3000))
		if err == nil {
			t.Fatal("no error")
		}
		for i := range got {
			got[i]++
		}
	}
}

// What follows an outcome and cannot be one costs the worker, and the item that was next.
func TestG12_BrokenPart(t *testing.T) {
	p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK=cut"))
	for range 3 {
		_, err := runtime.Map(t.Context(), p, square, []int{7, 7, 7}, runtime.Chunk(3))
		var item *runtime.ItemError
		if !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &item) || item.Index != 1 {
			t.Fatalf("got %v", err)
		}
	}
}

// A batch that never ends costs its worker, not a place for ever.
func TestG12_BatchWithoutAnEnd(t *testing.T) {
	c := otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK=no end")
	c.Grace = 10 * time.Millisecond
	p := newPool(t, c)
	for range 3 {
		if got, err := runtime.Map(t.Context(), p, square, []int{7}); err != nil || got[0] != 49 {
			t.Fatal(got, err)
		}
	}
}

// The death of a worker is seen even if something else holds its pipes.
func TestF09_HeirOfTheResults(t *testing.T) {
	heirs := t.TempDir() + "/heirs"
	os.WriteFile(heirs, nil, 0o600)
	p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK=heir", "PROCESS_TEST_HEIRS="+heirs))
	t.Cleanup(func() {
		pids, _ := os.ReadFile(heirs)
		for _, field := range strings.Fields(string(pids)) {
			id, _ := strconv.Atoi(field)
			syscall.Kill(id, syscall.SIGKILL)
		}
	})
	if _, err := do(t, p, square, 7); !errors.Is(err, runtime.ErrCrashed) {
		t.Fatalf("got %v", err)
	}
	p.Close()
}

// While nobody submits, spares that do not live are not started without end.
func TestSparesThatDieAreGivenUp(t *testing.T) {
	for name, attack := range map[string]string{"after the hello": "hello and exit", "before": "version"} {
		t.Run(name, func(t *testing.T) {
			starts := t.TempDir() + "/starts"
			os.WriteFile(starts, nil, 0o600)
			c := otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK="+attack, "PROCESS_TEST_STARTS="+starts)
			c.Spare = true
			p := newPool(t, c)
			count := func() int { b, _ := os.ReadFile(starts); return len(b) }
			eventually(t, "the last try", func() bool { return count() > 0 && len(p.Workers()) == 0 })
			time.Sleep(200 * time.Millisecond) // longer than the pauses between the first tries
			if n := count(); n > 5 {
				t.Errorf("%d starts", n)
			}
		})
	}
}

func TestG12_HostileWorkerRepliesTwice(t *testing.T) {
	p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK=twice"))
	for range 5 {
		if v, err := do(t, p, square, 7); err != nil && !errors.Is(err, runtime.ErrCrashed) || err == nil && v != 49 {
			t.Fatalf("got %d, %v", v, err)
		}
	}
}

// What runs before Main, such as init functions, is the initializer of a worker.
func TestF13_StartFails(t *testing.T) {
	for how, want := range map[string]string{"exit": "boom", "panic": "boom"} {
		t.Run(how, func(t *testing.T) {
			starts := t.TempDir() + "/starts"
			os.WriteFile(starts, nil, 0o600)
			p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=start", "PROCESS_TEST_START="+how, "PROCESS_TEST_STARTS="+starts))
			var futures []*runtime.Future[int]
			for i := range 3 {
				futures = append(futures, submit(t.Context(), p, square, i))
			}
			for _, f := range futures {
				_, err := f.Result(t.Context())
				var exit *process.ExitError
				if !errors.Is(err, runtime.ErrBroken) || errors.Is(err, runtime.ErrCrashed) ||
					!errors.As(err, &exit) || !strings.Contains(err.Error(), want) {
					t.Fatalf("got %v", err)
				}
			}
			if n, _ := os.ReadFile(starts); len(n) == 0 || len(n) > 6 {
				t.Errorf("%d starts", len(n))
			}
			if _, err := do(t, p, square, 3); !errors.Is(err, runtime.ErrBroken) { // tries again
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestF13_StartTimeout(t *testing.T) {
	c := otherProgram(t, "PROCESS_TEST_CHILD=start", "PROCESS_TEST_START=hang")
	c.StartTimeout = 50 * time.Millisecond
	p := newPool(t, c)
	for range 10 { // a machine that is very busy may cut the stacks short
		_, err := do(t, p, square, 1)
		var exit *process.ExitError
		if !errors.Is(err, runtime.ErrBroken) || !strings.Contains(err.Error(), "not ready within 50ms") || !errors.As(err, &exit) {
			t.Fatalf("got %v", err)
		}
		if strings.Contains(exit.Stacks, "process_test.badStart(") {
			return
		}
	}
	t.Error("no stack that says where it hangs")
}

func TestF13_StartRecovers(t *testing.T) {
	file := t.TempDir() + "/works"
	p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=start", "PROCESS_TEST_START=until:"+file))
	if _, err := do(t, p, square, 1); !errors.Is(err, runtime.ErrBroken) {
		t.Fatalf("got %v", err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if v := must(t, p, square, 3); v != 9 {
		t.Fatal(v)
	}
}

func TestF24_MismatchIsNoHang(t *testing.T) {
	for attack, want := range map[string]string{"version": "version", "fingerprint": "fingerprint", "garbage": "invalid frame"} {
		t.Run(attack, func(t *testing.T) {
			p := newPool(t, otherProgram(t, "PROCESS_TEST_CHILD=hostile", "PROCESS_TEST_ATTACK="+attack))
			_, err := do(t, p, square, 1)
			if !errors.Is(err, runtime.ErrBroken) || !strings.Contains(err.Error(), want) {
				t.Fatalf("got %v", err)
			}
		})
	}
	t.Run("program removed", func(t *testing.T) {
		program := t.TempDir() + "/program"
		if err := os.WriteFile(program, nil, 0o700); err != nil {
			t.Fatal(err)
		}
		p := newPool(t, process.Config{Command: []string{program}})
		if err := os.Remove(program); err != nil {
			t.Fatal(err)
		}
		if _, err := do(t, p, square, 1); !errors.Is(err, runtime.ErrBroken) || !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("not a worker", func(t *testing.T) {
		p := newPool(t, process.Config{Command: []string{"true"}})
		if _, err := do(t, p, square, 1); !errors.Is(err, runtime.ErrBroken) {
			t.Fatalf("got %v", err)
		}
	})
}
