package process

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/offing-go/offing/runtime"
)

// An ExitError says how a worker process ended. It is the detail of
// [runtime.ErrCrashed], and of [runtime.ErrBroken] where a worker died before
// it was ready.
type ExitError struct {
	PID    int    // of the process
	Code   int    // exit status; -1 if a signal ended it, or, without Signal, if the status is lost
	Signal string // such as "killed"; empty if it exited by itself
	Reason string // such as "stack overflow" or "panic: boom"; may be empty
	Stderr string // the last of its standard error, at most 4 KiB

	// Stacks are the stacks of the worker's goroutines, as the Go runtime
	// writes them on SIGQUIT, at most 64 KiB: they tell where a worker hung
	// that was killed for time, in a task or on its way to be ready. Empty
	// otherwise.
	Stacks string

	// Saved is the file that the call was saved in; see Config.Dump. Empty if
	// it was not.
	Saved string

	stale int // bytes of Stderr that came before the last call did; written by exitError
}

// reasonTaken is the Reason of a process whose status this program had before package
// process asked for it, and that did not say itself why it ended.
const reasonTaken = "another wait in this program took it (Wait4(-1), or SIGCHLD is ignored): " +
	"wait for children by their process ids, and leave SIGCHLD alone"

// taken reports whether the status of the process is lost.
func (e *ExitError) taken() bool { return e.Code == -1 && e.Signal == "" }

// Error returns "worker process 123: exit status 2: stack overflow". Without a
// known reason it has the last line of standard error instead, if that came after
// the last call had begun. It ends with the file that the call was saved in.
func (e *ExitError) Error() string {
	if e.Saved != "" {
		return e.end() + "; the call is saved in " + e.Saved
	}
	return e.end()
}

func (e *ExitError) end() string {
	text := fmt.Sprintf("worker process %d: ", e.PID)
	switch {
	case e.Signal != "":
		text += "signal: " + e.Signal
	case e.taken():
		text += "exit status unknown"
	default:
		text += fmt.Sprintf("exit status %d", e.Code)
	}
	if e.Reason != "" {
		return text + ": " + e.Reason
	}
	if line := lastLine(e.Stderr[min(e.stale, len(e.Stderr)):]); line != "" {
		return text + ": stderr: " + line
	}
	return text
}

// lastLine returns the last line that is not empty, cut to a readable length.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	line := text[strings.LastIndexByte(text, '\n')+1:]
	return line[:min(len(line), 200)]
}

// A crashError is runtime.ErrCrashed with its detail.
type crashError struct{ exit *ExitError }

func (e *crashError) Error() string { return runtime.ErrCrashed.Error() + ": " + e.exit.Error() }

func (e *crashError) Unwrap() []error { return []error{runtime.ErrCrashed, e.exit} }

// A brokenError is runtime.ErrBroken with the reason of the last failed start.
type brokenError struct{ cause error }

func (e *brokenError) Error() string { return runtime.ErrBroken.Error() + ": " + e.cause.Error() }

func (e *brokenError) Unwrap() []error { return []error{runtime.ErrBroken, e.cause} }

// A startError is a worker that was not ready: what was wrong, and how the
// process ended.
type startError struct {
	cause error
	exit  *ExitError
}

func (e *startError) Error() string {
	text := e.cause.Error() + "; " + e.exit.Error()
	if errors.Is(e.cause, io.EOF) && e.exit.Code == 0 {
		text += ": the program ended before it called process.Main; is that call the first in its main?"
	}
	if stderr := strings.TrimSpace(e.exit.Stderr); stderr != "" {
		text += "\nstandard error of the worker:\n" + stderr
	}
	return text
}

func (e *startError) Unwrap() []error { return []error{e.cause, e.exit} }

// reasonOf returns what a report says of the reason: the first line, which is a
// header, and the signal behind a panic.
func reasonOf(report string) string {
	header, rest, _ := strings.Cut(report, "\n")
	reason, _ := headerOf(strings.TrimSpace(header))
	if !strings.HasPrefix(reason, "panic: ") {
		return reason
	}
	for line := range strings.Lines(rest) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), "[signal "); ok {
			return reason + " [signal " + text
		}
	}
	return reason
}

// fits reports whether a process that ended so wrote report as its last words,
// and not as what a task had to say of something else: the Go runtime exits with
// status 2 after one or by a signal that means a fault, sanitizers with a status
// of their own. Of a status that is lost nothing speaks against it.
func (e *ExitError) fits(report string) bool {
	_, sanitizer := sanitizerHeader(report)
	return e.Code == 2 || e.taken() || sanitizer && e.Code > 0 || e.Signal != "" && !slices.Contains(sent, e.Signal)
}

// sent are the signals that come from outside and say nothing of a fault.
var sent = []string{"killed", "terminated", "interrupt", "hangup", "user defined signal 1", "user defined signal 2"}

// headerOf reports whether line begins the report of a death, that of Go, of C++
// or of a sanitizer, and returns what it says of the reason.
func headerOf(line string) (reason string, ok bool) {
	if text, ok := strings.CutPrefix(line, "fatal error: "); ok {
		return text, true
	}
	if text, ok := sanitizerHeader(line); ok {
		return text, true
	}
	return line, strings.HasPrefix(line, "panic: ") || isLastWords(line) || isSignalHeader(line)
}

// isLastWords reports whether a C library writes line before it aborts: libstdc++ of an
// exception that nobody caught, others of an assertion that does not hold and of memory
// that is corrupt. The signal that follows says less.
func isLastWords(line string) bool {
	for _, start := range []string{"terminate called ", "*** stack smashing detected ***", "*** buffer overflow detected ***",
		"malloc(): ", "free(): ", "realloc(): ", "munmap_chunk(): ", "double free or corruption", "corrupted size vs. prev_size", "corrupted double-linked list"} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	return strings.HasPrefix(line, "Assertion failed: ") || strings.Contains(line, ": Assertion `") && strings.HasSuffix(line, "' failed.")
}

// sanitizerHeader takes "==123==ERROR: " off a line of the race detector's
// runtime, or of another sanitizer that C code was built with.
func sanitizerHeader(line string) (text string, ok bool) {
	if !strings.HasPrefix(line, "==") {
		return "", false
	}
	_, text, ok = strings.Cut(line, "==ERROR: ")
	return text, ok
}

// deadly are the signals that the Go runtime ends a process by, as it names
// them.
var deadly = []string{"SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGQUIT", "SIGSYS", "SIGTRAP"}

// isSignalHeader reports whether the Go runtime writes line when a signal ends
// the process, as in "SIGSEGV: segmentation violation".
func isSignalHeader(line string) bool {
	name, _, ok := strings.Cut(line, ": ")
	return ok && slices.Contains(deadly, name)
}
