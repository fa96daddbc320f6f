package main

import (
	"os"
	"strings"
	"testing"

	"github.com/offing-go/offing/gen"
)

// TestManual holds that the package comment has what help prints.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(usage()) {
		want = append(want, strings.TrimSpace(strings.TrimPrefix(line, "usage:")))
	}
	for line := range strings.Lines(flagLines(func(string) bool { return true })) {
		want = append(want, strings.TrimSpace(line))
	}
	for _, line := range append(want, gen.Keys()...) {
		if !strings.Contains(string(text), "//\t"+line+"\n") {
			t.Errorf("the package comment lacks %s", line)
		}
	}
}

// TestManualOfVerbs holds that help tells of each verb what it is for, its
// arguments and all of its flags, and that no line is wider than a terminal.
func TestManualOfVerbs(t *testing.T) {
	for _, v := range allVerbs() {
		_, text, _ := in(t, good, "help", v.name)
		if !strings.HasPrefix(text, "usage: offing "+v.synopsis()) || !strings.Contains(text, sentence(v.summary)) {
			t.Errorf("%s: %s", v.name, text)
		}
		if _, also, _ := in(t, good, v.name, "-h"); also != text {
			t.Errorf("%s -h: %s", v.name, also)
		}
		for _, f := range allFlags() {
			if strings.Contains(text, "[-"+f.name+"]") != v.takes(f.name) || strings.Contains(text, "\t-"+f.name+" ") != v.takes(f.name) {
				t.Errorf("%s: -%s: %s", v.name, f.name, text)
			}
		}
		for line := range strings.Lines(text) {
			if len(line) > 92 {
				t.Errorf("%s: %s", v.name, line)
			}
		}
	}
}

// TestFlagsOfVerbs holds that each verb takes the flags that it says and refuses
// all others, by name.
func TestFlagsOfVerbs(t *testing.T) {
	for _, v := range allVerbs() {
		for _, f := range flagNames() {
			c := command{}
			args := []string{v.name, "-" + f}
			if v.least > 0 {
				args = append(args, "bash")
			}
			if problem := c.parse(args); (problem == "") != v.takes(f) {
				t.Errorf("%q: %q", args, problem)
			}
		}
	}
}

// TestCompletionOfAll holds that the script of each shell has all verbs, flags,
// codes and summaries.
func TestCompletionOfAll(t *testing.T) {
	for _, shell := range shells {
		status, script, _ := in(t, good, "completion", shell)
		if status != fine {
			t.Errorf("%s: status %d", shell, status)
		}
		words := append(append(verbNames(), flagNames()...), codeNames()...)
		if shell != "bash" {
			for _, v := range allVerbs() {
				words = append(words, v.summary)
			}
		}
		for _, word := range words {
			if !strings.Contains(script, word) {
				t.Errorf("%s lacks %s", shell, word)
			}
		}
	}
}
