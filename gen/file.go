package gen

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"

	"github.com/offing-go/offing/templates"
)

// A File is a generated file as it is and as it should be.
type File struct {
	Path string // absolute
	Name string // relative to Config.Dir
	Old  []byte // nil if there is none
	New  []byte // nil if it should go

	of *rendering // what New is the text of; nil if it is none of a package
}

// Stale reports whether the file on disk is not as it should be. That a version
// control system ends lines with \r\n makes no difference.
func (f File) Stale() bool {
	if (f.Old == nil) != (f.New == nil) {
		return true
	}
	return !bytes.Equal(f.Old, f.New) &&
		(!bytes.Contains(f.Old, []byte("\r")) || !bytes.Equal(bytes.ReplaceAll(f.Old, []byte("\r\n"), []byte("\n")), f.New))
}

// after returns what is in the file once it is written, nil for no file.
func (f File) after() []byte {
	if f.Stale() {
		return f.New
	}
	return f.Old
}

// Remainder reports whether the file is to go, but does no harm: Config.Keep has
// left nothing of it but its package clause.
func (f File) Remainder() bool {
	rest := File{Old: f.Old, New: remainder(f.Old)}
	return f.Old != nil && f.New == nil && rest.New != nil && !rest.Stale()
}

// PackageClause returns a file without declarations: what stands in for one that
// is to go where a file cannot be missing. It is nil if the old file has no package
// clause.
func (f File) PackageClause() []byte { return remainder(f.Old) }

// remainder returns what is left of a file whose declarations go, or nil if it
// has no package clause.
func remainder(old []byte) []byte {
	f, err := parser.ParseFile(token.NewFileSet(), "", old, parser.PackageClauseOnly)
	if err != nil {
		return nil
	}
	return []byte(templates.Header + "\n\npackage " + f.Name.Name + "\n")
}

// Write brings the file on disk up to date and leaves it alone if it is. A
// reader sees the old file or the new one, nothing in between.
func (f File) Write() error {
	if !f.Stale() {
		return nil
	}
	if f.New == nil {
		return os.Remove(f.Path)
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.Path), ".offing-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once it is renamed
	_, err = tmp.Write(f.New)
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), f.Path)
	}
	return err
}
