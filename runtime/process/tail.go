package process

import (
	"strings"
	"sync"
	"sync/atomic"
)

// Sizes of what an ExitError has of a worker's standard error: in all, and
// from the last header on.
const (
	tailSize = 4 << 10
	headSize = 1 << 10
)

const gap = "...\n"

// A tail keeps the last bytes of a stream, and the last report of a death in it:
// a Go fatal error begins with one line that says what happened, and goes on
// with more stacks than fit.
type tail struct {
	mu     sync.Mutex
	recent []byte // guarded by mu; the last bytes, at most tailSize
	head   []byte // guarded by mu; the start of the last report, at most headSize
	since  int    // guarded by mu; bytes from there on

	reported atomic.Bool  // there is a report; written with mu held
	length   atomic.Int64 // of the stream, with newlines; written with mu held
	begun    atomic.Int64 // length when the process had its last call while it had none; written by forget
}

// add appends a line.
func (t *tail) add(line []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	header := t.beginsLocked(string(line))
	if header {
		t.head, t.since = t.head[:0], 0
		t.reported.Store(true)
	}
	if header || len(t.head) > 0 {
		t.since += len(line) + 1
		t.head = appendUpTo(headSize, appendUpTo(headSize, t.head, line), []byte{'\n'})
	}
	t.recent = append(append(t.recent, line...), '\n')
	t.length.Add(int64(len(line)) + 1)
	if over := len(t.recent) - tailSize; over > 0 {
		t.recent = append(t.recent[:0], t.recent[over:]...)
	}
}

// beginsLocked reports whether line begins a report. The signal by which a
// process ends after a report of its own belongs to that.
func (t *tail) beginsLocked(line string) bool {
	_, header := headerOf(line)
	if !header || !isSignalHeader(line) {
		return header
	}
	first, _, _ := strings.Cut(string(t.head), "\n")
	_, sanitizer := sanitizerHeader(first)
	return !sanitizer && !isLastWords(first)
}

func appendUpTo(size int, b, more []byte) []byte {
	return append(b, more[:min(len(more), size-len(b))]...)
}

// forget drops the report: it was none, as the process lives and has another
// call. Nor does what was written before tell why that call fails.
func (t *tail) forget() {
	if n := t.length.Load(); n != t.begun.Load() {
		t.begun.Store(n)
	}
	if !t.reported.Load() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head, t.since = t.head[:0], 0
	t.reported.Store(false)
}

// report returns the start of the last report, or nothing.
func (t *tail) report() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.head)
}

// fresh returns how many bytes came after the last forget.
func (t *tail) fresh() int { return int(t.length.Load() - t.begun.Load()) }

// String returns at most tailSize bytes, with the start of the report if that is
// further back.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.since <= len(t.recent) {
		return string(t.recent)
	}
	rest := t.recent[len(t.head)+len(gap):] // recent is full, and longer than both
	return string(t.head) + gap + string(rest)
}
