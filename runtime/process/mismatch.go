package process

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/offing-go/offing/runtime/internal/child"
	"github.com/offing-go/offing/runtime/internal/frame"
)

// A mismatchError is a worker of another program. To start it again is no use.
type mismatchError struct{ text string }

func (e *mismatchError) Error() string { return "the worker's program does not fit: " + e.text }

// otherTasks describes a worker whose fingerprint differs. listing is what it
// sent after its greeting: nothing, if it did not know what the pool has, or
// anything at all.
func otherTasks(got, want frame.Greeting, listing []byte) error {
	text := fmt.Sprintf("its tasks have fingerprint %016x, those of this program %016x: "+
		"names or types of tasks differ; build both from the same source", got.Fingerprint, want.Fingerprint)
	if theirs, err := frame.ReadListing(listing); err == nil {
		text += differences(child.Listing(), theirs)
	}
	return &mismatchError{text}
}

// maxLines is how many lines of differences an error has, about.
const maxLines = 10

// differences returns lines that say what both listings have under one name but
// not alike, then what only ours has, then what only theirs has.
func differences(ours, theirs frame.Listing) string {
	list := unlike(ours, theirs)
	var text strings.Builder
	lines := 0
	for i, d := range list {
		line := d.String()
		if lines += strings.Count(line, "\n"); lines > maxLines {
			fmt.Fprintf(&text, "\n\tand %d more", len(list)-i)
			break
		}
		text.WriteString(line)
	}
	return text.String()
}

// A difference has the entries of one name; nil where there is none.
type difference struct{ our, their *frame.Entry }

// String returns lines, each after the end of another.
func (d difference) String() string {
	switch {
	case d.their == nil:
		return fmt.Sprintf("\n\t%s %s: only in this program", d.our.Kind, short(d.our.Name))
	case d.our == nil:
		return fmt.Sprintf("\n\t%s %s: only in the worker's", d.their.Kind, short(d.their.Name))
	}
	return fmt.Sprintf("\n\t%s %s has other types:\n%s", d.our.Kind, short(d.our.Name), compare(d.our.Shape, d.their.Shape))
}

// unlike returns the differences in the order in which they are shown. Of what
// comes after the end of a listing that was cut nobody knows whether it is there.
func unlike(ours, theirs frame.Listing) []difference {
	var changed, here, there []difference
	a, b := ours.Entries, slices.Clone(theirs.Entries)
	slices.SortFunc(b, frame.Entry.Compare)
	for len(a) > 0 && len(b) > 0 {
		switch order := a[0].Compare(b[0]); {
		case order < 0:
			here, a = append(here, difference{our: &a[0]}), a[1:]
		case order > 0:
			there, b = append(there, difference{their: &b[0]}), b[1:]
		default:
			if a[0].Shape != b[0].Shape {
				changed = append(changed, difference{&a[0], &b[0]})
			}
			a, b = a[1:], b[1:]
		}
	}
	for i := range a {
		if !theirs.Cut {
			here = append(here, difference{our: &a[i]})
		}
	}
	for i := range b {
		there = append(there, difference{their: &b[i]})
	}
	return slices.Concat(changed, here, there)
}

// What is shown of a long shape: some of what both have in common, then more of
// where they differ.
const (
	shownBefore = 40
	shownAfter  = 60
	shownName   = 200
)

// compare shows two shapes below each other, and where they first differ.
func compare(ours, theirs string) string {
	a, b := []rune(clean(ours)), []rune(clean(theirs))
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	from, dots := 0, ""
	if same > shownBefore {
		from, dots = same-shownBefore, "..."
	}
	window := func(s []rune) string {
		if end := same + shownAfter; len(s) > end {
			return dots + string(s[from:end]) + "..."
		}
		return dots + string(s[from:])
	}
	return fmt.Sprintf("\t\there:   %s\n\t\tworker: %s\n\t\t        %s^",
		window(a), window(b), strings.Repeat(" ", len(dots)+same-from))
}

// short is clean for a name, which is not shown whole if it is longer than any
// is.
func short(name string) string {
	if runes := []rune(clean(name)); len(runes) > shownName {
		return string(runes[:shownName]) + "..."
	}
	return clean(name)
}

// clean replaces what would not print: a worker is not trusted.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
