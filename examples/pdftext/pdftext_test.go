package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime/process"
	"rsc.io/pdf"
)

func TestMain(m *testing.M) {
	process.Main()
	if len(os.Args) == 3 && os.Args[1] == "-unprotected" { // the child program of unprotected
		main()
		return
	}
	os.Exit(m.Run())
}

// unprotected runs the program without worker processes on one file and returns
// what it says as it dies.
func unprotected(t *testing.T, content []byte) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "hostile.pdf"), content, 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), self, "-unprotected", folder).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("the program ended with %v:\n%s", err, out)
	}
	return string(out)
}

func TestOutlineOverflowsTheStack(t *testing.T) {
	if out := unprotected(t, endlessOutline()); !strings.Contains(out, "fatal error: stack overflow") {
		t.Error(out)
	}
}

// TestPageTreeNeverEnds has the library read a file of a few hundred bytes from a
// reader that loses its patience, and no sooner.
func TestPageTreeNeverEnds(t *testing.T) {
	content := endlessPages()
	reads := 100_000
	file := readerAt(func(b []byte, at int64) (int, error) {
		if reads--; reads < 0 {
			panic(t.Name())
		}
		return bytes.NewReader(content).ReadAt(b, at)
	})
	defer func() {
		if got := recover(); got != t.Name() {
			t.Errorf("ended with %v after %d reads less", got, reads)
		}
	}()
	reader, err := pdf.NewReader(file, int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	reader.Page(1)
}

type readerAt func(b []byte, at int64) (int, error)

func (f readerAt) ReadAt(b []byte, at int64) (int, error) { return f(b, at) }
