package process

import (
	"fmt"
	"strings"
	"testing"
)

func TestReason(t *testing.T) {
	for stderr, want := range map[string]string{
		"":                       "",
		"hello\n":                "",
		"fatal error: no\nx\n":   "no",
		"a\npanic: boom\n\ngo\n": "panic: boom",
		"panic: nil\n[signal SIGSEGV: segmentation violation code=0x1]\n":                                              "panic: nil [signal SIGSEGV: segmentation violation code=0x1]",
		"panic: before\nfatal error: it\n":                                                                             "it",
		"SIGABRT: abort\nPC=0x0\n":                                                                                     "SIGABRT: abort",
		"unexpected fault address 0x5\nfatal error: fault\n[signal SIGSEGV: x]\n":                                      "fault",
		"SIGNED: sealed\ndelivered\n":                                                                                  "",
		"==7==ERROR: ThreadSanitizer failed to allocate 0x8 (8) bytes\n":                                               "ThreadSanitizer failed to allocate 0x8 (8) bytes",
		"terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\nSIGABRT: abort\n": "terminate called after throwing an instance of 'std::bad_alloc'",
		"calc.c:72: factor: Assertion `depth < 9' failed.\nSIGABRT: abort\nPC=0x0\n":                                   "calc.c:72: factor: Assertion `depth < 9' failed.",
		"free(): invalid pointer\nSIGABRT: abort\n":                                                                    "free(): invalid pointer",
		"*** stack smashing detected ***: terminated\nSIGABRT: abort\n":                                                "*** stack smashing detected ***: terminated",
	} {
		var tail tail
		for line := range strings.Lines(stderr) {
			tail.add([]byte(strings.TrimSuffix(line, "\n")))
		}
		if got := reasonOf(tail.report()); got != want {
			t.Errorf("%q: %q, want %q", stderr, got, want)
		}
		if tail.forget(); tail.report() != "" || tail.String() != stderr {
			t.Errorf("after forget: %q, %q", tail.report(), tail.String())
		}
	}
}

// What a task writes is its last word only if the process ends as after one.
func TestReasonFitsTheEnd(t *testing.T) {
	const gos, sanitizers = "fatal error: no\n", "==7==ERROR: ThreadSanitizer failed to allocate\n"
	for exit, want := range map[ExitError][2]bool{
		{Code: 2}:                                {true, true},
		{Code: 0}:                                {false, false},
		{Code: 7}:                                {false, true},
		{Code: 66}:                               {false, true},
		{Code: -1}:                               {true, true},
		{Code: -1, Signal: "killed"}:             {false, false},
		{Code: -1, Signal: "terminated"}:         {false, false},
		{Code: -1, Signal: "aborted"}:            {true, true},
		{Code: -1, Signal: "segmentation fault"}: {true, true},
	} {
		if got := [2]bool{exit.fits(gos), exit.fits(sanitizers)}; got != want {
			t.Errorf("%v: %v, want %v", &exit, got, want)
		}
	}
}

func TestOutOfMemory(t *testing.T) {
	for reason, want := range map[string]bool{
		"runtime: out of memory: cannot allocate 4 MiB":                     true,
		"runtime: cannot allocate memory":                                   true,
		"ThreadSanitizer failed to allocate 0x8 (8) bytes (errno: 12)":      true,
		"terminate called after throwing an instance of 'std::bad_alloc'":   true,
		"terminate called after throwing an instance of 'std::logic_error'": false,
		"panic: out of memory":                                              false,
		"stack overflow":                                                    false,
	} {
		if outOfMemory(reason) != want {
			t.Errorf("%q: %t", reason, !want)
		}
	}
}

func TestTailKeepsTheHeader(t *testing.T) {
	var tail tail
	add := func(format string, args ...int) {
		line := format
		for _, a := range args {
			line = fmt.Sprintf(format, a)
		}
		tail.add([]byte(line))
	}
	for i := range 1000 {
		add("line %d of a long life", i)
	}
	add("fatal error: stack overflow")
	if got := tail.String(); len(got) > tailSize || !strings.HasSuffix(got, "of a long life\nfatal error: stack overflow\n") {
		t.Fatalf("%d bytes: %q", len(got), got)
	}
	for i := range 1000 {
		add("goroutine %d [running]:", i)
	}
	got := tail.String()
	if len(got) > tailSize || !strings.HasPrefix(got, "fatal error: stack overflow\ngoroutine 0 ") ||
		!strings.HasSuffix(got, "\ngoroutine 999 [running]:\n") {
		t.Fatalf("%d bytes: %q", len(got), got)
	}
	if got := reasonOf(tail.report()); got != "stack overflow" {
		t.Fatal(got)
	}
}

func TestTailOfOneLongLine(t *testing.T) {
	var tail tail
	tail.add([]byte("panic: " + strings.Repeat("x", 3*tailSize)))
	if got := tail.String(); len(got) > tailSize || !strings.HasPrefix(got, "panic: ") {
		t.Fatalf("%d bytes", len(got))
	}
}
