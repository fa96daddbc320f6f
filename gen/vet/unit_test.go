package vet

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestIsUnit holds what is taken for the arguments of go vet, and what is not.
func TestIsUnit(t *testing.T) {
	for args, want := range map[string]bool{
		"-V=full":                         true,
		"-flags":                          true,
		"/tmp/b001/vet.cfg":               true,
		"-json -lostctx=false /b/vet.cfg": true,
		"":                                false,
		"vet":                             false,
		"vet ./...":                       false,
		"vet x.cfg":                       false,
		"-json check x.cfg":               false,
		"check -flags":                    false,
		"-json":                           false,
	} {
		if got := IsUnit(strings.Fields(args)); got != want {
			t.Errorf("%q: %v", args, got)
		}
	}
}

// TestMissing holds that a package without its generated file is told from one that
// does not use it, and so can be analyzed.
func TestMissing(t *testing.T) {
	const task = "package p\n\n//offing:task\nfunc Square(n int) int { return n * n }\n\n"
	for _, c := range []struct {
		source string
		only   bool // for facts
		want   string
	}{
		{task + "var f *FutureOfInt\n", false, `p.go:4:6: offing_gen.go is missing; run "go generate"`},
		{task + "var f = SubmitSquare(nil, nil, 1).Done()\n", false, "missing"},
		{task + "var f *FutureOfInt\n", true, ""},
		{task + "type T struct{ SubmitSquare int }\n\nvar f = q.SubmitSquare\n", false, "missing"}, // a field: rather too often
		{task + "var f = q.SubmitSquare\n", false, ""},
		{task, false, ""},
		{task + "var _ = 1\n", false, ""}, // which the guards declare too
		{"package p\n\nvar f *FutureOfInt\n", false, ""},
	} {
		dir := newModule(t)
		writeFile(t, filepath.Join(dir, "p.go"), c.source)
		config, err := json.Marshal(map[string]any{"GoFiles": []string{filepath.Join(dir, "p.go")}, "VetxOnly": c.only})
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, "vet.cfg"), string(config))
		if got := missing(filepath.Join(dir, "vet.cfg")); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%sgot %q", c.source, got)
		}
	}
	if got := missing("-V=full"); got != "" {
		t.Errorf("without a configuration: %q", got)
	}
}
