// Offing writes the typed futures of annotated functions.
//
// Usage:
//
//	offing [generate] [packages]        write offing_gen.go where it changed
//	offing check [packages]             name what is stale, missing or wrong; write nothing
//	offing diff [packages]              print the unified diff that generate would apply
//	offing list [packages]              print the tasks, states and errors
//	offing vet [packages]               find mistakes that compile
//	offing explain [CODE]               print what a diagnostic means, with a wrong and a right example
//	offing init [dir]                   write a first task, and a program and a test that run it
//	offing completion bash|zsh|fish     print a script that completes command lines
//	offing version                      print the version
//	offing help [VERB]                  print this, or what there is to know of a verb
//
// The flags, which may stand anywhere and mean the same on every verb, are
//
//	-json    print objects for programs, one a line, in place of lines for people
//	-n       write nothing, and print what would be written
//	-v       print more: files that are current, what commands print, in a list what crosses
//	-watch   go on until interrupted, and generate again whenever a file is saved
//
// The first three go with every verb that reads packages or writes files, -json
// with explain and version too, -watch with generate.
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
// A function with type parameters is a task for each instance that it lists,
// such as T=int,string; with several parameters the first type of each list goes
// together, then the second, and so on, and a list of one is for all.
//
// For Square above this emits SubmitSquare, SubmitAllSquare, CallSquare,
// MapSquare, StreamSquare and FutureOfInt.
//
// A function that opens a state, such as a model or a connection, is marked as well.
// Methods of the state may be tasks: each runs on the state of a worker, which no two
// calls have at once.
//
//	//offing:state
//	func OpenModel(ctx context.Context, path string) (*Model, error)
//
//	//offing:task
//	func (m *Model) Predict(ctx context.Context, text string) (int, error)
//
// This emits ModelWorkers, which is what SubmitPredict and the others take as their
// executor, and NewModelWorkers(ex, path), which makes one of an executor. A method
// Close, with or without an error, closes the state when its worker ends. The directive
// takes no keys.
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
// One of them alone, or in another form, is refused: encoding the fields after all would
// not be what was meant.
//
// List prints a line for each task, each constructor of a state and each marked error,
// in the order of the source: its name, its signature, where it is, its fingerprint,
// where it can run, and the memory that a call takes on a 64-bit machine. The fingerprint changes
// when the name or what crosses to a worker process does, and only then; a task
// that runs on goroutines only has none. With -v the text of what crosses follows
// below. With -json the output is one array of objects, which have the text too,
// the first sentence of the doc comment, timeout and retries. A task with a mistake
// is not listed, and the mistake is reported as by generate.
//
// Vet runs the analyzers of package [github.com/offing-go/offing/gen/vet], which find
// mistakes that compile: futures that are dropped, tasks that wait without their
// context, programs that cannot be worker processes, and others. It prints a line for
// each, with the analyzer at its end. The packages are built for that, as far as the
// go command has not built them before. The command is a tool for go vet as well, which
// does without, takes import paths, and applies fixes:
//
//	go vet -vettool=$(go tool -n offing) [-fix] ./...
//
// Diagnostics go to standard error, one a line, all of them, sorted by position:
//
//	p.go:4:6: task Square: parameter f: a func value cannot cross a process; add "local" or pass a value [OF104]
//
// On a terminal the line of the source follows, with a mark below the place; a
// clash has both places. NO_COLOR turns colors off, and with TERM=dumb all is as it
// is where no terminal is. With -json each diagnostic is an object with file, line,
// column, code, task, kind, which is state if that is a constructor, message, mark,
// which is the place of a parameter or result, and other, which is the other place of a
// clash; generated files are objects with file
// and state. "offing explain OF104" tells what a code means.
//
// The exit status is 0 if all is well and 1 if something is to be mended: a
// diagnostic, what vet finds, or for check and diff a file that is not current. A mistake on the
// command line is 2.
//
// Generate -watch looks at all directories of the modules that the packages are in,
// those to come too, and generates again when a Go file or go.mod is saved, created,
// moved or removed. A mistake is printed and does not end it. Each run ends with a
// line that counts problems and files; with -json that is an object.
//
// Tasks may be in package main, in tests, in files for one system and in those with a
// //go:build line. What is generated for the latter is in a file that is built where
// they are, such as offing_gen_linux.go or offing_gen_debug_only.go, and comes out the
// same on every system; offing_gen_x_test.go is for external test packages.
//
// Generate leaves notes on what it has read in the user's cache directory, such as
// ~/.cache/offing, and does not read again what has not changed since: then it takes a
// few milliseconds. OFFING_CACHE in the environment names another directory, or "off".
// The notes may be removed at any time. They have no influence on what is generated,
// and the other verbs, -n and -v do without.
//
// Init writes a program of four files that runs, to a directory of its own or, as
// far as it lacks them, to a package that is there. It never overwrites a file.
//
// Tags that GOFLAGS sets with -tags decide which files belong to a package, as
// they do for the go command.
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
	"context"
	"os"
	rt "runtime"
	"runtime/debug"

	"github.com/offing-go/offing/gen/vet"
)

func main() {
	if vet.IsUnit(os.Args[1:]) {
		vet.Unit()
	}
	lateCollection()
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// lateCollection lets the heap grow to 128 MB before garbage is collected for the first
// time, which most runs never come to: they are short, and with a thousand tasks the one
// collection at 32 MB was an eighth of one. From the second on it is as memory that is
// eight times what is in use allows.
func lateCollection() {
	debug.SetGCPercent(3200) // of the 4 MB that a heap is taken to have at least
	first := new([16]byte)   // not so small that it shares its place with what stays
	rt.AddCleanup(first, func(percent int) { debug.SetGCPercent(percent) }, 800)
}
