package gen

import (
	"cmp"
	"fmt"
	"go/doc"
	"go/token"
	"go/types"
	"hash/fnv"
	"slices"
	"time"

	"github.com/offing-go/offing/templates"
)

// A Kind is what a [Listing] describes.
type Kind string

// The kinds.
const (
	KindTask  Kind = "task"  // a function or method with //offing:task
	KindState Kind = "state" // a function with //offing:state
	KindError Kind = "error" // a variable or type with //offing:error
)

// A Place is where a task can run.
type Place string

// The places.
const (
	Anywhere   Place = "anywhere"   // on any executor, so in worker processes too
	Goroutines Place = "goroutines" // a local task: in the caller's process only
)

// A Listing is one annotated declaration that is free of mistakes.
type Listing struct {
	Kind Kind
	Name string         // as other packages write it: tasks.Square, tasks.Point.Norm
	ID   string         // import path, dot, name: as errors and logs have it
	Pos  token.Position // of the name; the file as a path relative to Config.Dir
	Doc  string         // first sentence of the doc comment, may be empty

	// Suffix is what the names that are emitted for a task end in: Square in
	// SubmitSquare. Of a constructor it is what stands for X in NewXWorkers. Empty for
	// an error.
	Suffix string

	Signature string // types with the names of their packages; a receiver is the first parameter
	Shape     string // canonical text of what crosses; empty for a local task
	Place     Place

	// Fingerprint is 16 hexadecimal digits that change with ID and Shape and
	// with nothing else; empty for a local task. A program that has no other
	// task has it as a whole: see runtime.Fingerprint.
	Fingerprint string

	// Size is how many bytes of memory a call takes on a 64-bit machine: its
	// one object, in the size that Go allocates. It is 0 for what is no task.
	Size int

	Timeout time.Duration // 0: none
	Retries int
}

// listings describes the tasks and errors of a package that are free of mistakes, in the
// order of the source.
func (b *builder) listings(tasks []*task) (list []Listing) {
	tasks = slices.DeleteFunc(tasks, func(t *task) bool { return t.unread || !t.complete })
	for _, t := range tasks {
		list = append(list, b.listing(t))
	}
	list = append(list, b.errors...)
	slices.SortStableFunc(list, func(a, b Listing) int {
		return cmp.Or(cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset))
	})
	return list
}

// listError notes an error for the listing: a sentinel, or a type as it is found
// in errors.
func (b *builder) listError(m marked, def templates.ErrorDef, signature string) {
	pos := b.diags.fset.Position(m.pos)
	pos.Filename = relative(b.diags.dir, pos.Filename)
	b.errors = append(b.errors, Listing{
		Kind: KindError, Name: b.src.name + "." + m.name, ID: def.ID, Pos: pos,
		Doc:       new(doc.Package).Synopsis(m.doc),
		Signature: signature, Shape: def.Shape, Place: Anywhere, Fingerprint: fingerprint(def.ID, def.Shape),
	})
}

func (b *builder) listing(t *task) Listing {
	pos := b.diags.fset.Position(t.decl.Name.Pos())
	pos.Filename = relative(b.diags.dir, pos.Filename)
	l := Listing{
		Kind: KindTask, Name: b.src.name + "." + t.label(), ID: t.model.ID, Pos: pos,
		Doc: new(doc.Package).Synopsis(t.decl.Doc.Text()), Suffix: t.x,
		Signature: types.TypeString(t.sig, (*types.Package).Name),
		Shape:     t.model.Shape, Place: Anywhere, Fingerprint: fingerprint(t.model.ID, t.model.Shape),
		Size: callSize(t), Timeout: t.timeout, Retries: t.retries,
	}
	for _, c := range b.states {
		if c.task == t {
			l.Kind, l.Suffix, l.Size = KindState, exportName(c.of.Name()), 0
		}
	}
	if t.local {
		l.Place, l.Fingerprint = Goroutines, ""
	}
	return l
}

// fingerprint is runtime.Fingerprint for a program with one task.
func fingerprint(id, shape string) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q %q\n", id, shape)
	return fmt.Sprintf("%016x", h.Sum64())
}
