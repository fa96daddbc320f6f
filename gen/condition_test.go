package gen

import (
	"go/build/constraint"
	"go/parser"
	"go/token"
	"go/version"
	"os"
	"regexp"
	"strings"
	"testing"
)

// conditionIn returns the condition of a file of that name with that line.
func conditionIn(t *testing.T, name, line string) *condition {
	t.Helper()
	text := "package p\n"
	if line != "" {
		text = "//go:build " + line + "\n\n" + text
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return conditionOf(name, f)
}

func TestConditionOf(t *testing.T) {
	for _, c := range []struct{ name, line, want, output string }{
		{"p.go", "", "", "offing_gen.go"},
		{"linux.go", "", "", "offing_gen.go"},
		{"p_unix.go", "", "", "offing_gen.go"},
		{"p_linux.go", "", "linux", "offing_gen_linux.go"},
		{"p_arm.go", "", "arm", "offing_gen_arm.go"},
		{"p_x_windows_amd64_test.go", "", "windows && amd64", "offing_gen_windows_amd64.go"},
		{"p_linux.pb.go", "", "linux", "offing_gen_linux.go"},
		{"p_linux_darwin.go", "", "darwin", "offing_gen_darwin.go"},
		{"p.go", "linux", "linux", "offing_gen_linux_only.go"},
		{"p_linux.go", "cgo || x", "linux && (cgo || x)", "offing_gen_linux_and_cgo_or_x_only.go"},
		{"p.go", "!Tag.x", "!Tag.x", "offing_gen_not_tag_x_only_@.go"},
		{"p_linux.go", "go1.27 || !x_1", "linux && (go1.27 || !x_1)", "offing_gen_linux_and_go1_27_or_not_x_1_only.go"},
	} {
		got := conditionIn(t, c.name, c.line)
		output := got.output("offing_gen", ".go")
		if got.String() != c.want || !regexp.MustCompile("^"+strings.Replace(c.output, "@", "[0-9a-f]{8}", 1)+"$").MatchString(output) {
			t.Errorf("%s with %q: got %s, %s", c.name, c.line, got, output)
		}
		if out := conditionIn(t, output, got.lineText()); out.String() != c.want {
			t.Errorf("%s with %q: the output has %s", c.name, c.line, out)
		}
	}
}

// TestLanguageOfOutputs holds that a generated file is in no older language than the
// runtime needs, and is built where the file is that it is for.
func TestLanguageOfOutputs(t *testing.T) {
	gomod, err := os.ReadFile("../go.mod")
	if err != nil || !strings.Contains(string(gomod), "\n"+strings.Replace(minGo, "go", "go ", 1)+".0\n") {
		t.Errorf("%s is not the version in go.mod (%v)", minGo, err)
	}
	for line, want := range map[string]string{
		"go1.18":            "go1.26 && go1.18",
		"go1":               "go1.26 && go1",
		"go1.21 && linux":   "go1.26 && go1.21 && linux",
		"go1.21 || go1.30":  "go1.26 && (go1.21 || go1.30)",
		"go1.25 && !go1.26": "go1.26 && go1.25 && !go1.26",
		"go1.21 || linux":   "go1.21 || linux",
		"!go1.21":           "!go1.21",
		"go1.21 && go1.27":  "go1.21 && go1.27",
		"linux":             "linux",
	} {
		of := conditionIn(t, "p.go", line)
		got := conditionIn(t, "p.go", of.lineText())
		if v := constraint.GoVersion(got.expr); got.String() != want || v != "" && version.Compare(v, minGo) < 0 {
			t.Errorf("for %s: got %s, in %s", line, got, v)
		}
		if !of.implies(got) || !got.implies(of) {
			t.Errorf("for %s: %s is built elsewhere", line, got)
		}
	}
}

// TestOutputNamesAreInjective holds that no two conditions share a file, not even where
// the file system does not tell upper case from lower.
func TestOutputNamesAreInjective(t *testing.T) {
	seen := map[string]string{} // what has a name
	add := func(what, name string) {
		if other, taken := seen[strings.ToLower(name)]; taken && other != what {
			t.Errorf("%s is the name for %q and for %q", name, other, what)
		}
		seen[strings.ToLower(name)] = what
		if len(name) > 143 {
			t.Errorf("%d bytes in the name for %q", len(name), what)
		}
	}
	tags := []string{
		"a", "b", "A", "é", "É", "x", "x_a", "x_y", "x.y", "not_a", "a_and_b", "a_or_b", "and_b", "a_only", "only", "go1.27", "go1_27", "go1", "linux",
		strings.Repeat("a", 120), strings.Repeat("a", 121), strings.Repeat("é", 120), "x" + strings.Repeat("é", 120),
	}
	forms := []string{"#", "!#", "# && @", "# || @", "!# && @", "!(# && @)", "!# || @", "c && # || @", "c && (# || @)", "# && @ || c", "# || @ && c"}
	for _, form := range forms {
		for _, a := range tags {
			for _, b := range tags {
				c := conditionIn(t, "p.go", strings.NewReplacer("#", a, "@", b).Replace(form))
				add(c.String(), unit{condition: c, view: &source{}}.output())
				add("test "+c.String(), unit{test: true, condition: c, view: &source{}}.output())
				add("external "+c.String(), unit{test: true, condition: c, view: &source{tests: "p"}}.output())
			}
		}
	}
}

// lineText is what stands after //go:build in the output.
func (c *condition) lineText() string {
	if line := c.line(); line != "" {
		return line[len("go:build "):]
	}
	return ""
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		a, b               string
		implied, exclusive bool // b by a, one the other
	}{
		{"linux", "linux", true, false},
		{"linux", "unix", true, false},
		{"unix", "linux", false, false},
		{"linux", "windows", false, true},
		{"linux", "!windows", true, false},
		{"linux", "!linux", false, true},
		{"android", "linux", true, false},
		{"windows", "unix", false, true},
		{"linux && amd64", "arm64", false, true},
		{"linux && cgo", "linux && !cgo", false, true},
		{"x && y", "x || z", true, false},
		{"x", "y", false, false},
		{"go1.18", "x", false, false},
		{"x", "go1.18", true, false},
	} {
		a, b := conditionIn(t, "p.go", c.a), conditionIn(t, "p.go", c.b)
		if a.implies(b) != c.implied || a.excludes(b) != c.exclusive || b.excludes(a) != c.exclusive {
			t.Errorf("%s and %s: implied %t, exclusive %t", c.a, c.b, a.implies(b), a.excludes(b))
		}
	}
	var always *condition
	some := conditionIn(t, "p.go", "linux")
	if !some.implies(always) || always.implies(some) || always.excludes(some) || some.excludes(always) {
		t.Error("what is always built is implied by all and excludes nothing")
	}
}
