package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program has one mistake for each of several analyzers.
const program = `package main

import (
	"context"

	"github.com/offing-go/offing/runtime/process"
)

//offing:task
func Square(n int) int { return n * n }

func main() {
	pool, err := process.NewPool(process.Config{})
	if err != nil {
		return
	}
	SubmitSquare(context.Background(), pool, 7)
}
`

// A user is a module that has this one as a tool.
type user struct {
	t    *testing.T
	tool string // path of the built command
}

// newUser makes such a module, the working directory from then on, with the program
// in it.
func newUser(t *testing.T) *user {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod")) // with the tool, and what it needs
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"go.mod": strings.Replace(string(mod), "module github.com/offing-go/offing\n", "module example.com/user\n", 1) +
			"\nrequire github.com/offing-go/offing v0.0.0\n\nreplace github.com/offing-go/offing => " + filepath.ToSlash(root) + "\n",
		"go.sum": string(sums), "main.go": program,
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOWORK": "off"} {
		t.Setenv(name, value)
	}
	u := &user{t: t}
	u.tool = strings.TrimSpace(u.run(0, "go", "tool", "-n", "offing"))
	return u
}

// run runs a command and returns what it writes.
func (u *user) run(status int, name string, args ...string) string {
	u.t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	failed := err != nil
	if exit, ok := err.(*exec.ExitError); failed && !ok || failed != (status != 0) || ok && exit.ExitCode() != status {
		u.t.Fatalf("%s %s: %v, want status %d\n%s", filepath.Base(name), strings.Join(args, " "), err, status, out)
	}
	return string(out)
}

// says holds that lines of an output end as they should, in order.
func (u *user) says(out string, want ...string) {
	u.t.Helper()
	rest := out
	for _, w := range want {
		_, after, found := strings.Cut(rest, w)
		if !found {
			u.t.Fatalf("the output lacks %q, or it is not in order:\n%s", w, out)
		}
		rest = after
	}
}

// TestVetTool runs the analyzers in both ways, before and after the package is
// generated, and has the go command apply a fix.
func TestVetTool(t *testing.T) {
	u := newUser(t)
	const (
		missing = `main.go:10:6: offing_gen.go is missing; run "go generate"`
		noMain  = "main.go:13:15: NewPool returns process.ErrNoMain"
		dropped = "main.go:17:2: the future that SubmitSquare returns is dropped"
	)
	u.says(u.run(toMend, u.tool, "vet", "./..."), missing+" [stale]\n", noMain, " [processmain]\n", dropped, " [droppedfuture]\n")
	out := u.run(1, "go", "vet", "-vettool="+u.tool, "./...")
	u.says(out, missing+"\n")
	if strings.Contains(out, "undefined") {
		t.Errorf("type errors beside what explains them:\n%s", out)
	}
	u.run(0, u.tool)
	u.says(u.run(toMend, u.tool, "vet"), noMain, dropped)
	out = u.run(1, "go", "vet", "-vettool="+u.tool, "./...")
	u.says(out, noMain)
	u.says(out, dropped)
	if out = u.run(1, "go", "vet", "-vettool="+u.tool, "-droppedfuture", "./..."); strings.Contains(out, "ErrNoMain") {
		t.Errorf("an analyzer that was not asked for found something:\n%s", out)
	}
	u.says(u.run(0, "go", "vet", "-vettool="+u.tool, "-json", "./..."), `"droppedfuture": [`, `"processmain": [`, `"message": "Begin main with process.Main()"`)
	u.run(0, "go", "vet", "-vettool="+u.tool, "-fix", "./...")
	fixed, err := os.ReadFile("main.go")
	if err != nil || !bytes.Contains(fixed, []byte("func main() {\n\tprocess.Main() // ")) {
		t.Errorf("%v\n%s", err, fixed)
	}
	u.says(u.run(toMend, u.tool, "vet", "-json"), `{"file":"main.go","line":19,"column":2,"analyzer":"droppedfuture","message":"the future`)
}

// TestVetFacts holds that both ways find a pool that another package makes, when only the
// program is asked for.
func TestVetFacts(t *testing.T) {
	u := newUser(t)
	for name, text := range map[string]string{
		"lib/lib.go": "package lib\n\nimport \"github.com/offing-go/offing/runtime/process\"\n\n" +
			"func New() (*process.Pool, error) { return process.NewPool(process.Config{}) }\n",
		"app/app.go":      "package app\n\nimport \"example.com/user/lib\"\n\ntype App struct{}\n\nfunc (App) Run() error { _, err := lib.New(); return err }\n",
		"program/main.go": "package main\n\nimport \"example.com/user/app\"\n\nfunc main() { _ = app.App{}.Run() }\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const noMain = "main.go:5:19: app.App{}.Run leads to a process pool, and NewPool returns process.ErrNoMain"
	u.says(u.run(toMend, u.tool, "vet", "./program"), noMain)
	u.says(u.run(1, "go", "vet", "-vettool="+u.tool, "./program"), noMain)
}

// TestVetStatus holds what vet says and returns where there is little to say.
func TestVetStatus(t *testing.T) {
	try(t, []tried{
		{"vet", "package p\n", fine, "", ""},
		{"vet -n -json ./...", "package p\n", fine, "", ""},
		{"vet .", bad, toMend, "", " [OF104] [unencodable]\n"},
		{"-json vet", bad, toMend, "", `"analyzer":"unencodable","code":"OF104","message":"task Square: `},
		{"vet -v", "package p\n", fine, "", "stale            0  report generated files that are not current\n"},
		{"vet -v -json", bad, toMend, "", `{"analyzer":"unencodable","found":1}` + "\n"},
		{"vet ./nowhere", good, misuse, "", "not a directory"},
		{"vte", good, misuse, "", `did you mean "vet"?`},
	})
}
