package goroot

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDir(t *testing.T) {
	dir, err := Dir(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "src", "io", "io.go")); err != nil {
		t.Error(err)
	}
}

func TestNoDir(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if dir, err := Dir(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "no Go installation: ") {
		t.Errorf("%q %v", dir, err)
	}
}

func TestFiles(t *testing.T) {
	paths, err := Files(".", ".go", ".none")
	if want := []string{"goroot.go", "goroot_test.go"}; err != nil || !slices.Equal(paths, want) {
		t.Errorf("%q %v", paths, err)
	}
}
