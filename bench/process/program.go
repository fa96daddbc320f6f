package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A program does the work in a process of its own, on command: a line each, which it
// answers with one. It ends when nobody can send it another one.
type program struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startProgram(name string, args ...string) *program {
	p := &program{Cmd: exec.Command(name, args...)}
	p.Stderr = os.Stderr
	in, err := p.StdinPipe()
	must(err)
	out, err := p.StdoutPipe()
	must(err)
	p.in, p.out = in, bufio.NewReader(out)
	must(p.Start())
	return p
}

// ask sends a command and returns the answer. That costs a few microseconds, once
// in each round.
func (p *program) ask(words ...any) string {
	_, err := fmt.Fprintln(p.in, words...)
	must(err)
	answer, err := p.out.ReadString('\n')
	must(err)
	return strings.TrimSpace(answer)
}

// end lets the program end its workers, and itself.
func (p *program) end() {
	p.in.Close()
	must(p.Wait())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
