package generator

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/internal/rounds"
)

// edits counts those of the whole run. Each makes a text that never was before: the go
// command would have compiled it already.
var edits = int(time.Now().UnixMicro())

// A field is a package that a generator works in, in a module of its own.
type field struct {
	tool    tool
	program string
	dir     string
	n       int
	http    bool
}

// openField writes the package and generates for it once.
func openField(t tool, n int, http bool) *field {
	dir, err := os.MkdirTemp("", "offing-bench-generator-")
	must(err)
	f := &field{t, program(t.path, t.name), dir, n, http}
	must(os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.26.0\n"), 0o666))
	if t.setup != nil {
		must(t.setup(dir))
	}
	f.edit()
	f.run()
	return f
}

// edit changes one function, or what belongs to it.
func (f *field) edit() {
	edits++
	must(os.WriteFile(filepath.Join(f.dir, "m.go"), []byte(f.tool.source(f.n, f.http, edits)), 0o666))
}

// run generates.
func (f *field) run() {
	var args []string
	if f.tool.args != nil {
		args = f.tool.args(f.n)
	}
	run(f.dir, f.program, args...)
}

// check holds that the output is that of the last edit.
func (f *field) check() {
	text, err := os.ReadFile(filepath.Join(f.dir, f.tool.output))
	must(err)
	if !bytes.Contains(text, []byte(fmt.Sprint(edits))) {
		panic(f.tool.name + " has not generated for what was edited")
	}
}

func (f *field) close() { must(os.RemoveAll(f.dir)) }

// run runs a program to its end. What offing notes of a package goes with it, and is
// not among the notes on the user's.
func run(dir, program string, args ...string) {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "OFFING_CACHE="+filepath.Join(dir, ".notes"))
	if out, err := cmd.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// contender runs a tool after an edit, which is on the clock: it takes the time that
// an editor takes to save.
func contender(t tool, n int, http bool) report.Contender {
	f := openField(t, n, http)
	return report.Contender{Case: rounds.Case{
		Name: t.name, Alien: true, Close: f.close, After: f.check,
		Run: func(times int) {
			for range times {
				f.edit()
				f.run()
			}
		},
	}}
}

// unchanged runs offing where it has nothing to do.
func unchanged(n int) report.Contender {
	f := openField(offing, n, false)
	return report.Contender{Case: rounds.Case{
		Name: report.Offing, Alien: true, Close: f.close, Run: times(f.run),
	}}
}

// listing asks the go command for the export data of packages.
func listing(imports []string) report.Contender {
	args := append([]string{"list", "-export", "-f", "{{.Export}}", "--"}, imports...)
	return report.Contender{Case: rounds.Case{
		Name: goList, Alien: true, Run: times(func() { run(".", "go", args...) }),
	}}
}

// greeting runs a program that does next to nothing.
func greeting() report.Contender {
	program := program("github.com/offing-go/offing/bench/generator/hello", "hello")
	return report.Contender{Case: rounds.Case{
		Name: hello, Alien: true, Run: times(func() { run(".", program) }),
	}}
}

// times does something so many times.
func times(do func()) func(int) {
	return func(n int) {
		for range n {
			do()
		}
	}
}
