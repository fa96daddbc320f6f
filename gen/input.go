package gen

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
)

// An input is something on disk that the output of a package depends on, as it was
// when the package was read.
type input struct {
	Kind inputKind
	Path string
	Was  digest
}

// An inputKind is what of a path is an input.
type inputKind byte

// The kinds.
const (
	content  inputKind = 'f' // of a file
	listing  inputKind = 'd' // the names of the Go files in a directory, without ours
	identity inputKind = 's' // size and time of a program, which is too long to read
)

// A disk reads inputs, each once.
type disk map[input]digest

// current reports whether all inputs are what they were.
func (d disk) current(list []input) bool {
	for _, in := range list {
		of := input{Kind: in.Kind, Path: in.Path}
		now, ok := d[of]
		if !ok {
			now = digestNow(in.Kind, in.Path)
			d[of] = now
		}
		if now != in.Was {
			return false
		}
	}
	return true
}

// inputNow returns an input as it is.
func inputNow(kind inputKind, path string) input { return input{kind, path, digestNow(kind, path)} }

// digestNow returns the digest of an input as it is, which is zero if there is none.
func digestNow(kind inputKind, path string) digest {
	switch kind {
	case listing:
		if names, err := goFiles(path); err == nil {
			return digestOf([]byte(strings.Join(names, "\n")))
		}
	case identity:
		if found, err := os.Stat(path); err == nil {
			b := binary.AppendVarint(nil, found.Size())
			return digestOf(binary.AppendVarint(b, found.ModTime().UnixNano()))
		}
	default:
		if text, err := os.ReadFile(path); err == nil {
			return digestOf(text)
		}
	}
	return digest{}
}

// A goFile is a Go file as it was read.
type goFile struct {
	name string
	text []byte
}

// readDir reads the Go files in dir, in order, without ours, and says what it has
// read.
func readDir(dir string) (files []goFile, read []input, err error) {
	names, err := goFiles(dir)
	if err != nil {
		return nil, []input{{Kind: listing, Path: dir}}, err
	}
	read = append(read, input{listing, dir, digestOf([]byte(strings.Join(names, "\n")))})
	for _, name := range names {
		path := filepath.Join(dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, append(read, input{Kind: content, Path: path}), err
		}
		files = append(files, goFile{name, text})
		read = append(read, input{content, path, digestOf(text)})
	}
	return files, read, nil
}

// modulesAround returns the inputs that make a directory part of the module at root:
// that there is no other go.mod on the way.
func modulesAround(dir, root string) (list []input) {
	for d := dir; d != root && d != filepath.Dir(d); d = filepath.Dir(d) {
		list = append(list, inputNow(content, filepath.Join(d, "go.mod")))
	}
	return list
}

// inputsOf returns what the output of a package depends on in its module: its files,
// and those of the packages that it imports, directly or not, as far as they were
// looked at.
func (s *session) inputsOf(src *source) []input {
	list := append(modulesAround(src.dir, s.root), src.inputs...)
	seen := map[string]bool{src.path: true}
	for todo := []*source{src}; len(todo) > 0; {
		next := todo[0]
		todo = todo[1:]
		for _, f := range next.files {
			for _, spec := range f.syntax.Imports {
				path := importPath(spec)
				asked, ok := s.asked[path]
				if !ok || seen[path] {
					continue
				}
				seen[path] = true
				list = append(list, asked...)
				if imported := s.sources[path]; imported != nil {
					todo = append(todo, imported)
				}
			}
		}
	}
	return list
}
