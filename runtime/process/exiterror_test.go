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

// What Go 1.26 writes where the kernel refuses its collector memory, and faults that are
// a task's own.
func TestCollectorRefused(t *testing.T) {
	const refused = `SIGSEGV: segmentation violation
PC=0x4325dd m=6 sigcode=1 addr=0x0

goroutine 0 gp=0x3ed02a100d20 m=6 mp=0x3ed02a166008 [idle]:
runtime.(*spanQueue).tryDrain(0x3ed000000400?, 0x43ae25?, 0x83baa8?)
	/usr/local/go/src/runtime/mgcmark_greenteagc.go:520 +0x5d fp=0x3ed02a177ea0 sp=0x3ed02a177e80 pc=0x4325dd
runtime.(*spanQueue).drain(0x3ed02a077278, 0x15)
`
	const inGo = `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47a750]

goroutine 1 [running]:
main.main()
`
	const inC = `SIGSEGV: segmentation violation
PC=0x47e592 m=0 sigcode=1 addr=0x0
signal arrived during cgo execution

goroutine 1 gp=0x2e1cfb1621e0 m=0 mp=0x533240 [syscall]:
runtime.cgocall(0x47e580, 0x2e1cfb198728)
	/usr/local/go/src/runtime/cgocall.go:167 +0x4b fp=0x2e1cfb198700 sp=0x2e1cfb1986c8 pc=0x47330b
`
	for report, want := range map[string]bool{
		"":      false,
		refused: true,
		inGo:    false,
		inC:     false,
		strings.Replace(refused, "runtime.(*spanQueue).tryDrain", "main.f", 1): false,
		strings.Replace(refused, "goroutine 0 ", "goroutine 7 ", 1):            false,
		strings.Replace(refused, "addr=0x0\n", "addr=0x5000\n", 1):             false,
		strings.Replace(refused, "SIGSEGV: ", "SIGBUS: ", 1):                   false,
		refused[:100]: false,
	} {
		if collectorRefused(report) != want {
			t.Errorf("%t for %q", !want, report)
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
