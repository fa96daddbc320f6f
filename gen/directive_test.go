package gen

import (
	"go/ast"
	"strings"
	"testing"
	"time"
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
		"ofing:task":                   "//offing:task",
		"offing:Task local":            "//offing:task local",
		" offing:frob":                 "//offing:task",
		" offing:task marks a task":    "", // prose
		" offing: a tool":              "",
		" testing:task":                "",
		" TODO: task":                  "",
		"go:generate go tool offing":   "",
		"\t//offing:task is indented":  "",
		" offing:state":                "//offing:state",
		" offing:task timeout=2s":      "//offing:task timeout=2s",
		" see offing:task":             "",
		" offing: error":               "//offing:error",
		" offings are sure to come":    "",
		"offing:":                      "",
		" https://offing:task/retries": "",
	} {
		if got := nearMiss(text); got != want {
			t.Errorf("nearMiss(%q) = %q, want %q", text, got, want)
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
		"//offing:task retries=99999999999999999999", "//offing:task timeout=9999999h", "//offing:task =", "//offing:task local local",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\n\r") {
			return
		}
		d, ok := ast.ParseDirective(1, text)
		if !ok {
			nearMiss(strings.TrimPrefix(text, "//"))
			return
		}
		o, bad := parseOptions(d)
		for _, m := range bad {
			if m.text == "" || m.code == "" || int(m.pos) > len(text)+1 {
				t.Errorf("empty mistake %+v", m)
			}
		}
		if len(bad) == 0 && (o.timeout < 0 || o.retries < 0 || o.retries > maxRetries) {
			t.Errorf("%s gives %+v", text, o)
		}
	})
}
