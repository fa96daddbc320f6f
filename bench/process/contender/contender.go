// Package contender is what the programs of the Go contenders have in common. Each
// has a program of its own, in which nobody else's libraries are initialised, and
// nobody else's memory is looked at when its garbage is collected: a program that
// one of its users would have. The bench tells it what to do over a pipe, as it
// tells Python.
//
// A program is started with the contender's name and a job, such as "window 1000
// 10000", and reads lines: "before", "run N" and "after" are the three of
// [rounds.Case], "used" is what has been spent so far, and "pid" asks for the worker
// process. Each is answered with a line. The program ends when nobody can send it
// another one.
package contender

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"

	"github.com/offing-go/offing/bench/internal/rounds"
)

// ProfileEnv is where programs write a CPU profile to: the file of this name, with a
// dash and the program's own name behind it.
const ProfileEnv = "OFFING_BENCH_CPUPROFILE"

// Main is all of a program besides its kinds, by name, and its servers: serve is what
// a process does that [NewChild] started, and nil where it starts none.
func Main(kinds map[string]Kind, serve func(what string)) {
	if what := os.Getenv(serverEnv); what != "" && serve != nil {
		serve(what)
		return
	}
	if err := run(kinds, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", strings.Join(os.Args, " "), err)
		os.Exit(1)
	}
}

func run(kinds map[string]Kind, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("it is the bench that starts this program")
	}
	kind, known := kinds[args[0]]
	if !known {
		return fmt.Errorf("there is no contender %q", args[0])
	}
	job, err := kind.job(args[1], args[2:])
	if err != nil {
		return err
	}
	stop, err := profile()
	if err != nil {
		return err
	}
	defer stop()
	defer job.Close()
	return job.obey()
}

// profile writes one if that is asked for, until it is stopped.
func profile() (stop func(), err error) {
	path := os.Getenv(ProfileEnv)
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path + "-" + strings.ReplaceAll(os.Args[1], "/", "-"))
	if err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, pprof.StartCPUProfile(f)
}

// obey does as told until nobody can tell. It allocates next to nothing for a run, as
// that is counted.
func (j *Job) obey() error {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		answer, err := j.do(lines.Bytes())
		if err != nil {
			return err
		}
		if _, err := os.Stdout.WriteString(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// do returns the line that answers the one given.
func (j *Job) do(line []byte) (answer string, err error) {
	command, times, _ := bytes.Cut(line, []byte(" "))
	switch string(command) {
	case "before":
		j.Case.Begin()
		runtime.GC() // what the turn before has left
	case "run":
		n, err := strconv.Atoi(string(times))
		if err != nil {
			return "", fmt.Errorf("%q: %w", line, err)
		}
		j.Run(n)
	case "after":
		j.Case.End()
	case "used":
		return rounds.ThisProcess().String() + "\n", nil
	case "pid":
		return strconv.Itoa(j.PID()) + "\n", nil
	default:
		return "", fmt.Errorf("there is no command %q", command)
	}
	return "done\n", nil
}
