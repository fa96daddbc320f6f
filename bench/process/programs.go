package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
	"github.com/offing-go/offing/bench/process/contender"
)

// contenders is where the packages of the Go contenders' programs are.
const contenders = "github.com/offing-go/offing/bench/process/contender/"

// A goContender has a program of its own, so that what others link is neither
// initialised in its processes nor looked at by its garbage collections.
type goContender struct{ name, program string }

var (
	offing  = goContender{contender.Offing, "offing"}
	rawPipe = goContender{"raw pipe", "pipe"}

	// sockets are what has a server in the other process, which runs calls of any
	// number of clients at once.
	sockets = []goContender{
		{"net/rpc", "netrpc"},
		{"gRPC", "grpc"},
		{"go-plugin, net/rpc", "goplugin"},
		{"go-plugin, gRPC", "goplugin"},
	}

	// everyone is who can square a number.
	everyone = append([]goContender{offing, rawPipe}, sockets...)
)

// built is the directory of the programs, which [Group] builds before its first work
// and removes at its end.
var built = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "offing-bench-programs-"); err != nil {
		return "", err
	}
	if err := build(dir); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	return dir, nil
})

// build has the go command make the programs, from the source that the bench is of; it
// remembers most of it.
func build(dir string) error {
	args := []string{"build", "-buildvcs=false", "-o", dir + string(filepath.Separator)}
	for _, name := range programNames() {
		args = append(args, contenders+name)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the programs of the contenders: %w\n%s"+
			"Run the bench in the directory of its go.mod, with the go command in the PATH", err, out)
	}
	return nil
}

func programNames() (names []string) {
	seen := map[string]bool{}
	for _, c := range everyone {
		if !seen[c.program] {
			seen[c.program] = true
			names = append(names, c.program)
		}
	}
	return names
}

// buildAll returns the paths of all programs.
func buildAll() (paths []string, err error) {
	dir, err := built()
	if err != nil {
		return nil, err
	}
	for _, name := range programNames() {
		paths = append(paths, executable(dir, name))
	}
	return paths, nil
}

func removeAll() {
	if dir, err := built(); err == nil {
		os.RemoveAll(dir)
	}
}

func executable(dir, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(dir, name)
}

// start has the contender's program run, to do one job.
func (c goContender) start(job ...any) *program {
	dir, err := built()
	must(err)
	args := []string{c.name}
	for _, word := range job {
		args = append(args, fmt.Sprint(word))
	}
	return startProgram(executable(dir, c.program), args...)
}

// does is the contender with one job. Its program collects its own garbage before each
// turn, as it is told, and says what it has used.
func (c goContender) does(job ...any) report.Contender {
	p := c.start(job...)
	return report.Contender{Case: rounds.Case{
		Name:   c.name,
		Before: func() { p.ask("before") },
		Run:    func(n int) { p.ask("run", n) },
		After:  func() { p.ask("after") },
		Close:  p.end,
		Used: func() rounds.Used {
			used, err := rounds.ParseUsed(p.ask("used"))
			must(err)
			return used
		},
	}}
}

// allDo is that for each of them.
func allDo(all []goContender, job ...any) (contenders []report.Contender) {
	for _, c := range all {
		contenders = append(contenders, c.does(job...))
	}
	return contenders
}
