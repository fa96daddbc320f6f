package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/offing-go/offing/gen"
)

// Exit statuses.
const (
	fine   = 0
	toMend = 1
	misuse = 2
)

// A command is a verb with its flags and arguments.
type command struct {
	verb  verb
	named bool // the verb, which otherwise is generate
	args  []string

	json  bool // -json
	dry   bool // -n
	more  bool // -v
	watch bool // -watch

	ctx            context.Context // until interrupted
	stdout, stderr io.Writer
	look           look // of diagnostics on stderr
}

// run is main without the process.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := command{ctx: ctx, stdout: stdout, stderr: stderr, look: lookOf(stderr, os.Getenv)}
	if problem := c.parse(args); problem != "" {
		return c.misused(problem)
	}
	return c.verb.run(&c)
}

// misused says what is wrong with the command line.
func (c *command) misused(problem string) int {
	fmt.Fprintf(c.stderr, "offing: %s\n", problem)
	return misuse
}

// failed says why a command could not do its work.
func (c *command) failed(err error) int {
	if c.json {
		object(c.stderr, map[string]string{"error": err.Error()})
	} else {
		fmt.Fprintln(c.stderr, "offing:", err)
	}
	if errors.Is(err, gen.ErrPattern) {
		return misuse
	}
	return toMend
}

// config says what the command generates.
func (c *command) config() gen.Config { return gen.Config{Patterns: c.args} }

// read looks at the packages of the command, and reports what is wrong with
// them. Without a result the status says why.
func (c *command) read(config gen.Config) (res *gen.Result, status int) {
	res, err := gen.Generate(config)
	if err != nil {
		return nil, c.failed(err)
	}
	return res, c.report(res.Diagnostics)
}

// print writes what a verb is for to standard output.
func (c *command) print(text string) int {
	if _, err := io.WriteString(c.stdout, text); err != nil {
		return c.failed(err)
	}
	return fine
}
