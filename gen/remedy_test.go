package gen

import (
	"bytes"
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
	var source strings.Builder
	source.WriteString("-- p.go --\npackage p\n\nimport (\n")
	for _, path := range []string{"database/sql", "io/fs", "log", "log/slog", "net", "net/http", "os", "reflect", "regexp", "sync", "testing", "time"} {
		source.WriteString("\t\"" + path + "\"\n")
	}
	source.WriteString(")\n")
	n := 0
	for id := range remedies {
		short := id[strings.LastIndex(id, "/")+1:]
		n++
		source.WriteString("\n//offing:task name=T" + strings.Repeat("x", n) + "\nfunc t" + strings.Repeat("x", n) + "(v *" + short + ") {}\n")
	}
	got := said(listingsOf(t, txtar.Parse([]byte(source.String()))))
	for id, remedy := range remedies {
		want := withArticle(id[strings.LastIndex(id, "/")+1:]) + ` cannot cross a process; add "local" or ` + remedy + " ["
		if !strings.Contains(got, want) {
			t.Errorf("%s is not refused:\n%s", id, got)
		}
	}
}
