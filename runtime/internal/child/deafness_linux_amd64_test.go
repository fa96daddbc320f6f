package child

import (
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// handler returns what this process has the kernel do with s.
func handler(t *testing.T, s syscall.Signal) uintptr {
	t.Helper()
	var is disposition
	if !swap(s, nil, &is) {
		t.Fatal("rt_sigaction failed")
	}
	return is.handler
}

// ignores reports whether the kernel drops s, also for what this process starts.
func ignores(t *testing.T, s syscall.Signal) bool {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, mask, _ := strings.Cut(string(status), "\nSigIgn:")
	mask, _, _ = strings.Cut(mask, "\n")
	bits, err := strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return bits>>(s-1)&1 != 0
}

// While it lasts a signal does nothing and is not ignored, which what is started would
// inherit, and it may be asked for; what there was before is there again afterwards.
func TestDeafness(t *testing.T) {
	const s = syscall.SIGTERM
	before := handler(t, s)
	var d deafness
	if !d.begin([]os.Signal{s}) {
		t.Fatal("it did not begin")
	}
	if handler(t, s) != doNothing {
		t.Fatal("the signal is not caught")
	}
	syscall.Kill(os.Getpid(), s) // the end of this process, were it not for d
	if ignores(t, s) {
		t.Error("the signal is ignored")
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, s)
	defer signal.Stop(c)
	d.end()
	if handler(t, s) != before {
		t.Error("what there was before is not there again")
	}
	syscall.Kill(os.Getpid(), s)
	<-c
}

// Who decides meanwhile that a signal be ignored is not overruled. Who decides that it does
// what is the default gets that: the Go runtime's own handler has the process end.
func TestDeafnessAndOthersDecisions(t *testing.T) {
	const s = syscall.SIGTERM
	before := handler(t, s)
	for name, c := range map[string]struct {
		decide func(...os.Signal)
		want   uintptr
	}{
		"ignore": {signal.Ignore, ignored},
		"reset":  {signal.Reset, before},
	} {
		t.Run(name, func(t *testing.T) {
			defer signal.Reset(s)
			defer signal.Notify(make(chan os.Signal, 1), s) // or it would stay ignored
			var d deafness
			d.begin([]os.Signal{s})
			signal.Notify(make(chan os.Signal, 1), s) // as outlast does
			c.decide(s)
			d.end()
			if got := handler(t, s); got != c.want {
				t.Errorf("the handler is %#x, not %#x", got, c.want)
			}
		})
	}
}

// It is safe at once, and in the end the signals are caught and not ignored. They stay so for
// the rest of the tests: one that is on its way would end this process otherwise.
func TestOutlast(t *testing.T) {
	all := []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}
	tellAll := func() {
		for _, s := range all {
			syscall.Kill(os.Getpid(), s.(syscall.Signal))
		}
	}
	times := 0
	outlast(func() {
		times++
		if handler(t, syscall.SIGTERM) != doNothing {
			t.Error("it took as long as to have the signals caught")
		}
		tellAll()
	})
	tellAll()
	if times != 1 {
		t.Errorf("safe was called %d times", times)
	}
	c := make(chan os.Signal, 2*len(all))
	signal.Notify(c, all...)
	defer signal.Stop(c)
	tellAll()
	for came := map[os.Signal]bool{}; len(came) < len(all); {
		came[<-c] = true
	}
}

// Who has a signal ignored as soon as it is safe is not overruled.
func TestOutlastAndWhatIsIgnored(t *testing.T) {
	const s = syscall.SIGTERM
	outlast(func() { signal.Ignore(s) })
	if !signal.Ignored(s) || !ignores(t, s) {
		t.Error("the signal is not ignored any more")
	}
	signal.Notify(make(chan os.Signal, 1), s) // for the rest of the tests
}
