package process

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var sample = savedCall{
	task: "example.com/x/tasks.(*Model).Predict", shape: "func(string) int", item: 3,
	cause: "worker process 5: signal: killed", stacks: "goroutine 1 [running]:\n", args: []byte{1, 2, 3},
}

func TestSavedCallComesBack(t *testing.T) {
	b := sample.content()
	got, err := readSaved(b)
	if err != nil || !bytes.Equal(got.content(), b) || got.task != sample.task || got.item != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	for n := range b {
		if _, err := readSaved(b[:n]); !errors.Is(err, errNotSaved) {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
	}
	if _, err := got.find(); err == nil || !strings.Contains(err.Error(), "no task "+sample.task) {
		t.Fatalf("of another program: %v", err)
	}
}

func TestSavedFileName(t *testing.T) {
	name, other := sample.file(), sample
	if !strings.HasPrefix(name, "tasks.__Model_.Predict-") || filepath.Ext(name) != savedSuffix {
		t.Error(name)
	}
	other.cause = "another"
	if other.file() != name {
		t.Error("the same call has another file")
	}
	if n := len(sample.content()); n > sample.size() {
		t.Errorf("%d bytes, %d were announced", n, sample.size())
	}
	for _, change := range []func(*savedCall){
		func(s *savedCall) { s.task += "2" }, func(s *savedCall) { s.item++ }, func(s *savedCall) { s.args = nil },
	} {
		other = sample
		change(&other)
		if other.file() == name {
			t.Errorf("%+v has the same file", other)
		}
	}
}

func TestSavedFilesAreBounded(t *testing.T) {
	dir, s := t.TempDir(), sample
	for i := range maxSaved + 5 {
		s.args = []byte(strconv.Itoa(i))
		if _, err := s.write(dir); (err != nil) != (i >= maxSaved) {
			t.Fatalf("file %d: %v", i, err)
		}
	}
	s.args = []byte("0")
	path, err := s.write(dir) // takes the place of its like
	if err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(dir)
	about, err := os.Stat(path)
	if len(entries) != maxSaved || err != nil || about.Mode().Perm() != 0o600 {
		t.Fatal(len(entries), about, err)
	}
}

func TestSavedBytesAreBounded(t *testing.T) {
	dir := t.TempDir()
	huge := filepath.Join(dir, "huge"+savedSuffix)
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, maxSavedBytes-10); err != nil {
		t.Skip(err)
	}
	if _, err := sample.write(dir); !errors.Is(err, errDumpFull) {
		t.Fatal(err)
	}
}

func FuzzG12_SavedCall(f *testing.F) {
	f.Add(sample.content())
	f.Add([]byte(savedMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := readSaved(b)
		if err != nil {
			return
		}
		if again, err := readSaved(s.content()); err != nil || !bytes.Equal(again.content(), s.content()) {
			t.Fatalf("%+v reads back as %+v, %v", s, again, err)
		}
	})
}
