package runtime_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/offing-go/offing/runtime"
)

// itemLoops are the functions whose loops go round once for each item of a Map or
// Stream, by file.
var itemLoops = map[string][]string{
	"chunk.go":  {"each"},
	"stream.go": {"stream", "yield"},
}

// mayEscape is what a loop over items may put on the heap: room in a slice, and
// what a failure is told with.
var mayEscape = regexp.MustCompile(`: (append escapes|&runtime\.(ItemError|TaskError|PanicError)\{)`)

// TestG11_ItemsDoNotEscape asks the compiler: one variable of a loop on the heap
// makes a trivial item five times as expensive.
func TestG11_ItemsDoNotEscape(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not here")
	}
	const users = "github.com/offing-go/offing/runtime/internal/tasks" // generics are compiled where they are used
	out, err := exec.Command(tool, "build", "-gcflags="+users+"=-m", users).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	verdict := regexp.MustCompile(`(?m)^\S*?(\w+\.go):(\d+):\d+: .*(?:escapes to heap|moved to heap).*$`)
	verdicts := verdict.FindAllStringSubmatch(string(out), -1)
	for file, functions := range itemLoops {
		loops := loopsOf(t, file, functions)
		seen := false
		for _, v := range verdicts {
			line, _ := strconv.Atoi(v[2])
			seen = seen || v[1] == file
			if v[1] == file && loops[line] && !mayEscape.MatchString(v[0]) {
				t.Errorf("in a loop over items: %s", v[0])
			}
		}
		if !seen {
			t.Errorf("the compiler says nothing about %s:\n%s", file, out)
		}
	}
}

// loopsOf returns the lines of the bodies of the loops of functions.
func loopsOf(t *testing.T, file string, functions []string) map[int]bool {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	lines, wanted := map[int]bool{}, " "+strings.Join(functions, " ")+" "
	for _, decl := range f.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || !strings.Contains(wanted, " "+fn.Name.Name+" ") {
			continue
		}
		found := false
		ast.Inspect(fn, func(n ast.Node) bool {
			var body *ast.BlockStmt // its head is run once: of a range over a func it is a closure
			switch n := n.(type) {
			case *ast.ForStmt:
				body = n.Body
			case *ast.RangeStmt:
				body = n.Body
			}
			if body != nil {
				found = true
				for line := fset.Position(body.Lbrace).Line + 1; line <= fset.Position(body.End()).Line; line++ {
					lines[line] = true
				}
			}
			return true
		})
		if wanted = strings.ReplaceAll(wanted, " "+fn.Name.Name+" ", " "); !found {
			t.Errorf("%s: %s has no loop", file, fn.Name.Name)
		}
	}
	if strings.TrimSpace(wanted) != "" {
		t.Errorf("%s has no function%s", file, wanted)
	}
	return lines
}

// allocsPerItem is what is allowed: a few allocations a chunk, and chunks grow to
// thousands of items. They do in a bubble on any machine, where items take no time.
const allocsPerItem = 0.01

func TestG11_MapAllocatesForChunksOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, items := newPool(t, 2), make([]int, 100_000)
		n := testing.AllocsPerRun(3, func() { runtime.Map(context.Background(), p, square, items) })
		if n > allocsPerItem*float64(len(items)) {
			t.Errorf("%.0f allocations for %d items", n, len(items))
		}
	})
}

func TestG11_StreamAllocatesForChunksOnly(t *testing.T) {
	const items = 200_000
	for name, opts := range map[string][]runtime.MapOption{
		"ordered": nil, "unordered": {runtime.Unordered()}, "progress": {runtime.Progress(func(int, int) {})},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPool(t, 2)
				n := testing.AllocsPerRun(3, func() {
					for _, err := range runtime.Stream(context.Background(), p, square, seq(items), opts...) {
						if err != nil {
							t.Error(err)
						}
					}
				})
				if n > allocsPerItem*items {
					t.Errorf("%.0f allocations for %d items", n, items)
				}
			})
		})
	}
}
