package process

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// stackTime is how long a process that is to be killed may take to write
	// its stacks. A healthy one takes a few milliseconds; one that is stopped,
	// or whose task takes the signal for itself, never does.
	stackTime = 100 * time.Millisecond

	// stackSize is how much of them is kept: the goroutine that the signal hit
	// comes first.
	stackSize = 64 << 10
)

// stacks collects the goroutine stacks that the Go runtime of a worker writes
// to standard error when it is sent SIGQUIT. They are kept out of the log of
// lines, where hundreds of them would drown what the task said.
type stacks struct {
	mu     sync.Mutex
	wanted bool   // guarded by mu; the signal was sent
	begun  bool   // guarded by mu; the header has come
	text   []byte // guarded by mu; at most stackSize
}

// want says that the signal is about to be sent. Before that, a task that
// writes something like a dump is a task that writes.
func (s *stacks) want() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = true
}

// take takes a line of standard error and reports whether it belongs to the
// stacks.
func (s *stacks) take(line []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.wanted {
		return false
	}
	// The task may have left the line before without its end.
	if !s.begun && !bytes.HasSuffix(line, []byte("SIGQUIT: quit")) {
		return false
	}
	s.begun = true
	s.text = appendUpTo(stackSize, appendUpTo(stackSize, s.text, line), []byte{'\n'})
	return true
}

// ours are what a stack has that is none of a task's: of goroutines of the Go runtime, and of
// those that serve this worker.
var ours = []string{
	"\ncreated by runtime.", "\ncreated by os/signal.", "/runtime/process.Main(",
	"/internal/child.(*server).watch(", "/internal/child.(*server).begin(",
}

// theirs returns of stacks those that tell something about the program's own code, for the
// log: the rest are some twenty that are the same in each worker, and the registers. An
// [ExitError] has all. What does not look like stacks is returned as it is.
func theirs(stacks string) string {
	var kept []string
	for i, block := range strings.Split(strings.TrimRight(stacks, "\n"), "\n\n") {
		isGoroutine := strings.HasPrefix(block, "goroutine ")
		if i == 0 || isGoroutine && !slices.ContainsFunc(ours, func(of string) bool { return strings.Contains(block, of) }) {
			kept = append(kept, block)
		}
	}
	return strings.Join(kept, "\n\n")
}

// String returns what was collected.
func (s *stacks) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.text)
}
