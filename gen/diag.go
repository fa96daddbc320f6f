package gen

import (
	"cmp"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
)

// A Code names a kind of mistake; it never changes its meaning.
type Code string

// The codes of diagnostics.
const (
	CodeSpelling   Code = "OF101" // almost a directive
	CodePlace      Code = "OF102" // a directive in the wrong place
	CodeKey        Code = "OF103" // an unknown key of a directive
	CodeType       Code = "OF104" // a value that cannot cross a process
	CodeValue      Code = "OF105" // a bad value of a directive's key
	CodeLater      Code = "OF106" // not supported by this version yet
	CodeClash      Code = "OF107" // a name that is taken
	CodeFuture     Code = "OF108" // two types, one name for their futures
	CodeUnknown    Code = "OF109" // a type that cannot be determined
	CodeRecursive  Code = "OF110" // a type that leads to ever more types
	CodeUnexported Code = "OF111" // a field or type that another package hides
	CodeSource     Code = "OF112" // a file that cannot be read or parsed
	CodeShadow     Code = "OF113" // a predeclared identifier declared again
)

// A Diagnostic is one mistake in annotated source.
type Diagnostic struct {
	Pos     token.Position // the file as a path relative to Config.Dir
	Code    Code
	Task    string // the task or constructor that the mistake is in; empty if it is in none
	Kind    Kind   // which of the two Task is: KindTask or KindState; empty without one
	Message string
	Mark    token.Position // the parameter or result that is meant, if Pos is that of a task
	Other   token.Position // of a clash: the place that it is with, if it is in the module

	// Instead is what to write in place of the comment at Pos. Empty if there is
	// no telling, or if the comment is not what is wrong.
	Instead string

	awaits string // directory of the package that this follows from not having been generated; mostly empty
}

// String returns the diagnostic as compilers print theirs.
func (d Diagnostic) String() string {
	return fmt.Sprintf("%s: %s", d.Pos, d.Text())
}

// Text returns the diagnostic without its position.
func (d Diagnostic) Text() string {
	text := d.Message
	switch {
	case d.Task == "":
	case d.Kind == KindState:
		text = "constructor " + d.Task + ": " + text
	default:
		text = "task " + d.Task + ": " + text
	}
	return fmt.Sprintf("%s [%s]", text, d.Code)
}

// diagnostics collects what is wrong with one run.
type diagnostics struct {
	dir  string // paths are relative to it
	fset *token.FileSet
	list []Diagnostic
}

func (d *diagnostics) add(pos token.Pos, code Code, task, format string, args ...any) {
	d.at(d.fset.Position(pos), code, task, format, args...)
}

func (d *diagnostics) at(pos token.Position, code Code, task, format string, args ...any) {
	pos.Filename = relative(d.dir, pos.Filename)
	added := Diagnostic{Pos: pos, Code: code, Task: task, Message: fmt.Sprintf(format, args...)}
	if task != "" {
		added.Kind = KindTask
	}
	d.list = append(d.list, added)
}

// ofState says of the diagnostics from number first on that they are about a constructor.
func (d *diagnostics) ofState(first int) {
	for i := range d.list[first:] {
		if added := &d.list[first+i]; added.Task != "" {
			added.Kind = KindState
		}
	}
}

// clash adds a diagnostic about two places.
func (d *diagnostics) clash(pos, other token.Pos, code Code, task, format string, args ...any) {
	d.add(pos, code, task, format, args...)
	if other.IsValid() {
		d.list[len(d.list)-1].Other = d.position(other)
	}
}

// mark says of the diagnostic that was added last what in a task it means.
func (d *diagnostics) mark(pos token.Pos) { d.list[len(d.list)-1].Mark = d.position(pos) }

// awaits says of the diagnostic that was added last that it would not be there if the
// package in dir had been generated; "" says nothing.
func (d *diagnostics) awaits(dir string) { d.list[len(d.list)-1].awaits = dir }

// position returns a position as diagnostics have it.
func (d *diagnostics) position(pos token.Pos) token.Position {
	p := d.fset.Position(pos)
	p.Filename = relative(d.dir, p.Filename)
	return p
}

// instead adds to the diagnostic that was added last what to write in place of
// its comment.
func (d *diagnostics) instead(text string) { d.list[len(d.list)-1].Instead = text }

// sorted returns the diagnostics by position, each once.
func (d *diagnostics) sorted() []Diagnostic {
	slices.SortStableFunc(d.list, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Mark.Line, b.Mark.Line),
			cmp.Compare(a.Mark.Column, b.Mark.Column),
			cmp.Compare(a.Task, b.Task),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(d.list)
}

// place returns a position for use inside a message.
func (d *diagnostics) place(pos token.Pos) string {
	return d.position(pos).String()
}

func relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil {
		return rel
	}
	return path
}
