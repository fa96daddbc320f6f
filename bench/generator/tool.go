package generator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A tool is a generator: what it is built from, what it wants to see in a package, and
// how it is run there.
type tool struct {
	name, path string
	mark       string                                      // above each function
	extra      func(n int, types string, edits int) string // beside the functions
	setup      func(dir string) error
	args       func(n int) []string
	output     string
}

var offing = tool{
	name: "offing", path: "github.com/offing-go/offing/cmd/offing",
	mark: "//\n//offing:task\n", output: "offing_gen.go",
}

var peers = []tool{
	{
		name: "stringer", path: "golang.org/x/tools/cmd/stringer",
		extra: constants, output: "strings.go",
		args: func(n int) []string {
			var types []string
			for i := range n {
				types = append(types, fmt.Sprintf("Kind%d", i))
			}
			return []string{"-output=strings.go", "-type=" + strings.Join(types, ",")}
		},
	},
	{
		name: "moq", path: "github.com/matryer/moq", extra: methods, output: "moq.go",
		args: func(int) []string { return []string{"-out", "moq.go", ".", "Store"} },
	},
	{
		name: "mockery", path: "github.com/vektra/mockery/v3", extra: methods, output: "mocks_test.go",
		setup: func(dir string) error {
			const config = "log-level: error\npackages:\n  example.com/m:\n    interfaces:\n      Store:\n"
			return os.WriteFile(filepath.Join(dir, ".mockery.yml"), []byte(config), 0o666)
		},
		args: func(int) []string { return nil },
	},
}

// source returns the package's text after so many edits.
func (t tool) source(n int, http bool, edits int) string {
	var out strings.Builder
	out.WriteString("package m\n\nimport (\n\t\"context\"\n")
	types := "string"
	if http {
		out.WriteString("\t\"net/http\"\n")
		types = "http.Header"
	}
	out.WriteString(")\n")
	if t.extra != nil {
		out.WriteString(t.extra(n, types, edits))
	}
	for i := range n {
		last := parameter(i, n, edits)
		fmt.Fprintf(&out, "\n// Fetch%d fetches.\n%sfunc Fetch%d(ctx context.Context, from %s, %s int) (int, error) {\n"+
			"\tsum := len(from)\n\tfor i := range %s {\n\t\tif sum += i; sum < 0 {\n\t\t\treturn 0, ctx.Err()\n\t\t}\n\t}\n"+
			"\treturn sum, nil\n}\n", i, t.mark, i, types, last, last)
	}
	return out.String()
}

// parameter is the name of a parameter of one of n functions, which is another after
// each edit if it is the one that is edited.
func parameter(i, n, edits int) string {
	if i == n/2 {
		return fmt.Sprint("n", edits)
	}
	return "n"
}

// methods is an interface with a method for each function.
func methods(n int, types string, edits int) string {
	var out strings.Builder
	out.WriteString("\ntype Store interface {\n")
	for i := range n {
		fmt.Fprintf(&out, "\tFetch%d(ctx context.Context, from %s, %s int) (int, error)\n", i, types, parameter(i, n, edits))
	}
	out.WriteString("}\n")
	return out.String()
}

// constants is a type with three constants for each function.
func constants(n int, _ string, edits int) string {
	var out strings.Builder
	for i := range n {
		first := 0
		if i == n/2 {
			first = edits
		}
		fmt.Fprintf(&out, "\ntype Kind%d int\n\nconst (\n\tA%d Kind%d = iota + %d\n\tB%d\n\tC%d\n)\n", i, i, i, first, i, i)
	}
	return out.String()
}
