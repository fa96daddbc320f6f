package vet

import (
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
