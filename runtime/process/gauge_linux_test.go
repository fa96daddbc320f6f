package process

import (
	"errors"
	"os/exec"
	"syscall"
	"testing"
)

// Where the system does not tell how much memory a process has, the kernel's limit holds.
func TestGuardWithoutGauge(t *testing.T) {
	cmd := exec.Command("sleep", "100")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	p := &proc{pid: cmd.Process.Pid}
	if err := p.guard(64 << 20); err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if !prlimit(p.pid, syscall.RLIMIT_DATA, nil, &limit) || limit.Cur != usualWritable+80<<20 {
		t.Fatalf("the limit is %d", limit.Cur)
	}
}

// A gauge that could not be had is a start that fails, whatever it was for.
func TestGuardWithABrokenGauge(t *testing.T) {
	for _, limit := range []int64{0, 64 << 20} {
		p := &proc{blind: syscall.EMFILE}
		if err := p.guard(limit); !errors.Is(err, syscall.EMFILE) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

// A process that is not there has none, and no error.
func TestGaugeOfNobody(t *testing.T) {
	g, err := gaugeFor(&Config{Memory: 1}, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.read(); !errors.Is(err, errNoGauge) {
		t.Fatalf("got %v", err)
	}
}
