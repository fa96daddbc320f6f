// Offing writes the typed futures of annotated functions.
//
// Usage:
//
//	offing [generate] [-json] [packages]   write offing_gen.go where it changed
//	offing check [-json] [packages]        name what is stale, missing or wrong; write nothing
//	offing diff [packages]                 print the unified diff that generate would apply
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
//	timeout=2s    end a call that has run for longer
//	retries=3     try a failed call again, this many times
//	name=Thumb    replaces the function's name in every emitted name
//	future=Name   names the alias of the future's type
//	local         never leaves the process, so that parameters may be of any type
//
// For Square above this emits SubmitSquare, SubmitAllSquare, CallSquare,
// MapSquare, StreamSquare and FutureOfInt.
//
// Generate, check and diff exit with 0 if all is well and with 1 if something
// is to be mended: a diagnostic, or for check and diff a file that is not
// current. A mistake on the command line is 2. Diagnostics go to standard
// error, one a line, sorted by position; with -json each is an object.
//
// The usual way to run it is a line in one file of a package,
//
//	//go:generate go tool offing
//
// after "go get -tool github.com/offing-go/offing/cmd/offing".
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/offing-go/offing/gen"
)

const usage = `usage: offing [generate] [-json] [packages]   write offing_gen.go where it changed
       offing check [-json] [packages]        name what is stale, missing or wrong; write nothing
       offing diff [packages]                 print the unified diff that generate would apply
       offing version                         print the version
       offing help                            print this

Packages are directories, or directories with /... for all packages below;
without any it is the package in the working directory.
See "go doc github.com/offing-go/offing/cmd/offing" for the directives.
`

// Exit codes.
const (
	fine   = 0
	toMend = 1
	misuse = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main without the process.
func run(args []string, stdout, stderr io.Writer) int {
	verb, rest := "generate", args
	if len(args) > 0 && isVerb(args[0]) {
		verb, rest = args[0], args[1:]
	}
	switch verb {
	case "version":
		fmt.Fprintln(stdout, "offing "+version())
		return fine
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return fine
	}
	c := command{verb: verb, stdout: stdout, stderr: stderr}
	for _, arg := range rest {
		if problem := c.argument(arg); problem != "" {
			fmt.Fprintf(stderr, "offing: %s\n", problem)
			return misuse
		}
	}
	return c.run()
}

var verbs = []string{"generate", "check", "diff", "version", "help"}

func isVerb(arg string) bool {
	switch arg {
	case "generate", "check", "diff", "version", "help", "-h", "-help", "--help":
		return true
	}
	return false
}

// A command is generate, check or diff with its arguments.
type command struct {
	verb           string
	json           bool
	patterns       []string
	stdout, stderr io.Writer
}

// argument takes one argument, or says what is wrong with it.
func (c *command) argument(arg string) (problem string) {
	switch {
	case arg == "-json" || arg == "--json":
		c.json = true
	case strings.HasPrefix(arg, "-"):
		return "unknown flag " + arg + `; the only one is -json`
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
	if near := gen.Nearest(word, verbs); near != "" {
		return fmt.Sprintf("unknown command %q; did you mean %q?", word, near)
	}
	return fmt.Sprintf("unknown command %q; run \"offing help\"", word)
}
