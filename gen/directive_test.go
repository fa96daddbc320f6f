package gen

import (
	"go/ast"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

func parse(t *testing.T, text string) (options, []mistake) {
	t.Helper()
	d, ok := ast.ParseDirective(1, text)
	if !ok {
		t.Fatalf("%s is no directive", text)
	}
	return parseOptions(d)
}

func TestOptions(t *testing.T) {
	got, bad := parse(t, "//offing:task timeout=2s retries=3 name=Thumb \"future=FutureThumb\" local")
	want := options{timeout: 2 * time.Second, retries: 3, name: "Thumb", future: "FutureThumb", local: true}
	if got != want || len(bad) > 0 {
		t.Errorf("got %+v, %v", got, bad)
	}
}

func TestNearMiss(t *testing.T) {
	for text, want := range map[string]string{
		" offing:task":                 "//offing:task",
		"Offing:task retries=2":        "//offing:task retries=2",
		" offing: task":                "//offing:task",
		"offing:Task local":            "//offing:task local",
		" offing:frob":                 "//offing:task",
		" offing:state":                "//offing:state",
		" offing:task timeout=2s":      "//offing:task timeout=2s",
		" offing: error":               "//offing:error",
		"offing:":                      "//offing:task",
		"offing task":                  "//offing:task",
		"offing task timeout=2s":       "//offing:task timeout=2s",
		"offing.task":                  "//offing:task",
		"offing-task local":            "//offing:task local",
		"/offing:task":                 "//offing:task",
		" @offing:task":                "//offing:task",
		" +offing:task":                "//offing:task",
		"+offing:tasks":                "//offing:task",
		"go:offing task":               "//offing:task",
		"offing：task":                  "//offing:task",
		"offing::task":                 "//offing:task",
		"offing/task":                  "//offing:task",
		"offing_task timeout=2s":       "//offing:task timeout=2s",
		"offingtask":                   "//offing:task",
		"offingTask local":             "//offing:task local",
		"OffingError":                  "//offing:error",
		"go:offing":                    "//offing:task",
		"go:offing local":              "//offing:task local",
		" offing:union int string":     "//offing:union int string",
		" offing:union Box[int] *q.T":  "//offing:union Box[int] *q.T",
		" offing:union of types":       "",
		" offing:union integers":       "",
		" offingtask":                  "",
		"offingtasks are many":         "",
		" offing/task":                 "",
		"go:offingtask":                "",
		" offing:task marks a task":    "", // prose
		" offing: a tool":              "",
		" offing:":                     "",
		" offing: frob":                "",
		" offing task":                 "",
		" offing-task":                 "",
		"offing tools":                 "",
		"offing.go":                    "",
		" testing:task":                "",
		" TODO: task":                  "",
		"go:generate go tool offing":   "",
		"\t//offing:task is indented":  "",
		" see offing:task":             "",
		" offings are sure to come":    "",
		" https://offing:task/retries": "",
	} {
		for _, doc := range []bool{false, true} {
			meant, ok := nearMiss(text, doc)
			if got := meant.String(); ok != (want != "") || ok && got != want {
				t.Errorf("nearMiss(%q, %t) = %q, %t, want %q", text, doc, got, ok, want)
			}
		}
		if src := "package p\n\n//" + text + "\nfunc F() {}\n"; want != "" && !mayHaveTasks([]byte(src)) {
			t.Errorf("mayHaveTasks does not see %q", text)
		}
	}
}

// TestNearMissOfTheTool holds that a word like the tool's name is taken for it
// only where a directive would be.
func TestNearMissOfTheTool(t *testing.T) {
	for text, want := range map[string]string{
		"ofing:task":           "//offing:task",
		"ofing:tsk":            "//offing:task",
		"offin:task retries=1": "//offing:task retries=1",
		"offing":               "//offing:task",
		"Offing ":              "//offing:task",
		"offing timeout=2s":    "//offing:task timeout=2s",
		"offing local":         "//offing:task local",
		" offing":              "",
		"offing tools":         "",
		"Offfing:task":         "//offing:task",
		" ofing:task":          "",
		" offline: state":      "",
		" Offline: error":      "",
		"offline: state":       "",
		"ofing:frob":           "",
		"offline:status":       "",
		"/ofing:task":          "",
		"testing:task":         "",
	} {
		meant, ok := nearMiss(text, true)
		if got := meant.String(); ok != (want != "") || ok && got != want {
			t.Errorf("nearMiss(%q) = %q, %t, want %q", text, got, ok, want)
		}
		if _, ok := nearMiss(text, false); ok {
			t.Errorf("%q is a near miss outside of a doc comment", text)
		}
		if src := "package p\n\n//" + text + "\nfunc F() {}\n"; want != "" && !mayHaveTasks([]byte(src)) {
			t.Errorf("mayHaveTasks does not see %q", text)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"generate", "check", "diff", "version", "help"}
	for name, want := range map[string]string{
		"chekc": "check", "generat": "generate", "dif": "diff", "xyz": "", "hlep": "help", "": "",
	} {
		if got := Nearest(name, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

// FuzzDirective holds that a directive, however odd, either parses into options
// that make sense or gives at least one mistake with a text, and that a comment
// is never both a directive and nearly one.
func FuzzDirective(f *testing.F) {
	for _, seed := range []string{
		"//offing:task", "//offing:task timeout=2s retries=1", "//offing:task \"name=x", "// offing:task",
		"//offing:task retries=99999999999999999999", "//offing:task timeout=9999999h", "//offing:task =", "//offing:task local local", "//offing:task T=int,map[string]int local=a.B,", "//offing:task T=,[", "//offing:task T=)(,T=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\n\r") {
			return
		}
		d, ok := ast.ParseDirective(1, text)
		if !ok {
			nearMiss(strings.TrimPrefix(text, "//"), true)
			return
		}
		o, bad := parseOptions(d)
		params := []string{"T", "local"}
		found, bad := lists(d, params, bad)
		table, worse := instances(params, found, d)
		if len(worse) == 0 && (len(table) == 0 || len(table[0]) != len(params)) {
			t.Errorf("%s has %d instances", text, len(table))
		}
		for _, m := range append(bad, worse...) {
			if m.text == "" || m.code == "" || int(m.pos) > len(text)+1 {
				t.Errorf("empty mistake %+v", m)
			}
		}
		if len(bad) == 0 && (o.timeout < 0 || o.retries < 0 || o.retries > maxRetries) {
			t.Errorf("%s gives %+v", text, o)
		}
	})
}

// TestInstead holds what the diagnostic of a near miss has to put in its place,
// where that is certain.
func TestInstead(t *testing.T) {
	for comment, want := range map[string]string{
		"// offing:task":            "//offing:task",
		"//offing:tsak retries=3":   "//offing:task retries=3",
		"//offing:task,local":       "//offing:task local",
		"//ofing:task timeout=2s":   "//offing:task timeout=2s",
		"//offing:task timeuot=2s":  "", // the comment is a directive
		"// offing:state":           "//offing:state",
		"// offing:state local":     "//offing:state", // which takes nothing
		"//offing:stat timeout=2s":  "//offing:state",
		"//offing:state,timeout=2s": "//offing:state",
		"//offing:frobnicate":       "",
		"/* offing:task */":         "",
		"// It is like offing:task": "",
	} {
		res := listingsOf(t, &txtar.Archive{Files: []txtar.File{{Name: "p.go", Data: []byte("package p\n\n" + comment + "\nfunc F() {}\n")}}})
		got := ""
		for _, d := range res.Diagnostics {
			got += d.Instead
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", comment, got, want)
		}
	}
}
