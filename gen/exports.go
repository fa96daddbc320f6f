package gen

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// exports imports packages from outside the module by the export data that the
// go command has of them.
type exports struct {
	fset    *token.FileSet
	dir     string                     // where the go command runs
	needed  map[string]map[string]bool // names by import path
	files   map[string]string          // export data by import path
	errors  map[string]string          // why there is none
	imports map[string]*types.Package
}

func newExports(fset *token.FileSet, dir string) exports {
	return exports{fset, dir, map[string]map[string]bool{}, map[string]string{}, map[string]string{}, map[string]*types.Package{}}
}

func (e *exports) need(path, name string) {
	if e.needed[path] == nil {
		e.needed[path] = map[string]bool{}
	}
	e.needed[path][name] = true
}

// builtin is what signatures mostly need of the standard library. For packages
// that need no more the go command, some 50 ms, is not run.
var builtin = map[string]string{
	"context": `package context
import "time"
type Context interface {
	Deadline() (deadline time.Time, ok bool)
	Done() <-chan struct{}
	Err() error
	Value(key any) any
}`,
	"time": `package time
type Time struct { wall uint64; ext int64; loc *location }
type location struct{}
type Duration int64
type Month int
type Weekday int
`,
	"iter": `package iter
type Seq[V any] func(yield func(V) bool)
type Seq2[K, V any] func(yield func(K, V) bool)
`,
}

// builtinNames are the names that builtin declares for users.
var builtinNames = map[string][]string{
	"context": {"Context"},
	"time":    {"Time", "Duration", "Month", "Weekday"},
	"iter":    {"Seq", "Seq2"},
}

// load finds or makes the packages that are needed.
func (e *exports) load() error {
	paths := make([]string, 0, len(e.needed))
	enough := true
	for path, names := range e.needed {
		paths = append(paths, path)
		for name := range names {
			enough = enough && slices.Contains(builtinNames[path], name)
		}
	}
	slices.Sort(paths)
	if enough {
		return e.loadBuiltin()
	}
	return e.list(paths)
}

func (e *exports) loadBuiltin() error {
	for _, path := range []string{"time", "context", "iter"} {
		f, err := parser.ParseFile(e.fset, path+".go", builtin[path], 0)
		if err != nil {
			return err
		}
		config := types.Config{Importer: importFunc(func(p string) (*types.Package, error) { return e.imports[p], nil })}
		pkg, err := config.Check(path, e.fset, []*ast.File{f}, nil)
		if err != nil {
			return err
		}
		e.imports[path] = pkg
	}
	return nil
}

// listFormat prints import path, export data and error.
const listFormat = `{{.ImportPath}}{{"\t"}}{{.Export}}{{"\t"}}{{with .Error}}{{printf "%q" .Err}}{{end}}`

// list asks the go command for export data. The paths do not include packages
// that are generated for, so nothing of the user's work is built.
func (e *exports) list(paths []string) error {
	cmd := exec.Command("go", append([]string{"list", "-e", "-export", "-deps", "-f", listFormat, "--"}, paths...)...)
	cmd.Dir = e.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		return fmt.Errorf("go list: %w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	for line := range strings.Lines(string(out)) {
		part := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		if len(part) != 3 {
			continue
		}
		e.files[part[0]] = part[1]
		if part[2] != "" {
			e.errors[part[0]] = firstLine(part[2])
		}
	}
	return nil
}

// firstLine returns the first line of a quoted text.
func firstLine(quoted string) string {
	text, err := strconv.Unquote(quoted)
	if err != nil {
		text = quoted
	}
	line, _, _ := strings.Cut(text, "\n")
	line, _, _ = strings.Cut(line, "; to add")
	return line
}

// Import returns a package from its export data.
func (e *exports) Import(path string) (*types.Package, error) {
	if pkg := e.imports[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	name := e.files[path]
	if name == "" || e.needed[path] == nil {
		return nil, fmt.Errorf("no export data for %s", path)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	//lint:ignore SA1019 before Go 1.28 export data is in an archive
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(r, e.fset, e.imports, path)
}

// importFunc is a function as a types.Importer.
type importFunc func(path string) (*types.Package, error)

// Import calls f.
func (f importFunc) Import(path string) (*types.Package, error) { return f(path) }
