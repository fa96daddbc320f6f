package gen

import (
	"strings"
	"testing"
)

// degenerate are declarations that have less than, or not what, declarations mostly
// have. The parser takes them all, the compiler only some.
var degenerate = []string{
	"var ()", "const ()", "type ()", "var (\n)", "var ();", "type ( /* none */ )",
	"var _ = 0", "var _, _ error", "var a, b = 1", "var x T", "const c", "const (\n\tc = iota\n\td\n)",
	"type _ struct{}", "type T = T", "type T[P any] = P", "type T[P any] struct{}", "type T interface{ ~int | ~string }", "type T interface{ T }",
	"type (\n\tT int\n\tU = T\n)", "type T struct{ T }", "type T missing", "type T struct {\n\t_ int\n\tmissing\n}",
	"func F()", "func F() ()", "func F() (_, _ *M)", "func F() (**M, error)", "func F() (a.M, error)", "func F(...int)", "func F(_ ...missing) error", "func F(error) (error, error)",
	"func _() {}", "func _[T any]() {}", "func F[T, U any](T, U)", "func F[_ any]()", "func init()", "func main()", "func (F) F()",
	"func () F()", "func (a, b M) F()", "func (M) F()", "func (m **M) F()", "func (T[P]) F()", "func (*T[P, Q]) F()", "func (a.B) F()", "func ([]int) F()", "func (_ struct{}) F()", "func (...M) F()",
	"func (m *M) Do() (*M, error)", "func (m *M) Close(int)", "type M = *M", "var M int",
}

// broken are the same for beginnings of declarations that are no syntax.
var broken = []string{
	"var", "var x", "var (", "var = 1", "var ( = 1 )", "type", "type (", "type = int", "type T", "type T[", "type ( = int )", "const", "import", "import ()", "import (", "import x",
	"func", "func (", "func ()", "func F", "func F(", "func F[", "func F[]()", "func F() (", "func (M)", "func (M) F() {", "func {}", ")", "}", "x", "package q", ";",
}

// program is a file with a directive above a declaration, and with a task, a state and
// a union that may have to do with it.
func program(directive, decl string) string {
	return "package p\n\n" + directive + "\n" + decl + "\n\ntype M struct{}\n\n//offing:task\nfunc (m *M) Run(n int) int { return n }\n\n" +
		"//offing:union *M\ntype U any\n"
}

// TestDegenerate holds that no directive above a degenerate declaration makes the
// generator panic, or passes without effect and without a word.
func TestDegenerate(t *testing.T) {
	for _, decl := range append(degenerate, broken...) {
		for _, directive := range []string{"//offing:task", "//offing:task local name=X T=int P=U", "//offing:error", "//offing:union *M", "//offing:state"} {
			text := program(directive, decl)
			generateText(t, text+"\n//offing:task local\nfunc Await(f FutureOfInt, x XArgs, w MWorkers) {}\n") // which looks for who emits them
			res := generateText(t, text)
			marks := len(res.Diagnostics) > 0
			for _, l := range res.Listings {
				marks = marks || l.Pos.Line < 7
			}
			if group := strings.HasSuffix(decl, ")") && !strings.HasPrefix(decl, "func"); group && !marks {
				t.Errorf("nothing is said of\n%s", text)
			}
		}
	}
}

// FuzzGenerate holds that there is no file at which the generator panics.
func FuzzGenerate(f *testing.F) {
	for i, decl := range append(degenerate, broken...) {
		f.Add(program(injected[i%len(injected)], decl))
	}
	f.Fuzz(func(t *testing.T, text string) { generateText(t, text) })
}

// generateText generates for a package of one file.
func generateText(t *testing.T, text string) *Result {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/p\n")
	write(t, dir, "p.go", text)
	return generateSafely(t, dir, text)
}
