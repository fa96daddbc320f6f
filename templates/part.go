package templates

import (
	"cmp"
	"slices"

	"github.com/dave/jennifer/jen"
)

// A Part is declarations of a generated file, or statements of one, that no other
// part has a say in: its text follows from Of, from the file's Locals and from the
// names of its imports.
type Part struct {
	Section Section
	Of      any // part of the model
	Code    func() []jen.Code
}

// A Section is a stretch of a generated file, made of the parts that belong to it in
// their order. Sections stand in the order of their numbers.
type Section int

// The sections.
const (
	Guards  Section = iota
	Aliases         // of futures
	Calling         // what users of tasks see
	Records         // what executors see of tasks
	Setting         // statements of the function that sets the tasks' functions
	Rest            // errors and codecs
)

// Parts returns what the file that says p consists of, from top to bottom.
func Parts(p Package) (list []Part) {
	add := func(s Section, of any, code func() []jen.Code) { list = append(list, Part{s, of, code}) }
	one := func(code jen.Code) []jen.Code { return []jen.Code{code} }
	add(Guards, "version", func() []jen.Code { return one(VersionGuard()) })
	if len(p.Signatures)+len(p.Shapes) > 0 {
		guarded := &Package{Signatures: p.Signatures, Shapes: p.Shapes}
		add(Guards, guarded, func() []jen.Code { return one(ShapeGuard(*guarded)) })
	}
	for _, future := range p.Futures {
		add(Aliases, &future, func() []jen.Code { return one(FutureAlias(future)) })
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		add(Calling, t, func() []jen.Code { return calling(p.Locals, *t) })
		add(Records, t, func() []jen.Code { return records(p.Locals, *t) })
		add(Setting, t, func() []jen.Code { return Set(p.Locals, *t) })
	}
	if len(p.Errors) > 0 {
		add(Rest, &p.Errors, func() []jen.Code { return one(Errors(p)) })
	}
	for i := range p.Codecs {
		c := &p.Codecs[i]
		add(Rest, c, func() []jen.Code { return []jen.Code{AppendCodec(p.Locals, *c), ReadCodec(p.Locals, *c)} })
	}
	slices.SortStableFunc(list, func(a, b Part) int { return cmp.Compare(a.Section, b.Section) })
	return list
}

// calling is what users of a task see.
func calling(l Locals, t Task) (list []jen.Code) {
	if t.Args != nil {
		list = append(list, ArgsStruct(t))
	}
	if t.Result != nil {
		list = append(list, ResultStruct(t))
	}
	list = append(list, Submit(l, t))
	if t.Each {
		list = append(list, SubmitAll(l, t))
	}
	list = append(list, Call(l, t))
	if t.Each {
		list = append(list, Map(l, t), Stream(l, t))
	}
	return list
}

// records is what executors see of a task.
func records(l Locals, t Task) []jen.Code {
	return []jen.Code{Record(t), Run(l, t), AppendArgs(l, t), Deliver(l, t), TaskVar(l, t)}
}
