package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"
)

// quiet is a logger for workers that die loudly.
var quiet = slog.New(slog.DiscardHandler)

// patience is how long the child program may take.
const patience = 20 * time.Second

// inChild runs a failure in a child program on goroutines and says what became
// of that program.
func inChild(ctx context.Context, name string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, self, "goroutine", name)
	var errout bytes.Buffer
	cmd.Stderr = &errout
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case err == nil && name == "endless loop":
		return "caller gives up; the goroutine burns a core until the program ends", nil
	case err == nil && strings.Contains(string(out), errors.ErrUnsupported.Error()):
		return "built without C", nil
	case err == nil:
		return "recovered: the call fails", nil
	case errors.As(err, &exit):
		return fmt.Sprintf("the program dies: %v%s", exit.ProcessState, firstLine(errout.String())), nil
	}
	return "", err
}

// firstLine returns the line in which a Go program says why it dies.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		for _, header := range []string{"fatal error: ", "panic: ", "SIGSEGV: ", "unexpected fault"} {
			if strings.HasPrefix(line, header) {
				return ", " + strings.TrimSpace(strings.TrimPrefix(line, header))
			}
		}
	}
	return ""
}
