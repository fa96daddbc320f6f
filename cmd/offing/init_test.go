package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInitAlone holds what init writes where there is nothing, and that it says
// so if it cannot get the tool. That the result runs is a test of the root.
func TestInitAlone(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	in(t, "package p\n") // to have it in another module does no harm
	t.Chdir(t.TempDir())
	status, stdout, stderr := again(t, "init", "-n", "Hello World")
	if status != fine || !strings.Contains(stdout, "main.go: would be written\n") || !strings.Contains(stdout, "would run: go get -tool "+toolPath) {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("-n has made %v, %v", entries, err)
	}
	status, stdout, stderr = again(t, "init", "Hello World")
	if status != toMend || !strings.Contains(stderr, "offing: go get -tool ") || !strings.Contains(stdout, "\n\tcd 'Hello World'\n\tgo get -tool ") {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
	if text, err := os.ReadFile("Hello World/go.mod"); string(text) != "module example.com/hello-world\n\ngo 1.26.0\n" {
		t.Errorf("go.mod is %s, %v", text, err)
	}
	status, stdout, _ = again(t, "init", "-json", "Hello World")
	want := string(compact(map[string]string{"file": filepath.Join("Hello World", "main.go"), "state": "exists"})) + "\n"
	if status != toMend || !strings.Contains(stdout, want) || !strings.Contains(stdout, `{"run":"go run ."}`) {
		t.Errorf("status %d, %s", status, stdout)
	}
}

// TestQuoted holds what a directory looks like on a command line.
func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"a": "a", "../a-b/c_1.2": "../a-b/c_1.2", "é": "é", "a b": "'a b'", "$a": "'$a'", "it's": `'it'\''s'`, "~": "'~'",
	} {
		if got := quoted(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

// TestInitKeepsVersion holds that the version which a module requires is that of the
// tool too, in what is run and in what is left to do.
func TestInitKeepsVersion(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	t.Chdir(t.TempDir())
	save(t, "go.mod", "module example.com/p\n\nrequire "+home+" v0.0.1\n")
	line := "go get -tool " + toolPath + "@v0.0.1"
	status, stdout, stderr := again(t, "init")
	if status != toMend || !strings.Contains(stderr, "offing: "+line+": ") || !strings.Contains(stdout, "\n\t"+line+"\n") {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
}

// TestInitAdds holds that a package gets what it does not have, and that nothing
// of it changes.
func TestInitAdds(t *testing.T) {
	t.Chdir(t.TempDir())
	files := map[string]string{
		"go.mod":      "module example.com/p\n\ntool " + toolPath + "\n",
		"app.go":      "package main\n\n" + generateLine + "\n\nfunc main() {}\n",
		"app_test.go": "package main_test\n\nimport \"testing\"\n\nfunc TestMain(m *testing.M) { process.Main() }\n",
		"ignored.go":  "//go:build ignore\n\npackage other\n\nfunc Square() {}\n",
		"lib/lib.go":  "package lib\n\nvar TestMain, Other = 1, 2\n\ntype T int\n",
	}
	for name, text := range files {
		save(t, name, text)
	}
	status, stdout, stderr := again(t, "init")
	want := "square.go: written\nsquare_test.go: written\n\nNext:\n\tgo generate ./...\n\tgo run .\n\tgo test .\n" +
		"\t# begin func main at app.go:5:6 with process.Main(), if it is to have worker processes\n"
	if status != fine || stdout != want {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
	if text, err := os.ReadFile("square.go"); err != nil || !strings.HasPrefix(string(text), "package main\n\nimport \"context\"\n\n// Square ") || !strings.Contains(string(text), "\n//offing:task\n") {
		t.Errorf("square.go is %s, %v", text, err)
	}
	status, stdout, stderr = again(t, "init", "lib")
	lib := func(name string) string { return filepath.Join("lib", name) + ": written\n" }
	if status != fine || !strings.HasPrefix(stdout, lib("square.go")+lib("square_test.go")+"\nNext:\n\tcd lib\n") || strings.Contains(stdout, "go run") {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
	for name, text := range files {
		if now, err := os.ReadFile(name); string(now) != text {
			t.Errorf("%s is %s, %v", name, now, err)
		}
	}
}

// TestRequired holds that a version which a module requires is found.
func TestRequired(t *testing.T) {
	for text, want := range map[string]string{
		"module p\n\nrequire " + home + " v0.1.0\n":                  "v0.1.0",
		"require (\n\tother v1.0.0\n\t" + home + " v0.2.0 // x\n)\n": "v0.2.0",
		"replace " + home + " => ../offing\n":                        "",
		"replace " + home + " v0.1.0 => ../offing\n":                 "",
		"replace (\n\t" + home + " v0.1.0 => ../offing\n)\n":         "",
		"require " + home + "/bench v0.1.0\n":                        "",
	} {
		if got := required(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// TestInitClash holds that init writes nothing where its names are taken.
func TestInitClash(t *testing.T) {
	status, _, stderr := in(t, "package p\n\ntype Square struct{}\n", "init")
	if status != toMend || stderr != "offing: p.go:3:6: Square is declared there; init needs that name, give it another directory\n" {
		t.Errorf("status %d, %s", status, stderr)
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
	status, _, stderr = in(t, "package p\n\nfunc {\n", "init")
	if status != toMend || !strings.Contains(stderr, "p.go:3:6: expected") {
		t.Errorf("status %d, %s", status, stderr)
	}
}
