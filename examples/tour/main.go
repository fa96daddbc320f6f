// Tour is the well-known tutorial of Python's concurrent.futures as a Go
// program: the same five chapters on goroutines and in worker processes, with
// real input that every Go installation has. Run it:
//
//	go generate ./examples/tour && go run ./examples/tour
//
// tasks.go has the functions; offing wrote the typed ones beside them.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/offing-go/offing/runtime/process"
)

func main() {
	process.Main() // in a worker process: serves tasks and exits

	if err := tour(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "tour:", err)
		os.Exit(1)
	}
}

// A chapter is one part of the tour.
type chapter struct {
	title string
	about string // what it shows
	run   func(context.Context) error
}

var chapters = []chapter{
	{"Squares in worker processes", `
  Eleven calls of an annotated function, Square, go to a pool of three worker
  processes. Each call says where it runs.`, squaresInProcesses},
	{"Squares on goroutines", `
  The same function on another executor: one process now. MapSquare takes a
  slice and returns one.`, squaresOnGoroutines},
	{"Pages and callbacks", `
  Worker processes fetch files of the Go installation from a local web server.
  As each page arrives, a callback, which gets a *Page, has its line written.`, pages},
	{"Words and hashes", `
  MapCountWords counts the words of Newton's Opticks paragraph by paragraph, and
  MapHashFile hashes every Go file of the installation, in worker processes.`, corpus},
	{"Accidents", `
  Two calls that would end any other Go program, a stack overflow and a loop that
  never ends, run among others. Each costs only itself.`, accidents},
}

// tour runs the chapters in order.
func tour(ctx context.Context) error {
	for i, c := range chapters {
		fmt.Printf("\n%c. %s\n%s\n\n", 'a'+i, c.title, c.about)
		if err := c.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
	}
	return nil
}
