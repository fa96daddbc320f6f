package gen

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestLocalHelps holds that a message which says to add "local" is right: with it
// nothing of that kind is left.
func TestLocalHelps(t *testing.T) {
	fixtures(t, "testdata/errors/*.txtar", func(t *testing.T, archive *txtar.Archive) {
		if !bytes.Contains(get(archive, "want"), []byte(`add "local"`)) {
			return
		}
		tried := txtar.Parse(bytes.ReplaceAll(txtar.Format(archive), []byte("//offing:task"), []byte("//offing:task local")))
		res := listingsOf(t, tried)
		for _, d := range res.Diagnostics {
			if strings.Contains(d.Message, `add "local"`) {
				t.Error(d)
			}
		}
	})
}

// TestRemedies holds that the types in the tables exist, and that each is refused
// with its remedy.
func TestRemedies(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	source.WriteString("-- go.mod --\nmodule example.com/p\n\ngo 1.26.0\n\nrequire github.com/offing-go/offing v0.0.0\n\n" +
		"replace github.com/offing-go/offing => " + filepath.ToSlash(root) + "\n-- p.go --\npackage p\n\n")
	wants := map[string]string{}
	tasks := ""
	for i, id := range slices.Sorted(maps.Keys(remedies)) {
		dot := strings.LastIndex(id, ".")
		path, name := id[:dot], id[dot+1:]
		source.WriteString(fmt.Sprintf("import p%d %q\n", i, path))
		arguments := ""
		if slices.Contains([]string{"Future", "Handle", "Pointer"}, name) {
			arguments = "[int]"
		}
		tasks += fmt.Sprintf("\n//offing:task\nfunc T%d(v *p%d.%s%s) {}\n", i, i, name, arguments)
		wants[id] = fmt.Sprintf(" task T%d: parameter v: %s cannot cross a process; add \"local\" or %s [",
			i, withArticle(guessName(path)+"."+name+arguments), remedies[id])
	}
	got := said(listingsOf(t, txtar.Parse([]byte(source.String()+tasks))))
	for id, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not refused with%s\n%s", id, want, got)
		}
	}
}

// TestRemedyByName holds what is said of types that nobody knows.
func TestRemedyByName(t *testing.T) {
	for name, want := range map[string]string{
		"PacketReader": passBytes, "TextWriter": "return what is to be written", "RedisClient": ownClient,
		"Reading": "pass its text, its bytes or a struct of your own",
	} {
		if got := remedyByName(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestRemediesForConstructors holds that no remedy tells a constructor what only a task
// could do.
func TestRemediesForConstructors(t *testing.T) {
	all := append(slices.Collect(maps.Values(remedies)), slices.Collect(maps.Values(remediesOf))...)
	for _, r := range remedyEndings {
		all = append(all, r.remedy)
	}
	for _, remedy := range append(all, passUnion, "pass a value", "return the bytes, or pass the name of a file that the task writes") {
		text := instead("", "it", remedy)[0].text
		got := ofConstructor(text)
		before, advice, found := strings.Cut(got, "; ")
		if !found || before != "it cannot cross a process" || len(advice) < 8 ||
			strings.Contains(got, "local") || strings.Contains(got, "task") || strings.HasPrefix(advice, "return") {
			t.Errorf("%s: %s", text, got)
		}
	}
}
