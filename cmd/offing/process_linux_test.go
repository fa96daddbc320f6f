package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// offing returns the command as a process, with more in its environment.
func offing(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(append(os.Environ(), "OFFING_TEST_AS_COMMAND=1"), env...)
	return cmd
}

// TestInterrupt holds that Ctrl-C, and what a system sends to end a program, end
// a watch with status 0.
func TestInterrupt(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		in(t, good)
		cmd := offing(t, nil, "-watch")
		stderr, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(stderr)
		for lines.Scan() && !strings.HasSuffix(lines.Text(), " ms") {
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Error(err)
		}
		rest, _ := io.ReadAll(stderr)
		if err := cmd.Wait(); err != nil || len(rest) > 0 {
			t.Errorf("%v: %v, %s", signal, err, rest)
		}
	}
}

// TestTerminal holds that a terminal gets excerpts and colors, and what turns
// them off.
func TestTerminal(t *testing.T) {
	in(t, bad)
	const line = `p.go:4:6: task Square: parameter f: a func value cannot cross a process; add "local" or pass a value [OF104]` + "\n"
	const excerpt = "    4 | func Square(f func()) {}\n      |             ^\n"
	const advice = "For what a code means run \"offing explain OF104\".\n"
	for _, c := range []struct {
		env  []string
		want string
	}{
		{[]string{"TERM=xterm", "NO_COLOR="}, bold + "p.go:4:6:" + plain},
		{[]string{"TERM=xterm", "NO_COLOR=1"}, line + excerpt + advice},
		{[]string{"TERM=dumb", "NO_COLOR="}, line},
	} {
		master, slave := openTerminal(t)
		cmd := offing(t, c.env, "generate")
		cmd.Stderr = slave
		err := cmd.Run()
		slave.Close()
		out, _ := io.ReadAll(master) // which fails in the end, as nobody has the terminal any more
		got := strings.ReplaceAll(string(out), "\r\n", "\n")
		if cmd.ProcessState.ExitCode() != toMend || !strings.HasPrefix(got, c.want) {
			t.Errorf("%q: %v\n%q", c.env, err, got)
		}
		if c.env[0] == "TERM=dumb" && got != line {
			t.Errorf("%q", got)
		}
	}
}

// openTerminal returns both ends of a new terminal.
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	var number, unlocked int32
	for request, arg := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &unlocked} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(unsafe.Pointer(arg))); errno != 0 {
			t.Fatal(errno)
		}
	}
	slave, err = os.OpenFile(filepath.Join("/dev/pts", strconv.Itoa(int(number))), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}
