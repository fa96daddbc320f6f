package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const starterPath = "github.com/offing-go/offing/bench/process/starter"

// A starter is the small program whose start is measured, in a directory that is
// there as long as it runs. The bench cannot be that program: a worker is the
// program started again, and gRPC and go-plugin have a lot to initialise that is
// no part of offing.
type starter struct {
	*program
	dir string
}

// openStarter exits if there is no such program to be had: whoever asked for the
// figure should read what to do, and not a trace.
func openStarter() *starter {
	dir, err := buildStarter()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	return &starter{startProgram(filepath.Join(dir, "starter")), dir}
}

// buildStarter returns the directory that the program is in. It is built anew each
// time, from the source that the bench is of; the go command remembers most of it.
func buildStarter() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "offing-bench-starter-"); err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", dir, starterPath).CombinedOutput()
	if err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("cannot build the program whose start is measured: %w\n%s"+
			"Run the bench in the directory of its go.mod, with the go command in the PATH, or choose other works with -run", err, out)
	}
	return dir, nil
}

func (s *starter) end() {
	s.program.end()
	must(os.RemoveAll(s.dir))
}
