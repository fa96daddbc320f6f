package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode"

	"github.com/offing-go/offing/gen"
)

// A look is how diagnostics are printed.
type look struct {
	excerpt bool // with the line of the source below
	color   bool
}

// lookOf returns how to print to w: as compilers do, unless a person looks at a
// terminal that shows more. The line is plain text, so NO_COLOR leaves it.
func lookOf(w io.Writer, getenv func(string) string) look {
	if getenv("TERM") == "dumb" || !isTerminal(w) {
		return look{}
	}
	return look{excerpt: true, color: getenv("NO_COLOR") == ""}
}

// isTerminal reports whether w is one. It takes other devices for terminals too,
// which nobody looks at.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	stat, err := f.Stat()
	return err == nil && stat.Mode()&fs.ModeCharDevice != 0
}

// Control sequences of terminals.
const (
	bold  = "\x1b[1m"
	red   = "\x1b[1;31m"
	faint = "\x1b[2m"
	plain = "\x1b[0m"
)

func (l look) paint(sequence, text string) string {
	if !l.color || text == "" {
		return text
	}
	return sequence + text + plain
}

// diagnostic returns a diagnostic as it is printed.
func (l look) diagnostic(d gen.Diagnostic) string {
	if !l.excerpt {
		return d.String() + "\n"
	}
	text := d.String()
	pos := d.Pos.String()
	text = l.paint(bold, pos+":") + strings.TrimPrefix(text, pos+":") + "\n"
	at := d.Pos
	if d.Mark.IsValid() {
		at = d.Mark
	}
	text += l.quote(at.Filename, at.Line, at.Column)
	if d.Other.IsValid() {
		text += l.paint(faint, fmt.Sprintf("%s: the other place", d.Other)) + "\n" +
			l.quote(d.Other.Filename, d.Other.Line, d.Other.Column)
	}
	return text
}

// quote returns a line of a file with a mark below a column, which counts bytes
// from 1. It is empty if there is no such place, as the file may be another one
// by now, or one that a //line directive made up.
func (l look) quote(name string, line, column int) string {
	source, err := os.ReadFile(name)
	lines := strings.Split(string(source), "\n")
	if err != nil || line < 1 || line > len(lines) {
		return ""
	}
	text := strings.TrimRight(lines[line-1], "\r\t ")
	number := fmt.Sprintf("%5d | ", line)
	quoted := l.paint(faint, number) + printable(text) + "\n"
	if column < 1 || column > len(text) {
		return quoted
	}
	gutter := strings.Repeat(" ", len(number)-2) + "| "
	return quoted + l.paint(faint, gutter) + blank(printable(text[:column-1])) + l.paint(red, mark(text, column)) + "\n"
}

// printable keeps what would not be itself on a terminal from getting there.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return '?'
		}
		return r
	}, text)
}

// blank returns what moves the cursor as far as text does.
func blank(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r == '\t' {
			out.WriteRune(r)
		} else {
			out.WriteString(strings.Repeat(" ", width(r)))
		}
	}
	return out.String()
}

// width is how many columns of a terminal a rune takes, as far as identifiers and
// comments go.
func width(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana), '\uff01' <= r && r <= '\uff60':
		return 2
	}
	return 1
}

// mark returns a caret and a line below the rest of the word at a column of a line:
// an identifier, or in a directive all up to a space.
func mark(line string, column int) string {
	text := line[column-1:]
	ends := func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if strings.HasPrefix(strings.TrimSpace(line), "//") {
		ends = unicode.IsSpace
	}
	end := strings.IndexFunc(text, ends)
	if end < 0 {
		end = len(text)
	}
	return "^" + strings.Repeat("~", max(0, len(blank(text[:end]))-1))
}
