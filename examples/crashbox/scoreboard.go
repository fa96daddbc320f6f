package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/offing-go/offing/runtime"
)

//go:embed scoreboard.py
var python string

// good is how many calls that are fine surround two accidents.
const good = 20

// A score is what two accidents among good calls did to a pool.
type score struct {
	Name    string // of the accident
	Good    int    // good calls that returned
	Alive   bool   // a later call works
	Outcome string // what the first of the two calls ended with
}

func (s score) String() string {
	state := "goes on"
	if !s.Alive {
		state = "is dead"
	}
	return fmt.Sprintf("%d of %d, pool %s, %s", s.Good, good, state, s.Outcome)
}

// accidents are those that scoreboard.py has too, under its names.
var accidents = map[string]string{
	"exception or panic":          "nil dereference",
	"exit in a library":           "os.Exit in a library",
	"crash in C":                  "crash in C",
	"SIGKILL from outside":        "SIGKILL from outside",
	"endless loop, limit 500 ms":  "endless loop",
	"out of memory, limit 256 MB": "out of memory",
}

// scoreboard prints, as Markdown, what accidents do to a pool of ours and to
// one of Python's.
func scoreboard(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "python3", "-")
	cmd.Stdin = strings.NewReader(python)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return err
	}
	fmt.Println("| two accidents among 20 good calls | offing: process.Pool | Python: ProcessPoolExecutor |")
	fmt.Println("|---|---|---|")
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var theirs score
		if err := json.Unmarshal(lines.Bytes(), &theirs); err != nil {
			return err
		}
		ours, err := rate(ctx, accidents[theirs.Name])
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %v | %v |\n", theirs.Name, ours, theirs)
	}
	return cmd.Wait()
}

// rate has two calls of the failure among the good ones on a pool of two.
func rate(ctx context.Context, name string) (s score, err error) {
	pool, err := newPool()
	if err != nil {
		return s, err
	}
	defer pool.Close()
	var futures []*FutureOfInt
	outcomes := make(chan error, 2)
	for n := range good {
		if n == 3 || n == 6 {
			go func() { outcomes <- failureNamed(name).call(ctx, pool) }()
		}
		futures = append(futures, SubmitSquare(ctx, pool, n))
	}
	s.Outcome = sentinelOf(<-outcomes)
	<-outcomes
	if _, _, err := runtime.Wait(ctx, runtime.AllCompleted, futures...); err != nil {
		return s, err
	}
	for _, f := range futures {
		if f.State() == runtime.Succeeded {
			s.Good++
		}
	}
	n, err := CallSquare(ctx, pool, 7)
	s.Alive = err == nil && n == 49
	return s, nil
}
