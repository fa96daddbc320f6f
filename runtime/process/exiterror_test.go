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
		"SIGABRT: abort\nPC=0x0\n":                                                                                     "SIGABRT: abort",
		"unexpected fault address 0x5\nfatal error: fault\n[signal SIGSEGV: x]\n":                                      "fault",
		"==7==ERROR: ThreadSanitizer failed to allocate 0x8 (8) bytes\n":                                               "ThreadSanitizer failed to allocate 0x8 (8) bytes",
		"terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\nSIGABRT: abort\n": "terminate called after throwing an instance of 'std::bad_alloc'",
		"SIGNED: sealed\ndelivered\n":                                                                                  "",
	} {
		if got := reasonOf(stderr); got != want {
			t.Errorf("%q: %q, want %q", stderr, got, want)
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
	if reasonOf(got) != "stack overflow" {
		t.Fatal(reasonOf(got))
	}
}

func TestTailOfOneLongLine(t *testing.T) {
	var tail tail
	tail.add([]byte("panic: " + strings.Repeat("x", 3*tailSize)))
	if got := tail.String(); len(got) > tailSize || !strings.HasPrefix(got, "panic: ") {
		t.Fatalf("%d bytes", len(got))
	}
}
