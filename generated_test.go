package offing_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/offing-go/offing/gen"
	"github.com/offing-go/offing/runtime"
)

// A module is a user's module outside this repository, with the built tool at
// hand.
type module struct {
	dir, tool string
}

// newModule builds the tool and makes a module that requires this one.
func newModule(t *testing.T) *module {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	m := &module{dir: t.TempDir(), tool: filepath.Join(t.TempDir(), "offing.exe")}
	build := exec.Command("go", "build", "-o", m.tool, "./cmd/offing")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	m.write(t, "go.mod", "module example.com/user\n\ngo 1.26.0\n\n"+
		"require github.com/offing-go/offing v0.0.0\n\n"+
		"replace github.com/offing-go/offing => "+filepath.ToSlash(root)+"\n")
	return m
}

func (m *module) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// unpack writes an archive into a directory of the module, under another
// import path.
func (m *module) unpack(t *testing.T, archive, dir, path string) {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		text := bytes.ReplaceAll(f.Data, []byte("example.com/p"), []byte(path))
		m.write(t, dir+"/"+f.Name, string(text))
	}
}

// command runs a program in the module.
func (m *module) command(name string, args ...string) (output string, err error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "OFFING_CACHE="+m.dir+".notes")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (m *module) must(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := m.command(name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return out
}

// randomSeed makes the random types; any other number should do as well.
const randomSeed = 20

// TestGenerated generates for a program, compiles it, vets it and runs it, and
// does so with the fixtures of package gen and its right examples as well.
func TestGenerated(t *testing.T) {
	m := newModule(t)
	m.unpack(t, "testdata/program.txtar", ".", "example.com/user")
	fixtures, err := filepath.Glob("gen/testdata/ok/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fixtures {
		if name := strings.TrimSuffix(filepath.Base(f), ".txtar"); name != "unfinished" { // does not compile
			m.unpack(t, f, "fixtures/"+name, "example.com/user/fixtures/"+name)
		}
	}
	for _, code := range gen.Codes() {
		e, _ := gen.Explain(code)
		for _, f := range e.Right {
			dir := "explained/" + string(code)
			m.write(t, dir+"/"+f.Name, strings.ReplaceAll(f.Text, "example.com/p", "example.com/user/"+dir))
		}
	}
	maker := typeMaker{Rand: rand.New(rand.NewPCG(randomSeed, 0))}
	source, test := maker.program(t, 12)
	m.write(t, "random/random.go", source)
	m.write(t, "random/random_test.go", test)
	m.must(t, m.tool, "./...")
	m.must(t, "go", "vet", "./...")
	m.must(t, "go", "test", "-vet=off", "./tasks", "./fixtures/...", "./random")
	m.must(t, m.tool, "check", "./...")
	t.Run("elsewhere", m.elsewhere)
	t.Run("misuse", m.misuse)
	t.Run("stale", m.stale)
	t.Run("left over", m.leftOver)
	t.Run("last task", m.lastTask)
	t.Run("list", m.list)
}

// elsewhere holds that what is generated for other systems and other tags compiles
// there.
func (m *module) elsewhere(t *testing.T) {
	m.must(t, "go", "vet", "-tags", "debug", "./fixtures/constrained")
	t.Setenv("GOOS", "windows")
	t.Setenv("CGO_ENABLED", "0")
	m.must(t, "go", "vet", "-tags", "debug", "./fixtures/constrained")
}

// misuse holds what must not compile.
func (m *module) misuse(t *testing.T) {
	for _, c := range []struct{ name, code, want string }{
		{"a string for an int", `tasks.SubmitSquare(nil, nil, "7")`, "cannot use \"7\""},
		{"any executor for a local task", `var ex runtime.Executor; tasks.SubmitApply(nil, ex, nil, 1)`, "missing method Local"},
		{"a round trip for a local task", `tasks.MapApply(nil, runtime.RoundTrip(runtime.Inline), nil)`, "missing method Local"},
		{"any executor for a task on a state", `tasks.SubmitPredict(nil, runtime.Inline, "x")`, "cannot use"},
		{"workers of another state", `tasks.MapPredict(nil, tasks.NewLogWorkers(runtime.Inline), nil)`, "cannot use"},
		{"workers for a task on no state", `var w *tasks.ModelWorkers; tasks.CallApply(nil, w, nil, 1)`, "missing method Local"},
		{"other arguments of a constructor", `tasks.NewModelWorkers(runtime.Inline, 3, "a.bin")`, "cannot use 3"},
		{"futures of other types", `var f *tasks.FutureOfInt = tasks.SubmitResize(nil, nil, nil, 1)`, "cannot use"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m.write(t, "misuse/misuse.go", "package misuse\n\nimport (\n\t\"example.com/user/tasks\"\n"+
				"\t\"github.com/offing-go/offing/runtime\"\n)\n\nvar _ = runtime.Inline\n\nfunc _() {\n\t"+c.code+"\n}\n")
			if out, err := m.command("go", "build", "./misuse"); err == nil || !strings.Contains(out, c.want) {
				t.Errorf("go build: %v\n%s", err, out)
			}
		})
	}
}

// stale holds that edits after which the generated file is wrong do not
// compile, and compile again once it is generated.
func (m *module) stale(t *testing.T) {
	m.edits(t, "tasks/tasks.go", false, []edit{
		{"a parameter", "page Page) (*Page", "page *Page) (*Page"},
		{"a result", "(q, r int, err error)", "(q int, r uint8, err error)"},
		{"a field", "read  time.Duration", "read  time.Duration; more int"},
		{"a field's name", "	Links []string", "	links, Links []string"},
		{"a context", "func Resize(img", "func Resize(_ context.Context, img"},
	})
	m.edits(t, "tasks/model.go", false, []edit{
		{"a constructor's parameter", "path string, size int) (*Model", "path string, size uint) (*Model"},
		{"the order of a constructor's parameters", "path string, size int) (*Model", "size int, path string) (*Model"},
		{"a constructor's error", "func NewLog() *Log { return &Log{} }", "func NewLog() (*Log, error) { return &Log{}, nil }"},
		{"a constructor's name", "func NewLog", "func OpenLog"},
		{"no constructor", "//offing:state\nfunc NewLog() *Log { return &Log{} }\n", ""},
		{"a constructor that is a method", "func NewLog", "func (Log) NewLog"},
		{"a state's name", "type Log struct", "type Logs struct"},
		{"a task on a state", "Predict(ctx context.Context, text", "Predict(ctx context.Context, _ int, text"},
		{"no task on a state", "func (m *Model) Predict", "func Predict"},
		{"an error of Close", "func (l *Log) Close() { l.lines = nil }", "func (l *Log) Close() error { return nil }"},
		{"no Close", "func (l *Log) Close() { l.lines = nil }", ""},
	})
	m.edits(t, "tasks/model.go", true, []edit{
		{"a new Close", "type base struct{ size int }", "type base struct{ size int }\n\nfunc (base) Close() error { return nil }"},
		{"no directive of a constructor", "//offing:state\nfunc NewLog", "func NewLog"},
		{"no directive of a task", "//offing:task\nfunc (l *Log) Write", "func (l *Log) Write"},
		{"a receiver that is no pointer", "func (m *Model) Measure", "func (m Model) Measure"},
	})
}

// An edit is what becomes of a file.
type edit struct{ name, old, new string }

// edits holds that an edit is seen by offing check, and by the compiler as well unless it
// is quiet.
func (m *module) edits(t *testing.T, file string, quiet bool, list []edit) {
	original, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(string(original), c.old, c.new, 1)
			if text == string(original) {
				t.Fatalf("%s has no %q", file, c.old)
			}
			m.write(t, file, text)
			out, err := m.command("go", "build", "./tasks")
			if quiet && err != nil || !quiet && (err == nil || !strings.Contains(out, "offing_gen.go")) {
				t.Errorf("go build: %v\n%s", err, out)
			}
			stale := filepath.FromSlash("tasks/offing_gen.go: stale")
			if out, err := m.command(m.tool, "check", "./..."); err == nil || !strings.Contains(out, stale) && !strings.Contains(out, " constructor ") {
				t.Errorf("offing check: %v\n%s", err, out)
			}
		})
	}
	m.write(t, file, string(original))
}

// leftOver holds that output whose tasks are gone goes, and that a file which
// is not ours stays.
func (m *module) leftOver(t *testing.T) {
	m.write(t, "gone/gone.go", "package gone\n")
	m.write(t, "gone/offing_gen.go", "// Code generated by offing. DO NOT EDIT.\n\npackage gone\n\nfunc SubmitGone() {}\n")
	m.write(t, "mine/offing_gen.go", "package mine\n")
	if out, err := m.command(m.tool, "check", "./gone", "./mine"); err == nil || !strings.Contains(out, "left over") {
		t.Errorf("offing check: %v\n%s", err, out)
	}
	m.must(t, m.tool, "./gone", "./mine")
	if _, err := os.Stat(filepath.Join(m.dir, "gone", "offing_gen.go")); !os.IsNotExist(err) {
		t.Errorf("the left over file is still there (%v)", err)
	}
	if _, err := os.Stat(filepath.Join(m.dir, "mine", "offing_gen.go")); err != nil {
		t.Error(err)
	}
}

// lastTask holds that go generate, which goes on to read the generated file, does
// not fail when the last task of a package is gone.
func (m *module) lastTask(t *testing.T) {
	line := "package last\n\n//go:generate " + strconv.Quote(m.tool) + "\n\n"
	m.write(t, "last/a.go", line+"//offing:task\nfunc Square(n int) int { return n * n }\n")
	m.must(t, "go", "generate", "./last")
	m.must(t, "go", "vet", "./last")
	m.write(t, "last/a.go", line)
	m.must(t, "go", "generate", "./last")
	m.must(t, "go", "vet", "./last")
	m.must(t, m.tool, "check", "./last")
	m.must(t, m.tool, "./last")
	if _, err := os.Stat(filepath.Join(m.dir, "last", "offing_gen.go")); !os.IsNotExist(err) {
		t.Errorf("what is left of the file is still there (%v)", err)
	}
}

// list holds that a listed fingerprint is that of a program with one task, and
// that a listed size is that of its calls.
func (m *module) list(t *testing.T) {
	m.write(t, "one/one.go", "package main\n\nimport (\n\t\"fmt\"\n\t\"unsafe\"\n\n\t\"github.com/offing-go/offing/runtime\"\n)\n\n"+
		"//offing:task\nfunc Square(n int) int { return n * n }\n\n"+
		"func main() { fmt.Printf(\"%016x  anywhere  %d B\\n\", runtime.Fingerprint(), unsafe.Sizeof(struct{ arg int; runtime.Promise[int] }{})) }\n")
	m.must(t, m.tool, "./one")
	want, listed := m.must(t, "go", "run", "./one"), m.must(t, m.tool, "list", "./one")
	if !strings.HasSuffix(listed, want) {
		t.Errorf("listed is %s, the program says %s", listed, want)
	}
	m.write(t, "two/two.go", "package main\n\nimport (\n\t\"fmt\"\n\t\"unsafe\"\n\n\t\"github.com/offing-go/offing/runtime\"\n)\n\ntype Model struct{}\n\n"+
		"//offing:state\nfunc Open() *Model { return nil }\n\n//offing:task\nfunc (*Model) Predict(a string) int { return 0 }\n\n"+
		"func main() { fmt.Printf(\"%d B\\n\", unsafe.Sizeof(struct{ arg string; on *ModelWorkers; runtime.Promise[int] }{})) }\n")
	m.must(t, m.tool, "./two")
	want, listed = m.must(t, "go", "run", "./two"), m.must(t, m.tool, "list", "./two")
	if !strings.HasSuffix(listed, " "+want) {
		t.Errorf("listed is %s, the program says %s", listed, want)
	}
}

// TestCommittedOutputIsCurrent is "offing check ./..." of this repository.
func TestCommittedOutputIsCurrent(t *testing.T) {
	res, err := gen.Generate(gen.Config{Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Error(d)
	}
	for _, f := range res.Files {
		if f.Stale() {
			t.Errorf("%s is not current; run \"go run ./cmd/offing ./...\"", f.Name)
		}
	}
}

// TestVersions holds that the two halves, which must not import each other,
// agree on their version.
func TestVersions(t *testing.T) {
	if gen.Version != runtime.Version {
		t.Errorf("gen.Version is %s, runtime.Version %s", gen.Version, runtime.Version)
	}
}

const home = "github.com/offing-go/offing"

// arrows says which packages of this module, and of others, a room may import.
// Rooms that are not listed may import the runtime and the standard library.
var arrows = map[string][]string{
	"":           {"gen", "runtime", "golang.org/x/tools/txtar"},
	"cmd/offing": {"gen", "github.com/fsnotify/fsnotify"},
	"gen":        {"templates", "golang.org/x/tools/go/gcexportdata", "golang.org/x/tools/txtar"},
	"gen/vet": {"gen", "templates", "golang.org/x/tools/go/analysis", "golang.org/x/tools/go/ast", "golang.org/x/tools/go/packages",
		"golang.org/x/tools/go/types/typeutil", "golang.org/x/tools/txtar"},
	"templates":              {"github.com/dave/jennifer/jen"},
	"runtime":                {"runtime/wire", "runtime/internal", "runtime/executortest"},
	"runtime/wire":           {},
	"runtime/internal":       {"runtime"},
	"runtime/internal/queue": {},
	"runtime/internal/shm":   {},
	"runtime/process":        {"runtime"},
	"runtime/executortest":   {"runtime"},
	"examples":               {"runtime", "examples"},
}

// TestArrows holds the arrows between the rooms of the house, in tests too.
func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct {
			ImportPath                         string
			Imports, TestImports, XTestImports []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		room := strings.Trim(strings.TrimPrefix(p.ImportPath, home), "/")
		for _, path := range append(append(p.Imports, p.TestImports...), p.XTestImports...) {
			if outside := strings.Contains(strings.Split(path, "/")[0], "."); outside && path != p.ImportPath && !allowed(room, path) {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
		}
	}
}

// allowed reports whether there is an arrow, by the longest entry for the room.
func allowed(room, path string) bool {
	path = strings.TrimPrefix(path, home+"/")
	list, best := []string{"runtime"}, -1
	for prefix, l := range arrows {
		if (room == prefix || prefix != "" && strings.HasPrefix(room, prefix+"/")) && len(prefix) > best {
			list, best = l, len(prefix)
		}
	}
	for _, to := range list {
		if path == to || strings.HasPrefix(path, to+"/") {
			return true
		}
	}
	return false
}
