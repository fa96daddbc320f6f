package gen

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/offing-go/offing/templates"
)

// A note is what a call of Generate leaves for the next about one package: what its
// output depends on, and where in it which part is. With all of it as it was, the
// output is as it was, and the package need not be parsed. Notes are no part of what
// is generated: without one everything is done anew, with the same result.
type note struct {
	Program  string            // that wrote the note and the output
	Sources  []input           // in the module
	GoInputs []input           // of the go command
	Exports  map[string]string // export data by import path
	Files    []noted           // all that are in the directory

	tail []byte // the parts of the files, encoded
}

// A noted is a generated file in a note.
type noted struct {
	Name  string
	Sum   checksum
	parts []notedPart
}

// A notedPart is a part of a file that has no other bytes than its own.
type notedPart struct {
	key        digest
	start, end int
	imports    []string
}

// A checksum tells a file from what it was, unless somebody means to deceive us. The
// zero value is that of no file. It is no digest, as output is long and these sums are
// ten times as fast.
type checksum struct {
	Length           int64
	IEEE, Castagnoli uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (c *checksum) add(text []byte) {
	c.Length += int64(len(text))
	c.IEEE = crc32.Update(c.IEEE, crc32.IEEETable, text)
	c.Castagnoli = crc32.Update(c.Castagnoli, castagnoli, text)
}

// checksumOf returns the checksum of a file that is there.
func checksumOf(text []byte) (c checksum) {
	c.Length = 1 // so that an empty file is one
	c.add(text)
	return c
}

// checksumNow returns the checksum of a file as it is on disk.
func checksumNow(path string) (checksum, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return checksum{}, nil
	}
	if err != nil {
		return checksum{}, err
	}
	defer f.Close()
	c := checksumOf(nil)
	buffer := make([]byte, 128<<10)
	for {
		n, err := f.Read(buffer)
		c.add(buffer[:n])
		if err == io.EOF {
			return c, nil
		}
		if err != nil {
			return c, err
		}
	}
}

// written reports whether the output in dir is what the note is about.
func (n *note) written(dir string) bool {
	names, err := outputsIn(dir)
	if err != nil || len(names) != len(n.Files) {
		return false
	}
	for _, f := range n.Files {
		if sum, err := checksumNow(filepath.Join(dir, f.Name)); err != nil || sum != f.Sum {
			return false
		}
	}
	return true
}

// recall adds the parts that are in the output in dir, if it is still what it was, and
// that output.
func (n *note) recall(dir string, to rendered, texts map[string][]byte) {
	n.decodeParts()
	for _, f := range n.Files {
		path := filepath.Join(dir, f.Name)
		text, err := os.ReadFile(path)
		if err != nil || checksumOf(text) != f.Sum {
			continue
		}
		texts[path] = text
		for _, p := range f.parts {
			to[p.key] = templates.Fragment{Text: text[p.start:p.end], Imports: p.imports}
		}
	}
}

// noted writes down how a file is made up once it is written.
func (f File) noted() noted {
	text := f.after()
	n := noted{Name: filepath.Base(f.Path), Sum: checksumOf(text)}
	if f.of == nil || len(text) != len(f.New) { // line ends differ
		return n
	}
	at := 0
	n.parts = make([]notedPart, 0, len(f.of.fragments))
	for i, fragment := range f.of.fragments {
		start := at + bytes.Index(f.New[at:], fragment.Text)
		at = start + len(fragment.Text)
		if f.of.keys[i] != (digest{}) {
			n.parts = append(n.parts, notedPart{f.of.keys[i], start, at, fragment.Imports})
		}
	}
	return n
}

// encode returns the note as bytes: a line of JSON and the parts, each with its digest
// in front.
func (n *note) encode() ([]byte, error) {
	head, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	var b []byte
	for _, f := range n.Files {
		b = binary.AppendUvarint(b, uint64(len(f.parts)))
		for _, p := range f.parts {
			b = append(b, p.key[:]...)
			b = binary.AppendUvarint(b, uint64(p.start))
			b = binary.AppendUvarint(b, uint64(p.end))
			b = appendText(b, strings.Join(p.imports, " "))
		}
	}
	sum, rest := digestOf(head), digestOf(b)
	return slices.Concat(sum[:], head, []byte("\n"), rest[:], b), nil
}

var errNote = errors.New("not a note")

// decodeNote is the opposite of encode. The parts stay encoded until somebody asks for
// them. A note that is not as it was written is none.
func decodeNote(text []byte) (*note, error) {
	var sum digest
	if len(text) < len(sum) {
		return nil, errNote
	}
	copy(sum[:], text)
	head, tail, _ := bytes.Cut(text[len(sum):], []byte("\n"))
	if digestOf(head) != sum {
		return nil, errNote
	}
	n := &note{tail: tail}
	return n, json.Unmarshal(head, n)
}

// decodeParts decodes what decodeNote has left, if that is as it was written.
func (n *note) decodeParts() {
	var sum digest
	b := n.tail[copy(sum[:], n.tail):]
	if digestOf(b) != sum {
		return
	}
	number := func() int {
		v, size := binary.Uvarint(b)
		b = b[size:]
		return int(v)
	}
	lists := map[string][]string{} // there are few
	for i := range n.Files {
		parts := make([]notedPart, number())
		for j := range parts {
			p := &parts[j]
			b = b[copy(p.key[:], b):]
			p.start, p.end = number(), number()
			size := number()
			p.imports = lists[string(b[:size])]
			if p.imports == nil {
				p.imports = strings.Fields(string(b[:size]))
				lists[string(b[:size])] = p.imports
			}
			b = b[size:]
		}
		n.Files[i].parts = parts
	}
}
