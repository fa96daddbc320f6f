package gen

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"testing"

	"golang.org/x/tools/txtar"
)

// layoutsOf is a hash of all codecs in the fixtures, for version 1 of the layout.
const layoutsOf = "3b685712"

// TestLayoutVersion holds that the encoding does not change without its version: two
// programs with equal fingerprints encode alike. If what you changed does not change
// a byte on the wire, or is a new fixture, give layoutsOf the hash that it asks for.
func TestLayoutVersion(t *testing.T) {
	codec := regexp.MustCompile(`(?ms)^func (append|read)[A-Z].*?^}$`)
	names, err := filepath.Glob("testdata/ok/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range codec.FindAll(get(archive, OutputName), -1) {
			h.Write(text)
		}
	}
	if got := hex.EncodeToString(h.Sum(nil))[:8]; got != layoutsOf {
		t.Errorf("codecs have changed, their hash is %s: does layoutVersion have to go up?", got)
	}
}
