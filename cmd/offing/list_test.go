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

const stateful = `package p

import "context"

type Model struct{ n int }

// OpenModel reads a model. It takes long.
//
//offing:state
func OpenModel(ctx context.Context, path string, n int) (*Model, error) { return nil, nil }

//offing:task
func (m *Model) Predict(text string) int { return 0 }

//offing:task local
func (m *Model) Each(fn func()) {}

type Other struct{}

//offing:state
func OpenOther(f func()) *Other { return nil }

//offing:task
func (o *Other) Do() {}
`

// TestListState holds how a constructor is listed, and the tasks on its state: with the
// state as their first parameter, which does not cross, and a word more in a call.
func TestListState(t *testing.T) {
	status, stdout, stderr := in(t, stateful, "list", "-v")
	want := `
p.OpenModel      func(ctx context.Context, path string, n int) (*p.Model, error)  p.go:10:6   0f43416c471e0ac8  anywhere    -
	state(string, int)
p.Model.Predict  func(m *p.Model, text string) int                                p.go:13:17  d2f3776764d77d54  anywhere    80 B
	(OpenModel) func(string) int
p.Model.Each     func(m *p.Model, fn func())                                      p.go:16:17  -                 goroutines  80 B
`[1:]
	if status != toMend || stdout != want || !strings.Contains(stderr, "constructor OpenOther: parameter f: a func value cannot cross") {
		t.Errorf("status %d, stdout\n%sstderr %s", status, stdout, stderr)
	}
	_, stdout, _ = in(t, stateful, "list", "-json")
	var got []map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got) < 2 {
		t.Fatalf("%v: %s", err, stdout)
	}
	if got[0]["kind"] != "state" || got[0]["doc"] != "OpenModel reads a model." || got[0]["size"] != nil || got[0]["shape"] != "state(string, int)" {
		t.Errorf("got %v", got[0])
	}
	if got[1]["kind"] != "task" || got[1]["id"] != "example.com/p.Model.Predict" || got[1]["size"] != 80.0 {
		t.Errorf("got %v", got[1])
	}
	if _, _, stderr := in(t, stateful, "-json"); !strings.Contains(stderr, `"code":"OF104","task":"OpenOther","kind":"state"`) {
		t.Errorf("got %s", stderr)
	}
}
