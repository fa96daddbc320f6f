package chores

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Pid returns the id of the process that it runs in.
//
//offing:task
func Pid() int { return os.Getpid() }

// Sleep returns ms after so many milliseconds, or gives up when its context
// ends.
//
//offing:task
func Sleep(ctx context.Context, ms int) (int, error) {
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		return ms, nil
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
}

// Note appends a line to a file and returns after micros microseconds, whatever
// its context says.
//
//offing:task
func Note(path, line string, micros int) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.WriteString(line + "\n"); err != nil {
		_ = file.Close() // the write says what is wrong
		return err
	}
	time.Sleep(time.Duration(micros) * time.Microsecond)
	return file.Close()
}

// Lines returns the lines that Note wrote.
func Lines(path string) []string {
	text, _ := os.ReadFile(path) // a file that is not there has no lines
	return strings.Fields(string(text))
}

// Place is a variable of this package: each process has one of its own.
var Place = "initialized"

// Recall returns Place.
//
//offing:task
func Recall() string { return Place }

// HasDeadline reports whether its context has a deadline.
//
//offing:task
func HasDeadline(ctx context.Context) bool {
	_, ok := ctx.Deadline()
	return ok
}

// Chatter writes n bytes without a newline to each of standard output and
// standard error, and returns n.
//
//offing:task
func Chatter(n int) (int, error) {
	text := strings.Repeat("x", n)
	if _, err := os.Stdout.WriteString(text); err != nil {
		return 0, err
	}
	_, err := os.Stderr.WriteString(text)
	return n, err
}

// Brood starts a process that inherits standard output and error, leaves its id
// in the file name in dir and waits for ever.
//
//offing:task
func Brood(dir, name string) error {
	sleeper := exec.Command("sleep", "1000")
	sleeper.Stdout, sleeper.Stderr = os.Stdout, os.Stderr
	if err := sleeper.Start(); err != nil {
		return err
	}
	draft := filepath.Join(dir, name+".draft")
	if err := os.WriteFile(draft, []byte(strconv.Itoa(sleeper.Process.Pid)), 0o600); err != nil {
		return err
	}
	if err := os.Rename(draft, filepath.Join(dir, name)); err != nil {
		return err
	}
	select {}
}

// Do calls fn.
//
//offing:task local
func Do(ctx context.Context, fn func(context.Context) (int, error)) (int, error) { return fn(ctx) }
