package process

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/offing-go/offing/runtime"
)

// replayEnv names the file of a call that Main is to execute.
const replayEnv = "OFFING_REPLAY"

// maxPrinted is how much of a result is printed.
const maxPrinted = 4 << 10

// replay executes the call in the named file and returns the status to exit
// with. There is no deadline and no worker: a debugger has all the time, and
// sees the task in this very process. A panic is not caught, so that it stops
// there too, and ends the program with its trace otherwise.
func replay(file string) (status int) {
	s, err := load(file)
	if err != nil {
		fmt.Fprintf(os.Stderr, "offing: replay of %s: %v\n", file, err)
		return 1
	}
	t, err := s.find()
	if err != nil {
		fmt.Fprintf(os.Stderr, "offing: replay of %s: %v\n", file, err)
		return 1
	}
	fmt.Fprintln(os.Stderr, s)
	result, err := t.Replay(context.Background(), s.args, s.item)
	if bad := runtime.CloseStates(); bad != nil {
		fmt.Fprintln(os.Stderr, bad)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "offing: it returned the error: %v\n", err)
		return 1
	}
	fmt.Printf("%s\n", cut(result))
	fmt.Fprintln(os.Stderr, "offing: it returned")
	return 0
}

func load(file string) (*savedCall, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return readSaved(b)
}

// String says what is about to be executed, and what became of it then.
func (s *savedCall) String() string {
	text := fmt.Sprintf("offing: replay of %s with %d bytes of arguments", s.task, len(s.args))
	if s.item >= 0 {
		text += fmt.Sprintf(", item %d of its batch", s.item)
	}
	text += "\noffing: it was saved because of: " + s.cause
	if s.stacks != "" {
		text += "\noffing: its worker's goroutines were:\n" + strings.TrimSpace(s.stacks)
	}
	return text
}

// cut shortens a text that nobody reads to its end.
func cut(text string) string {
	if len(text) <= maxPrinted {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes in all)", text[:maxPrinted], len(text))
}
