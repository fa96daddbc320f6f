// The command starter starts pools of one worker when it is told to. Beside the
// tasks it has nothing that is not needed for that: its worker is this program
// started again, and all that it links is initialised in each.
//
// It reads lines "N command" from standard input, does that N times, and answers
// each with a line, as the bench's script in Python does.
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/offing-go/offing/runtime/process"
)

func main() {
	process.Main()
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "starter:", err)
		os.Exit(1)
	}
}

// serve obeys until nobody can send a line.
func serve() error {
	var pools pools
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var times int
		var command string
		if _, err := fmt.Sscan(lines.Text(), &times, &command); err != nil {
			return err
		}
		if err := pools.obey(times, command); err != nil {
			return err
		}
		fmt.Println("done")
	}
	return lines.Err()
}
