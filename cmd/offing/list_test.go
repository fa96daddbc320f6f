package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const several = `package p

import "time"

// Square returns n squared. It is pure.
//
//offing:task
func Square(n int) int { return n * n }

//offing:task
func Bad(f func()) {}

type Job struct{ At time.Time }

//offing:task timeout=2s retries=1
func Schedule(jobs map[string][]*Job, reply string) (at time.Time, err error) { return at, nil }

//offing:task local
func Each(from <-chan Job) {}
`

// TestListTable holds that columns are aligned and that a mistake of one task
// hides no other.
func TestListTable(t *testing.T) {
	status, stdout, stderr := in(t, several, "list")
	want := `
p.Square    func(n int) int                                                         p.go:8:6   b6a7d4529bd0dd9d  anywhere    64 B
p.Schedule  func(jobs map[string][]*p.Job, reply string) (at time.Time, err error)  p.go:16:6  25f72767aa9d8671  anywhere    96 B
p.Each      func(from <-chan p.Job)                                                 p.go:19:6  -                 goroutines  64 B
`[1:]
	if status != toMend || stdout != want || !strings.Contains(stderr, "task Bad") {
		t.Errorf("status %d, stdout\n%sstderr %s", status, stdout, stderr)
	}
	_, shapes, _ := in(t, several, "-v", "list")
	lines := strings.SplitAfter(want, "\n")
	want = lines[0] + "\tfunc(int) int\n" +
		lines[1] + "\tfunc(map[string][]*example.com/p.Job=struct{At time.Time}, string) time.Time\n" + lines[2]
	if shapes != want {
		t.Errorf("with -v\n%s", shapes)
	}
}

// TestListJSON holds the objects that other programs read.
func TestListJSON(t *testing.T) {
	_, stdout, _ := in(t, several, "list", "-json")
	var got []map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got) != 3 {
		t.Fatalf("%v: %s", err, stdout)
	}
	for i, want := range []map[string]any{
		{
			"kind": "task", "name": "p.Square", "id": "example.com/p.Square", "doc": "Square returns n squared.",
			"file": "p.go", "line": 8.0, "column": 6.0, "signature": "func(n int) int", "shape": "func(int) int",
			"fingerprint": "b6a7d4529bd0dd9d", "place": "anywhere", "size": 64.0,
		},
		{"name": "p.Schedule", "timeout": "2s", "retries": 1.0},
		{"name": "p.Each", "place": "goroutines", "signature": "func(from <-chan p.Job)", "fingerprint": nil, "shape": nil},
	} {
		for key, value := range want {
			if got[i][key] != value {
				t.Errorf("%s: %s is %v, want %v", want["name"], key, got[i][key], value)
			}
		}
		if i == 0 && len(got[i]) != len(want) {
			t.Errorf("got %v", got[i])
		}
	}
	if strings.Contains(stdout, `\u003c`) {
		t.Errorf("escaped as if it were HTML: %s", stdout)
	}
}

// TestListWritesNothing holds that to look changes nothing.
func TestListWritesNothing(t *testing.T) {
	in(t, good, "list")
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
}
