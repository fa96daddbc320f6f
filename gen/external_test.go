package gen

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/offing-go/offing/templates"
)

// TestOldOutputHasNoSay holds that packages are generated alike if none of their files
// is there yet, if these are empty, and if there is something else in them.
func TestOldOutputHasNoSay(t *testing.T) {
	fixtures(t, "testdata/ok/*.txtar", func(t *testing.T, archive *txtar.Archive) {
		source := *archive
		source.Files = slices.DeleteFunc(slices.Clone(archive.Files), func(f txtar.File) bool {
			return isOutput(filepath.Base(f.Name)) && isOurs(f.Data)
		})
		for _, old := range []string{"missing", "", templates.Header + "\n\npackage old\n\ntype DivResult chan int\n"} {
			files := slices.Clone(source.Files)
			for _, f := range archive.Files {
				if old != "missing" && isOutput(filepath.Base(f.Name)) && isOurs(f.Data) {
					files = append(files, txtar.File{Name: f.Name, Data: []byte(old)})
				}
			}
			dir := unpack(t, &txtar.Archive{Files: files})
			res, err := Generate(Config{Dir: dir, Patterns: []string{"./..."}})
			if err != nil || len(res.Diagnostics) > 0 {
				t.Fatalf("after %q: %v\n%s", old, err, said(res))
			}
			for _, f := range res.Files {
				if want := get(archive, filepath.ToSlash(f.Name)); !bytes.Equal(f.New, want) {
					t.Errorf("after %q %s is different:\n%s", old, f.Name, File{Name: f.Name, Old: want, New: f.New}.Diff())
				}
			}
		}
	})
}

// TestExternalAlone holds that an external test package sees what is generated for its
// package, whose only pattern is its directory.
func TestExternalAlone(t *testing.T) {
	archive := txtar.Parse([]byte(`
-- p.go --
package p

//offing:task
func Div(a, b int) (q, r int) { return a / b, a % b }
-- p_test.go --
package p

//offing:task T=int
func Swap[T any](a, b T) (T, T) { return b, a }
-- x_test.go --
package p_test

import "example.com/p"

//offing:task
func Show(r p.DivResult, s []p.SwapIntResult) string { return "" }
`))
	dir, cache := unpack(t, archive), t.TempDir()
	for _, c := range []struct {
		name, text string
		current    int
	}{
		{"x_test.go", string(get(archive, "x_test.go")), 0},
		{"x_test.go", string(get(archive, "x_test.go")), 1},
		{"p.go", "package p\n\n//offing:task\nfunc Div(a, b string) (q, r string) { return }\n", 0},
		{"p_test.go", "package p\n\n//offing:task T=int\nfunc Swap[T any](a, b T) (T, string) { return a, \"\" }\n", 0},
		{"offing_gen_test.go", "-", 0},
		{"offing_gen_test.go", templates.Header + "\n\npackage p\n\ntype SwapIntResult string\n", 0},
		{"x_test.go", string(get(archive, "x_test.go")), 1},
	} {
		write(t, dir, c.name, c.text)
		res := generateNoted(t, dir, cache)
		if len(res.Current) != c.current || len(res.Diagnostics) > 0 {
			t.Errorf("after an edit of %s: current is %q, %s", c.name, res.Current, said(res))
		}
		for _, f := range res.Files {
			if len(f.New) == 0 {
				t.Errorf("%s is not generated", f.Name)
			}
		}
	}
	if res, err := Generate(Config{Dir: dir}); err != nil || len(res.Files) != 3 || len(res.Listings) != 3 {
		t.Errorf("got %v, %s", err, said(res))
	}
}

// TestOfConstrainedFile holds that what is generated for a file with a build constraint
// is seen as well, by who is built with it.
func TestOfConstrainedFile(t *testing.T) {
	t.Setenv("GOFLAGS", "-tags=x")
	dir := unpack(t, txtar.Parse([]byte(`
-- always.go --
package p
-- p.go --
//go:build x

package p

//offing:task
func Div(a, b int) (q, r int) { return a / b, a % b }
-- p_test.go --
//go:build x

package p_test

import "example.com/p"

//offing:task
func Show(r p.DivResult) string { return "" }
-- q/q.go --
//go:build x

package q

import "example.com/p"

//offing:task
func Show(r p.DivResult) string { return "" }
`)))
	for range 2 { // the second time with old output
		res, err := Generate(Config{Dir: dir, Patterns: []string{"./..."}})
		if err != nil || len(res.Diagnostics) > 0 || len(res.Files) != 4 { // one for an alias
			t.Fatal(err, said(res))
		}
		for _, f := range res.Files {
			if err := f.Write(); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("GOFLAGS", "-tags=y")
	res, err := Generate(Config{Dir: dir, Patterns: []string{"./..."}})
	if err != nil || !strings.Contains(said(res), "what package p has where x is not known here") {
		t.Error(err, said(res))
	}
}
