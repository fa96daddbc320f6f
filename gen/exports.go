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
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/go/gcexportdata"
)

// exports imports packages from outside the module by the export data that the
// go command has of them.
type exports struct {
	known    map[string]string // export data that an earlier call has found and that is current
	inputs   []input           // what the export data depends on
	traced   bool              // the inputs say on which go command it depends
	unstable bool              // it may be another one the next time, whatever the inputs say
	fset     *token.FileSet
	dir      string                     // where the go command runs
	needed   map[string]map[string]bool // names by import path
	files    map[string]string          // export data by import path
	errors   map[string]string          // why there is none
	imports  map[string]*types.Package
}

func newExports(fset *token.FileSet, dir string) exports {
	return exports{
		known: map[string]string{}, fset: fset, dir: dir, needed: map[string]map[string]bool{},
		files: map[string]string{}, errors: map[string]string{}, imports: map[string]*types.Package{},
	}
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
	"cmp": `package cmp
type Ordered interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64 | ~string
}
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
	"cmp":     {"Ordered"},
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
	switch {
	case enough:
		return e.loadBuiltin()
	case e.knows(paths):
		e.files = e.known
		return nil
	}
	return e.list(paths)
}

// used returns the export data of what is needed.
func (e *exports) used() map[string]string {
	files := map[string]string{}
	for path := range e.needed {
		if name := e.files[path]; name != "" {
			files[path] = name
		}
	}
	return files
}

// knows reports whether the go command need not be asked for these. It removes from
// its cache what nobody has used for some days.
func (e *exports) knows(paths []string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool {
		name, ok := e.known[path]
		_, err := os.Stat(name)
		return !ok || err != nil
	})
}

func (e *exports) loadBuiltin() error {
	for _, path := range []string{"time", "context", "cmp", "iter"} {
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

// listFormat prints import path, export data, where a package is, if it is not of the
// standard library, in which version of what module, and error.
const listFormat = `{{.ImportPath}}{{"\t"}}{{.Export}}{{"\t"}}{{if not .Standard}}{{.Dir}}{{end}}{{"\t"}}` +
	`{{with .Module}}{{if .Replace}}{{.Replace.Version}}{{else}}{{.Version}}{{end}}{{end}}{{"\t"}}` +
	`{{with .Error}}{{printf "%q" .Err}}{{end}}`

// list asks the go command for export data. The paths do not include packages
// that are generated for, so nothing of the user's work is built.
func (e *exports) list(paths []string) error {
	cmd := exec.Command("go", append([]string{"list", "-e", "-export", "-deps", "-f", listFormat, "--"}, paths...)...)
	cmd.Dir = e.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	began := time.Now()
	e.unstable = e.unstable || !e.traced
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		return fmt.Errorf("go list: %w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	for line := range strings.Lines(string(out)) {
		part := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 5)
		if len(part) != 5 {
			continue
		}
		e.files[part[0]] = part[1]
		e.depend(part[2], part[3], began)
		if part[4] != "" {
			e.errors[part[0]] = firstLine(part[4])
			e.unstable = true
		}
	}
	return nil
}

// depend notes that what was listed depends on the package in dir, unless nobody
// changes that: it is in the cache of modules, under its version. One that was edited
// while the go command ran may have been read before or after.
func (e *exports) depend(dir, version string, began time.Time) {
	if dir == "" || version != "" && strings.Contains(filepath.ToSlash(dir), "@"+version) {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		e.unstable = true
	}
	if root, err := findModule(dir); err == nil {
		e.inputs = append(e.inputs, modulesAround(dir, root)...)
	}
	e.inputs = append(e.inputs, inputNow(listing, dir))
	for _, entry := range entries {
		if found, err := entry.Info(); err != nil || found.ModTime().After(began.Add(-clockStep)) {
			e.unstable = true
		}
		if !entry.IsDir() {
			e.inputs = append(e.inputs, inputNow(content, filepath.Join(dir, entry.Name())))
		}
	}
}

// clockStep is how much coarser than the clock the times of files may be.
const clockStep = 2 * time.Second

// notCompiled is how errors begin that are the compiler's.
const notCompiled = "it does not compile: "

// firstLine returns the first line of a quoted text.
func firstLine(quoted string) string {
	text, err := strconv.Unquote(quoted)
	if err != nil {
		text = quoted
	}
	if strings.HasPrefix(text, "# ") { // the package, before what the compiler says of it
		_, text, _ = strings.Cut(text, "\n")
		text = notCompiled + text
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
