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
	Version  Section = iota
	Guards           // of tasks and of types
	Aliases          // of futures
	Calling          // what users of tasks see
	Defining         // of the tasks
	Setting          // statements of the function that sets the tasks' functions
	Rest             // errors and codecs
)

// Parts returns what the file that says p consists of, from top to bottom.
func Parts(p Package) (list []Part) {
	add := func(s Section, of any, code func() []jen.Code) { list = append(list, Part{s, of, code}) }
	one := func(code jen.Code) []jen.Code { return []jen.Code{code} }
	add(Version, "version", func() []jen.Code { return one(VersionGuard()) })
	for i := range p.Signatures {
		add(Guards, &p.Signatures[i], func() []jen.Code { return one(SignatureGuard(p.Signatures[i])) })
	}
	for i := range p.Shapes {
		add(Guards, &p.Shapes[i], func() []jen.Code { return one(ShapeGuard(p.Shapes[i])) })
	}
	for _, future := range p.Futures {
		add(Aliases, &future, func() []jen.Code { return one(FutureAlias(future)) })
	}
	for i := range p.States {
		s := &p.States[i]
		add(Calling, s, func() []jen.Code { return stateCalling(*s) })
		add(Defining, s, func() []jen.Code { return one(StateVar(p.Locals, *s)) })
		add(Setting, s, func() []jen.Code { return one(SetState(p.Locals, *s)) })
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		add(Calling, t, func() []jen.Code { return calling(p.Locals, *t) })
		add(Defining, t, func() []jen.Code { return one(TaskVar(p.Locals, *t)) })
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
