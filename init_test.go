package offing_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInit holds that what init writes is generated for, runs and is tested, in a
// new package as in one that is there.
func TestInit(t *testing.T) {
	m := newModule(t)
	sums, err := os.ReadFile("go.sum") // what init gets is what this module has: nobody else has to be asked
	if err != nil {
		t.Fatal(err)
	}
	m.write(t, "go.sum", string(sums))
	m.must(t, m.tool, "init")
	m.must(t, "go", "generate", "./...")
	if out := m.must(t, "go", "run", "."); out != "49 <nil>\n[1 4 9] <nil>\n" {
		t.Errorf("the program prints %s", out)
	}
	m.write(t, "lib/lib.go", "package lib\n")
	m.must(t, m.tool, "init", "lib")
	m.must(t, m.tool, "init", "cmd/tool")
	if out := m.must(t, m.tool, "init", "lib"); !strings.Contains(out, filepath.FromSlash("lib/square.go: exists")) {
		t.Errorf("the second time it says %s", out)
	}
	m.must(t, "go", "generate", "./...")
	m.must(t, "go", "vet", "./...")
	m.must(t, "go", "test", "./...")
	m.must(t, m.tool, "check", "./...")
	if out := m.must(t, "go", "run", "./cmd/tool"); out != "49 <nil>\n[1 4 9] <nil>\n" {
		t.Errorf("the program prints %s", out)
	}
	if out := m.must(t, "gofmt", "-l", "."); out != "" {
		t.Errorf("not as gofmt has it: %s", out)
	}
	if _, err := os.Stat(filepath.Join(m.dir, "lib", "main.go")); !os.IsNotExist(err) {
		t.Error("package lib has a main")
	}
}
