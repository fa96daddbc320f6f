package gen

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/offing-go/offing/templates"
)

// anyway is a package with a task whose types are its own, of its module, of another
// module and of the standard library.
const anyway = `
-- go.mod --
module example.com/p

go 1.26.0

require example.com/other v0.0.0

replace example.com/other => ./other
-- p.go --
package p

import (
	"context"
	"net/http"

	"example.com/other/units"
	"example.com/p/q"
)

//offing:task
func Get(ctx context.Context, h http.Header, j q.Job, m units.Metre) (Answer, error) { return Answer{}, nil }

type Answer struct{ Text string }
-- q/q.go --
package q

type Job struct{ Level Level }

type Level int
-- other/go.mod --
module example.com/other

go 1.26.0
-- other/units/units.go --
package units

type Metre float64
-- other/broken/broken.go --
package broken

type Thing = undefined
`

// TestGeneratesAnyway holds that the same is generated whatever else is missing or
// wrong in a package, in what it imports and in its old output.
func TestGeneratesAnyway(t *testing.T) {
	clean := generateFrom(t, anyway, "", "")
	for name, c := range map[string]struct{ file, text string }{
		"from zero":                    {"offing_gen.go", ""},
		"old output":                   {"offing_gen.go", templates.Header + "\n\npackage p\n\nfunc SubmitGet(n int) {}\n\nvar _ func() = Get\n"},
		"garbage for output":           {"offing_gen.go", templates.Header + "\n\x00\xff}{ <<<<<<<\n"},
		"bodies that call it":          {"use.go", "package p\n\nfunc use() { f := SubmitGet(1); f.Result(); CallGone(MapGet) }\n"},
		"bodies that do not compile":   {"use.go", "package p\n\nfunc use() { var n int = \"a\"; n.x(); return 7 }\n"},
		"fields of its types":          {"use.go", "package p\n\ntype app struct { last *FutureOfAnswer; args GetArgs; gone Gone }\n"},
		"variables of it":              {"use.go", "package p\n\nvar last, gone = SubmitGet(nil, nil), Gone()\n\nvar future *FutureOfAnswer\n"},
		"methods with its types":       {"use.go", "package p\n\nfunc (a Answer) Future() *FutureOfAnswer { return nil }\n"},
		"embedding it":                 {"use.go", "package p\n\ntype app struct{ FutureOfAnswer }\n"},
		"constants of its":             {"use.go", "package p\n\nimport \"unsafe\"\n\nconst size = unsafe.Sizeof(GetArgs{})\n"},
		"an import that is not there":  {"use.go", "package p\n\nimport \"example.com/nowhere\"\n\nvar x = nowhere.X\n"},
		"an own one that is not there": {"use.go", "package p\n\nimport \"example.com/p/nowhere\"\n\nvar x nowhere.X\n"},
		"an import with errors":        {"use.go", "package p\n\nimport \"example.com/other/broken\"\n\nvar x broken.Thing\n"},
		"an own one with errors":       {"q/more.go", "package q\n\ntype More struct{ undefined }\n\nfunc (l Level) String() string { return l + 1 }\n"},
		"an own one that uses it":      {"q/more.go", "package q\n\nimport \"example.com/p\"\n\nfunc More() { p.SubmitGet(nil, nil) }\n"},
		"tests that do not compile":    {"p_test.go", "package p\n\nvar x = MapGet + gone\n"},
		"tests of another name":        {"x_test.go", "package p_test\n\nimport . \"example.com/p\"\n\nvar x = MapGet + Gone\n"},
		"code for other systems":       {"use_plan9.go", "package p\n\nvar x = SubmitGet + gone\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := generateFrom(t, anyway, c.file, c.text); !bytes.Equal(got, clean) {
				t.Errorf("the output differs:\n%s", File{Old: clean, New: got}.Diff())
			}
		})
	}
}

// generateFrom returns what is generated for the package at the root of a module, with
// a file more.
func generateFrom(t *testing.T, archive, name, text string) []byte {
	t.Helper()
	dir := unpack(t, txtar.Parse([]byte(archive)))
	if text != "" {
		write(t, dir, name, text)
	}
	res, err := Generate(Config{Dir: dir})
	if err != nil || len(res.Diagnostics) > 0 || len(res.Files) != 1 {
		t.Fatalf("%v, %s", err, said(res))
	}
	return res.Files[0].New
}

// TestOnlyWhatIsMentionedIsLoaded holds that a package whose tasks mention no other is
// generated without the go command, whatever else it imports.
func TestOnlyWhatIsMentionedIsLoaded(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	text := generateFrom(t, `
-- p.go --
package p

import (
	"context"
	"net/http"
	"time"

	"example.com/nowhere"
)

type Job struct {
	At  time.Time
	For time.Duration
	In  Place
}

type Place struct{ Name string; next *Place }

type server struct{ http.Server; n nowhere.N }

//offing:task
func Do(ctx context.Context, jobs map[string][]*Job) error { http.Get(nowhere.X); return nil }
`, "", "")
	if !strings.Contains(string(text), "func SubmitDo(") {
		t.Errorf("generated is\n%s", text)
	}
}
