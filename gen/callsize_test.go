package gen

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestCallSize holds the sizes of calls against those of the runtime's, as its source
// has it, for the types of the emitted tasks.
func TestCallSize(t *testing.T) {
	archive := txtar.Parse([]byte(`
-- p.go --
package p

import "time"

type Page struct {
	URL  string
	Body [9]uint16
}

//offing:task
func None() {}

//offing:task
func Square(n int) int { return n }

//offing:task
func Small(a bool) bool { return a }

//offing:task
func Mixed(a bool, b int64, c int8) (d int8, e string, f bool) { return 0, "", false }

//offing:task
func Empty(a struct{}) [0]int { return [0]int{} }

//offing:task
func Big(p Page, at time.Time, many ...Page) (map[string]Page, error) { return nil, nil }

//offing:task
func Large(p [20]Page) error { return nil }

//offing:task
func Largest(p [2000]Page) error { return nil }

//offing:task local
func Local(fn func(), ch chan int, v any) (interface{ F() }, error) { return nil, nil }

type Desk struct{}

//offing:state
func OpenDesk() *Desk { return nil }

//offing:task
func (*Desk) Sit(a bool) int8 { return 0 }

//offing:task
func (*Desk) Stand() {}
`))
	res := listingsOf(t, archive)
	if len(res.Files) != 1 || len(res.Listings) != 12 {
		t.Fatal(said(res))
	}
	fset := token.NewFileSet()
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil), IgnoreFuncBodies: true, Sizes: sizes}
	pkg := checkSource(t, fset, config, map[string][]byte{"p.go": get(archive, "p.go"), OutputName: res.Files[0].New})
	for _, l := range res.Listings {
		if l.Kind == KindState {
			continue
		}
		name := "task" + l.Suffix
		if want := sizeClass(int(sizes.Sizeof(callOf(t, pkg, name)))); l.Size != want {
			t.Errorf("%s: %d bytes, want %d", l.Name, l.Size, want)
		}
	}
	if got := res.Listings[1].Size; got != 64 {
		t.Errorf("a call of Square has %d bytes, which is more than a cache line", got)
	}
}

// callOf returns the runtime's type of calls of a task: funcCall[A, R] where that is
// defined by a Func[A, R], methodCall[S, A, R] where by a Method[S, A, R].
func callOf(t *testing.T, pkg *types.Package, task string) types.Type {
	t.Helper()
	v := pkg.Scope().Lookup(task)
	if v == nil {
		t.Fatalf("no %s in %s", task, pkg.Scope().Names())
	}
	def := v.Type().(*types.Pointer).Elem().(*types.Named)
	name := map[string]string{"Func": "funcCall", "Method": "methodCall"}[def.Obj().Name()]
	generic := def.Obj().Pkg().Scope().Lookup(name)
	call, err := types.Instantiate(nil, generic.Type(), slices.Collect(def.TypeArgs().Types()), true)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

// TestSizeClasses holds the table against the allocator that runs the test.
func TestSizeClasses(t *testing.T) {
	for n := 8; n < 100_000; n += 8 {
		free := cap(append([]*byte(nil), make([]*byte, n/8)...)) * 8
		want := sizeClass(n)
		if n > headerFrom && n <= 32768-header {
			want -= header
		}
		if free != want {
			t.Errorf("%d: %d, want %d", n, want, free)
		}
	}
}

// checkSource gives types to the files of a package.
func checkSource(t *testing.T, fset *token.FileSet, config types.Config, texts map[string][]byte) *types.Package {
	t.Helper()
	var files []*ast.File
	for name, text := range texts {
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	pkg, err := config.Check("example.com/p", fset, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}
