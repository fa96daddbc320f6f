package gen

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// injected are lines that people may write above anything.
var injected = []string{
	"//offing:task", "//offing:task local", "//offing:task timeout=2s retries=1", "//offing:task name=X future=Y", "//offing:task T=int,string",
	"//offing:task name=", "//offing:task =\"", "//offing:error", "//offing:union int *T []byte", "//offing:union a.b.C", "//offing:state",
	"// offing:task", "//offing:tsak", "/* offing:task */", "//offing:", "//line x.go:7",
}

// tame matches functions of which most may be local tasks.
var tame = regexp.MustCompile(`(?m)^func [A-Z][a-z]\w*\(`)

// packagesOfGo is how many packages of Go's source one run of the test takes.
const packagesOfGo = 60

// TestGoSource holds that nothing that Go's own source has, with directives anywhere
// in it, makes the generator panic or emit what does not parse. What it says to them is
// mostly diagnostics.
func TestGoSource(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	err = filepath.WalkDir(filepath.Join(strings.TrimSpace(string(root)), "src"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 1))
	random.Shuffle(len(dirs), func(i, j int) { dirs[i], dirs[j] = dirs[j], dirs[i] })
	tasks, said, files := 0, 0, 0
	for i, dir := range dirs[:packagesOfGo] {
		copied := t.TempDir()
		write(t, copied, "go.mod", "module example.com/p\n")
		names, err := goFiles(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 {
				text = []byte(tame.ReplaceAllString(string(text), "//offing:task local\n$0"))
			} else {
				text = []byte(inject(random, string(text)))
			}
			write(t, copied, name, string(text))
		}
		res := generateSafely(t, copied, dir)
		said += len(res.Diagnostics)
		tasks += len(res.Listings)
		files += len(res.Files)
	}
	if tasks < 100 || said < 200 || files < 5 {
		t.Errorf("%d tasks, %d diagnostics, %d files: too few to tell", tasks, said, files)
	}
}

// inject puts directives above some declarations of a file, most groups among them, and
// a few elsewhere; and between them declarations that Go's source has none of, with
// directives as well.
func inject(random *rand.Rand, text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		declares := slices.ContainsFunc([]string{"func ", "type ", "var ", "\tErr"}, func(s string) bool { return strings.HasPrefix(line, s) })
		if declares && line[0] != '\t' && random.IntN(8) == 0 {
			out.WriteString(injected[random.IntN(len(injected))] + "\n" + degenerate[random.IntN(len(degenerate))] + "\n\n")
		}
		group := declares && strings.HasSuffix(line, "(\n")
		if group || declares && random.IntN(4) == 0 || random.IntN(300) == 0 {
			out.WriteString(injected[random.IntN(len(injected))] + "\n")
		}
		out.WriteString(line)
	}
	return out.String()
}

// generateSafely generates, and names the package if that panics. Without the go
// command: to compile what Go's source imports is not the point.
func generateSafely(t *testing.T, dir, from string) *Result {
	t.Helper()
	defer func() {
		if reason := recover(); reason != nil {
			stack := make([]byte, 8<<10)
			t.Fatalf("%s: panic: %v\n%s", from, reason, stack[:runtime.Stack(stack, false)])
		}
	}()
	res, err := Generate(Config{Dir: dir})
	if err != nil {
		t.Fatalf("%s: %v", from, err)
	}
	return res
}
