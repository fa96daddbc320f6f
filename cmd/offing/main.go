// Offing writes the typed futures of annotated functions.
//
// Usage:
//
//	offing [generate] [-json] [packages]   write offing_gen.go where it changed
//	offing check [-json] [packages]        name what is stale, missing or wrong; write nothing
//	offing diff [-json] [packages]         print the unified diff that generate would apply
//	offing list [-json] [-v] [packages]    print the tasks and errors
//	offing version                         print the version
//	offing help                            print this
//
// Packages are directories, or directories with /... for all packages below;
// without any it is the package in the working directory. A function is
// annotated by a line at the end of its doc comment:
//
//	// Square returns n squared.
//	//
//	//offing:task timeout=2s retries=1
//	func Square(ctx context.Context, n int) (int, error) { return n * n, nil }
//
// The keys are
//
//	timeout=2s    end a call that has run for longer, all its tries together
//	retries=3     try a failed call again, this many times, after pauses that grow; runtime.Permanent stops it
//	name=Thumb    replaces the function's name in every emitted name
//	future=Name   names the alias of the future's type
//	local         never leaves the process, so that parameters may be of any type
//
// For Square above this emits SubmitSquare, SubmitAllSquare, CallSquare,
// MapSquare, StreamSquare and FutureOfInt.
//
// Two more directives say what crosses to worker processes. One marks errors, a
// variable or a type: they then are there what they are here, so that errors.Is
// and errors.As find them, with all fields.
//
//	//offing:error
//	var ErrNegative = errors.New("negative")
//
//	//offing:error
//	type SyntaxError struct{ Line int }
//
// The other lists the types that values of an interface type may have, which
// otherwise cannot cross:
//
//	//offing:union Circle *Square geo.Point
//	type Shape interface{ Area() float64 }
//
// A type of yours that another form suits better than its fields, or whose fields
// the package of the task cannot reach, may encode itself:
//
//	func (m Matrix) AppendWire(b []byte) ([]byte, error) // appends to b
//	func (m *Matrix) ParseWire(b []byte) error           // copies what it keeps of b
//
// List prints a line for each task and each marked error, in the order of the
// source: its name, its signature, where it is, its fingerprint, where it can run,
// and the memory that a call takes on a 64-bit machine. The fingerprint changes
// when the name or what crosses to a worker process does, and only then; a task
// that runs on goroutines only has none. With -v the text of what crosses follows
// below. With -json the output is one array of objects, which have the text too,
// the first sentence of the doc comment, timeout and retries. A task with a mistake
// is not listed, and the mistake is reported as by generate.
//
// Generate, check, diff and list exit with 0 if all is well and with 1 if something
// is to be mended: a diagnostic, or for check and diff a file that is not
// current. A mistake on the command line is 2. Diagnostics go to standard
// error, one a line, sorted by position; with -json each is an object.
//
// Tags that GOFLAGS sets with -tags decide which files belong to a package, as
// they do for the go command.
//
// Generate leaves notes on what it has read in the user's cache directory, such as
// ~/.cache/offing, and does not read again what has not changed since: then it takes a
// few milliseconds. OFFING_CACHE in the environment names another directory, or "off".
// The notes may be removed at any time. They have no influence on what is generated,
// and check, diff and list do without.
//
// The usual way to run it is a line in one file of a package,
//
//	//go:generate go tool offing
//
// after "go get -tool github.com/offing-go/offing/cmd/offing". Run that way it
// does not remove a file whose tasks are gone, which go generate may be about to
// read, but leaves its package clause; any other run removes it, and check is
// content with either.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/offing-go/offing/gen"
)

const usage = `usage: offing [generate] [-json] [packages]   write offing_gen.go where it changed
       offing check [-json] [packages]        name what is stale, missing or wrong; write nothing
       offing diff [-json] [packages]         print the unified diff that generate would apply
       offing list [-json] [-v] [packages]    print the tasks and errors
       offing version                         print the version
       offing help                            print this

Packages are directories, or directories with /... for all packages below;
without any it is the package in the working directory.

The directive, at the end of a function's doc comment, is //offing:task. There
are //offing:error for error variables and types, and //offing:union for interface
types, which takes the types that they may hold. The keys of a task are
`

// manual is what help prints.
func manual() string {
	return usage + "\n\t" + strings.Join(gen.Keys(), "\n\t") +
		"\n\nSee \"go doc github.com/offing-go/offing/cmd/offing\" for more.\n"
}

// Exit codes.
const (
	fine   = 0
	toMend = 1
	misuse = 2
)

func main() {
	debug.SetGCPercent(800) // a run is short, and to collect its garbage half of it
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process.
func run(args []string, stdout, stderr io.Writer) int {
	c := command{stdout: stdout, stderr: stderr}
	for _, arg := range args {
		if isHelp(arg) {
			c.verb = "help"
			break
		}
		if problem := c.argument(arg); problem != "" {
			fmt.Fprintf(stderr, "offing: %s\n", problem)
			return misuse
		}
	}
	if c.shapes && !slices.Contains([]string{"list", "help"}, c.verb) {
		fmt.Fprintln(stderr, "offing: flag -v is for list")
		return misuse
	}
	switch c.verb {
	case "version":
		fmt.Fprintln(stdout, "offing "+version())
		return fine
	case "help":
		fmt.Fprint(stdout, manual())
		return fine
	}
	return c.run()
}

var verbs = []string{"generate", "check", "diff", "list", "version", "help"}

func isHelp(arg string) bool { return slices.Contains([]string{"-h", "-help", "--help"}, arg) }

// A command is a verb with its arguments.
type command struct {
	verb           string // empty means generate
	json           bool
	shapes         bool // -v
	patterns       []string
	stdout, stderr io.Writer
}

// argument takes one argument, or says what is wrong with it.
func (c *command) argument(arg string) (problem string) {
	switch {
	case arg == "-json" || arg == "--json":
		c.json = true
	case arg == "-v" || arg == "--v":
		c.shapes = true
	case strings.HasPrefix(arg, "-"):
		return "unknown flag " + arg + `; there are -json, and -v for list`
	case c.verb == "" && len(c.patterns) == 0 && slices.Contains(verbs, arg):
		c.verb = arg
	case !strings.ContainsAny(arg, `./\`) && !isDir(arg):
		return unknown(arg)
	default:
		c.patterns = append(c.patterns, arg)
	}
	return ""
}

func isDir(name string) bool {
	found, err := os.Stat(name)
	return err == nil && found.IsDir()
}

// unknown answers a word that is neither a verb nor a directory.
func unknown(word string) string {
	if slices.Contains(verbs, word) {
		return fmt.Sprintf("a second command, or one after a directory: %q", word)
	}
	if near := gen.Nearest(word, verbs); near != "" {
		return fmt.Sprintf("unknown command %q; did you mean %q?", word, near)
	}
	return fmt.Sprintf("unknown command %q; run \"offing help\"", word)
}
