package gen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// listingsOf lists the tasks of an archive.
func listingsOf(t *testing.T, archive *txtar.Archive) *Result {
	t.Helper()
	res, err := Generate(Config{Dir: unpack(t, archive), Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// namesOf returns the names of listings.
func namesOf(list []Listing) string {
	var names []string
	for _, l := range list {
		names = append(names, l.Name)
	}
	return strings.Join(names, " ")
}

// TestListing holds every field, of a task that has all and of one that is
// local.
func TestListing(t *testing.T) {
	archive := txtar.Parse([]byte(`
-- p.go --
package p

import "context"

type Thumb struct{ Pixels []byte }

// Resize scales a picture. It takes
// a while.
//
//offing:task timeout=1500ms retries=3 name=Scale
func Resize(ctx context.Context, img Thumb, sides ...int) (*Thumb, error) { return nil, nil }

//offing:task local
func Each(fn func(int) <-chan Thumb) {}

// Area counts pixels.
//
//offing:task
func (img *Thumb) area(ctx context.Context, scale int) (int, error) { return 0, nil }
`))
	got := listingsOf(t, archive).Listings
	if len(got) != 3 {
		t.Fatalf("got %+v", got)
	}
	for i, want := range []Listing{
		{
			Kind: KindTask, Name: "p.Resize", ID: "example.com/p.Resize", Doc: "Resize scales a picture.", Suffix: "Scale",
			Signature: "func(ctx context.Context, img p.Thumb, sides ...int) (*p.Thumb, error)",
			Shape:     "func(example.com/p.Thumb=struct{Pixels []uint8}, []int) *example.com/p.Thumb",
			Place:     Anywhere, Fingerprint: "e7fb743eb058e9c8", Size: 112, Timeout: 1500 * time.Millisecond, Retries: 3,
		},
		{
			Kind: KindTask, Name: "p.Each", ID: "example.com/p.Each", Suffix: "Each",
			Signature: "func(fn func(int) <-chan p.Thumb)", Place: Goroutines, Size: 64,
		},
		{
			Kind: KindTask, Name: "p.Thumb.area", ID: "example.com/p.Thumb.area", Doc: "Area counts pixels.", Suffix: "Area",
			Signature: "func(img *p.Thumb, ctx context.Context, scale int) (int, error)",
			Shape:     "func(*example.com/p.Thumb=struct{Pixels []uint8}, int) int",
			Place:     Anywhere, Fingerprint: "f8a001a19e552b0a", Size: 80,
		},
	} {
		want.Pos = got[i].Pos
		if got[i] != want {
			t.Errorf("got\n%+v\nwant\n%+v", got[i], want)
		}
	}
	if pos := got[0].Pos.String() + " " + got[1].Pos.String(); pos != "p.go:11:6 p.go:14:6" {
		t.Errorf("at %s", pos)
	}
}

// TestListingOfErrors holds what is told of sentinels and of error types, which may
// be found in errors as two types.
func TestListingOfErrors(t *testing.T) {
	archive := txtar.Parse([]byte(`
-- p.go --
package p

import "errors"

// ErrFull says that there is no room.
//
//offing:error
var ErrFull = errors.New("full")

//offing:task
func Store(n int) error { return ErrFull }

//offing:error
type Code struct{ N int }

func (Code) Error() string { return "" }
`))
	var got []string
	for _, l := range listingsOf(t, archive).Listings {
		got = append(got, fmt.Sprintf("%s %s %s %s:%d %q %q", l.Kind, l.ID, l.Signature, l.Pos.Filename, l.Pos.Line, l.Doc, l.Shape))
	}
	want := []string{
		`error example.com/p.ErrFull error p.go:8 "ErrFull says that there is no room." ""`,
		`task example.com/p.Store func(n int) error p.go:11 "" "func(int)"`,
		`error example.com/p.Code p.Code p.go:14 "" "example.com/p.Code=struct{N int}"`,
		`error *example.com/p.Code *p.Code p.go:14 "" "*example.com/p.Code=struct{N int}"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestListedUnions holds that a union without mistakes is told with the types that
// it may hold, and one with mistakes is not.
func TestListedUnions(t *testing.T) {
	res := listingsOf(t, txtar.Parse([]byte(`
-- p.go --
package p

import "example.com/p/geo"

type Circle struct{ R float64 }

func (Circle) Area() float64 { return 0 }

type Dot = geo.Point

//offing:union Circle *Dot
type Shape interface{ Area() float64 }

//offing:union Circle Triangle
type Other interface{ Area() float64 }

//offing:task
func Draw(s Shape) {}
-- geo/geo.go --
package geo

type Point struct{ X, Y int }

func (*Point) Area() float64 { return 0 }
`)))
	want := "[{ID:example.com/p.Shape Types:[example.com/p.Circle *example.com/p/geo.Point]}]"
	if got := fmt.Sprintf("%+v", res.Unions); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestListingsAreInOrder holds the order: directories, files, lines, whatever is
// imported by whom and whether it is a test.
func TestListingsAreInOrder(t *testing.T) {
	const task = "\n\n//offing:task\nfunc "
	archive := txtar.Parse([]byte("-- b/b.go --\npackage b\n\ntype T int" + task + "Z(T) {}" + task + "A() {}\n" +
		"-- a/z.go --\npackage a\n\nimport \"example.com/p/b\"" + task + "Q(b.T) {}\n" +
		"-- a/y_test.go --\npackage a" + task + "R() {}\n-- a/x.go --\npackage a" + task + "S() {}\n-- a/none.go --\npackage a\n"))
	res := listingsOf(t, archive)
	if got := namesOf(res.Listings); got != "a.S a.R a.Q b.Z b.A" || len(res.Diagnostics) > 0 {
		t.Errorf("got %s; %s", got, said(res))
	}
}

// TestListingsBesideMistakes holds that a mistake costs one task its listing.
func TestListingsBesideMistakes(t *testing.T) {
	archive := txtar.Parse([]byte(`
-- p.go --
package p

//offing:task
func A(n int) int { return n }

//offing:task
func B(fn func()) {}

//offing:task
func C(n Nothing) {}

//offing:task timout=2s
func D() {}

//offing:task
func E(n, N int) {}

//offing:task
func a(n int) {}

//offing:task
func F(n int) int { return n }
-- q/q.go --
package q

//offing:task
func A() {}

func broken( {
`))
	res := listingsOf(t, archive)
	if got := namesOf(res.Listings); got != "p.A p.F" || len(res.Diagnostics) != 6 || len(res.Files) > 0 {
		t.Errorf("got %s and %d files; %s", got, len(res.Files), said(res))
	}
}

// TestFingerprint holds that it changes with what crosses, and with nothing else.
func TestFingerprint(t *testing.T) {
	const source = "package p\n\n//offing:task\nfunc F(t T) int { return 0 }\n\ntype T struct{ A, B int }\n"
	of := func(source string) string {
		t.Helper()
		list := listingsOf(t, txtar.Parse([]byte("-- p.go --\n"+source))).Listings
		if len(list) == 0 {
			t.Fatalf("nothing is listed of %s", source)
		}
		return list[0].Fingerprint
	}
	first := of(source)
	if _, err := strconv.ParseUint(first, 16, 64); err != nil || len(first) != 16 {
		t.Errorf("%q: %v", first, err)
	}
	for _, c := range []struct {
		old, new string
		same     bool
	}{
		{"t T", "other T", true},
		{"F(t T) int", "F(T) (n int, err error)", true},
		{"task\n", "task timeout=1s name=G\n", true},
		{"A, B int", "A int; B int `json:\"b\"`", true},
		{"type", "//offing:task\nfunc G() {}\n\ntype", true},
		{"A, B", "B, A", false},
		{"B int", "B int8", false},
		{"T) int", "T) uint", false},
		{"F(", "G(", false},
	} {
		source := strings.Replace(source, c.old, c.new, 1)
		if got := of(source); (got == first) != c.same {
			t.Errorf("%s: %s, before %s", source, got, first)
		}
	}
}

// TestListingsOfFixtures holds that the tasks and constructors of all correct fixtures
// are listed, each by a name of its own.
func TestListingsOfFixtures(t *testing.T) {
	fixtures(t, "testdata/ok/*.txtar", func(t *testing.T, archive *txtar.Archive) {
		want := 0
		for _, f := range archive.Files {
			for line := range strings.Lines(string(f.Data)) {
				if (strings.HasPrefix(line, "//offing:task") || strings.HasPrefix(line, "//offing:state")) && !isOutput(f.Name) {
					want++
				}
			}
		}
		var ids []string
		at := map[string]bool{}
		for _, l := range listingsOf(t, archive).Listings {
			if l.Kind == KindError {
				continue
			}
			ids = append(ids, l.ID+" in "+l.Pos.Filename) // another in another build
			at[l.Pos.String()] = true                     // of all instances
			if (l.Shape == "") != (l.Place == Goroutines) || (l.Fingerprint == "") != (l.Place == Goroutines) || l.Signature == "" {
				t.Errorf("%+v", l)
			}
		}
		slices.Sort(ids)
		if len(at) != want || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%d tasks and constructors, listed are %q", want, ids)
		}
	})
}
