package gen

import (
	"bytes"
	"go/format"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestDeterminism holds that the same source gives the same bytes, at any
// GOMAXPROCS and whatever the order of maps.
func TestDeterminism(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/ok/types.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := unpack(t, archive)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []byte
	for i := range 50 {
		runtime.GOMAXPROCS(1 + i%4)
		res, err := Generate(Config{Dir: dir})
		if err != nil || len(res.Files) != 1 {
			t.Fatal(err, res)
		}
		if first == nil {
			first = res.Files[0].New
		}
		if !bytes.Equal(res.Files[0].New, first) {
			t.Fatalf("run %d differs:\n%s", i, File{Old: first, New: res.Files[0].New}.Diff())
		}
	}
}

// TestGarbageIsReplaced holds that old output, whatever it is, is not looked
// at.
func TestGarbageIsReplaced(t *testing.T) {
	archive := txtar.Parse([]byte("-- p.go --\npackage p\n\n//offing:task\nfunc Square(n int) int { return n }\n"))
	var clean []byte
	for _, old := range []string{"", "this is no Go", "package q\n\ntype FutureOfInt int\n", "package p\n\nfunc SubmitSquare() {}\n", "\x00"} {
		dir := unpack(t, archive)
		name := filepath.Join(dir, OutputName)
		if old != "" {
			if err := os.WriteFile(name, []byte(old), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		res, err := Generate(Config{Dir: dir})
		if err != nil || len(res.Diagnostics) > 0 || len(res.Files) != 1 {
			t.Fatal(err, res)
		}
		if err := res.Files[0].Write(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if clean == nil {
			clean = text
		}
		if !bytes.Equal(text, clean) {
			t.Errorf("after %q: %s", old, text)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 3 {
			t.Errorf("%d entries in the directory, want go.mod, p.go and the output", len(entries))
		}
	}
}

// TestWriteLeavesEqualFilesAlone holds that build caches and editors see no
// change where there is none.
func TestWriteLeavesEqualFilesAlone(t *testing.T) {
	name := filepath.Join(t.TempDir(), OutputName)
	if err := os.WriteFile(name, []byte("x"), 0o444); err != nil {
		t.Fatal(err)
	}
	before, _ := os.Stat(name)
	if err := (File{Path: name, Old: []byte("x"), New: []byte("x")}).Write(); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(name); !os.SameFile(before, after) || after.Mode() != before.Mode() {
		t.Error("the file was replaced")
	}
}

func TestParted(t *testing.T) {
	src := "package p\n\nimport (\n\t\"context\"\n\truntime2 \"example.com/runtime\"\n\t\"iter\"\n)\n"
	want := "package p\n\nimport (\n\t\"context\"\n\t\"iter\"\n\n\truntime2 \"example.com/runtime\"\n)\n"
	got := parted([]byte(src))
	if string(got) != want {
		t.Errorf("got\n%s", got)
	}
	if formatted, err := format.Source(got); err != nil || !bytes.Equal(formatted, got) {
		t.Errorf("gofmt disagrees: %s, %v", formatted, err)
	}
}

func TestDiff(t *testing.T) {
	lines := func(s string) []byte { return []byte(strings.ReplaceAll(s, " ", "\n") + "\n") }
	f := File{Name: "x.go", Old: lines("a b c d e f g h i j k l m"), New: lines("a B c d e f g h i j k m n")}
	want := "--- a/x.go\n+++ b/x.go\n@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n@@ -9,5 +9,5 @@\n i\n j\n k\n-l\n m\n+n\n"
	if got := f.Diff(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	f = File{Name: "x.go", New: []byte("a\n")}
	if got, want := f.Diff(), "--- /dev/null\n+++ b/x.go\n@@ -0,0 +1,1 @@\n+a\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestGeneratedForEachOther holds that a package may use what is generated for
// another in the same run, whatever the other's old output says.
func TestGeneratedForEachOther(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/ok/of-another.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want := get(archive, OutputName)
	for _, old := range []string{"", "garbage", "package q\n\ntype ResizeArgs struct{ Old chan int }\n"} {
		set(archive, "q/"+OutputName, []byte(old))
		res, err := Generate(Config{Dir: unpack(t, archive), Patterns: []string{"./..."}})
		if err != nil || len(res.Diagnostics) > 0 || len(res.Files) != 2 {
			t.Fatalf("after %q: %v, %+v", old, err, res)
		}
		if !bytes.Equal(res.Files[0].New, want) {
			t.Errorf("after %q:\n%s", old, File{Old: want, New: res.Files[0].New}.Diff())
		}
	}
}
