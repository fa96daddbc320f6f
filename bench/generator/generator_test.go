package generator

import (
	"os"
	"testing"

	"github.com/offing-go/offing/bench/internal/report"
)

// The cases check their results themselves, so to run them is to test them. They leave
// nothing where temporary files are.
func TestEveryoneGenerates(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, w := range []report.Work{editWork(2, false, peers), editWork(2, true, peers), unchangedWork(2)} {
		names := map[string]bool{}
		for _, c := range w.Open() {
			names[c.Name] = true
			c.Turn(2)
			if c.Close != nil {
				c.Close()
			}
		}
		for _, target := range w.Targets {
			if !names[target.Against] {
				t.Errorf("%s: a target against %s, who is no contender", w.Name, target.Against)
			}
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("there is left %v (%v)", left, err)
	}
}

// TestAbout holds that everyone who takes part is described.
func TestAbout(t *testing.T) {
	for _, w := range works(false)[:1] {
		for _, c := range w.Open() {
			described := false
			for _, a := range Group.About {
				described = described || a.Contender == c.Name
			}
			if !described {
				t.Errorf("%s takes part and is not described", c.Name)
			}
			if c.Close != nil {
				c.Close()
			}
		}
	}
}
