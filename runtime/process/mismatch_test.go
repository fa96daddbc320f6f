package process

import (
	"strconv"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime/internal/child"
	"github.com/offing-go/offing/runtime/internal/frame"
)

func tasksNamed(shape string, names ...string) (l frame.Listing) {
	for _, name := range names {
		l.Entries = append(l.Entries, frame.Entry{Kind: frame.TaskEntry, Name: name, Shape: shape})
	}
	return l
}

func numbered(n int) (names []string) {
	for i := range n {
		names = append(names, "a.F"+strconv.Itoa(10+i))
	}
	return names
}

func TestDifferences(t *testing.T) {
	long := strings.Repeat("int, ", 100)
	cut := tasksNamed("x", "a.A", "a.C")
	cut.Cut = true
	for name, c := range map[string]struct {
		ours, theirs frame.Listing
		want         string
	}{
		"none":   {tasksNamed("x", "a.A"), tasksNamed("x", "a.A"), ""},
		"ours":   {tasksNamed("x", "a.A", "a.B"), tasksNamed("x", "a.B"), "\n\ttask a.A: only in this program"},
		"theirs": {tasksNamed("x", "a.A"), tasksNamed("x", "a.B", "a.A"), "\n\ttask a.B: only in the worker's"},
		"errors": {
			frame.Listing{Entries: []frame.Entry{{Kind: frame.ErrorEntry, Name: "a.E"}}}, tasksNamed("x", "a.E"),
			"\n\terror a.E: only in this program\n\ttask a.E: only in the worker's",
		},
		"shape": {tasksNamed("func(n int) int", "a.A"), tasksNamed("func(n int64) int", "a.A"), "\n\ttask a.A has other types:\n" +
			"\t\there:   func(n int) int\n" +
			"\t\tworker: func(n int64) int\n" +
			"\t\t                  ^"},
		"long shape": {tasksNamed(long+"string, "+long, "a.A"), tasksNamed(long+"bool", "a.A"), "\n\ttask a.A has other types:\n" +
			"\t\there:   ..." + strings.Repeat("int, ", 8) + "string, " + strings.Repeat("int, ", 10) + "in...\n" +
			"\t\tworker: ..." + strings.Repeat("int, ", 8) + "bool\n" +
			"\t\t           " + strings.Repeat(" ", 40) + "^"},
		"shorter": {tasksNamed("ab", "a.A"), tasksNamed("abc", "a.A"), "\n\ttask a.A has other types:\n\t\there:   ab\n\t\tworker: abc\n\t\t          ^"},
		"cut":     {tasksNamed("x", "a.A", "a.B", "a.D"), cut, "\n\ttask a.B: only in this program\n\ttask a.C: only in the worker's"},
		"unclean": {frame.Listing{}, tasksNamed("x", "a\n\x1b\xff"), "\n\ttask a\ufffd\ufffd\ufffd: only in the worker's"},
		"name":    {frame.Listing{}, tasksNamed("x", strings.Repeat("a", 300)), "\n\ttask " + strings.Repeat("a", 200) + "...: only in the worker's"},
	} {
		if got := differences(c.ours, c.theirs); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestManyDifferences(t *testing.T) {
	got := differences(tasksNamed("x", numbered(30)...), frame.Listing{})
	if lines := strings.Split(got, "\n"); len(lines) != 12 || lines[11] != "\tand 20 more" {
		t.Errorf("got %q", got)
	}
	got = differences(tasksNamed("x", numbered(30)...), tasksNamed("y", numbered(30)...))
	if lines := strings.Split(got, "\n"); len(lines) != 10 || lines[9] != "\tand 28 more" {
		t.Errorf("got %q", got)
	}
}

// Whatever follows the greeting, the error says that the programs differ.
func TestG12_OtherTasks(t *testing.T) {
	want, got := frame.Greeting{Fingerprint: 1}, frame.Greeting{Fingerprint: 2}
	const begin = "the worker's program does not fit: its tasks have fingerprint 0000000000000002, those of this program 0000000000000001: " +
		"names or types of tasks differ; build both from the same source"
	junk := child.Listing().Append(nil, 1<<20)
	for _, listing := range [][]byte{nil, {7}, junk, junk[:len(junk)-1], make([]byte, 2<<20)} {
		if text := otherTasks(got, want, listing).Error(); text != begin {
			t.Errorf("got %q", text)
		}
	}
}
