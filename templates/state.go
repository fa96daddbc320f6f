package templates

import "github.com/dave/jennifer/jen"

// stateCalling is what users of the workers with a state see of their constructor.
func stateCalling(s State) (list []jen.Code) {
	if s.Open.Args != nil {
		list = append(list, ArgsStruct(s.Open))
	}
	return append(list, WorkersAlias(s), NewWorkers(s))
}

// WorkersAlias emits
//
//	type ModelWorkers = runtime.Workers[*Model]
func WorkersAlias(s State) jen.Code {
	return doc(jen.Type().Id(s.Workers).Op("=").Add(rt("Workers")).Types(s.Of.code()),
		s.Workers+" are workers, each with its own ["+s.Name+"], on which the tasks of that run.")
}

// NewWorkers emits
//
//	func NewModelWorkers(ex runtime.Executor, path string) *ModelWorkers {
//		return runtime.NewWorkers(ex, stateModel, path)
//	}
func NewWorkers(s State) jen.Code {
	t := s.Open
	lines := []string{
		s.New + " returns workers of " + t.Own.Ex + ", each of which opens its [" + s.Name + "] by [" + t.Func.Name + "]",
		"when it has the first call for it.",
	}
	if len(t.Doc) > 0 {
		lines = append(append(lines, ""), t.Doc...)
	}
	return doc(jen.Func().Id(s.New).Params(params(t)[1:]...).Op("*").Id(s.Workers).Block(
		jen.Return(rt("NewWorkers").Call(jen.Id(t.Own.Ex), jen.Id(t.Names.Var), argument(t))),
	), lines...)
}

// StateVar emits
//
//	var stateModel = runtime.DefineConstructor(&runtime.Constructor[string, *Model]{
//		Task:      runtime.Task{Name: "example.com/p.OpenModel", Shape: "state(string)"},
//		Close:     (*Model).Close,
//		AppendArg: wire.Sure(wire.AppendString),
//		ReadArg:   wire.Into((*wire.Reader).String),
//	})
func StateVar(l Locals, s State) jen.Code {
	t := s.Open
	members := []jen.Code{key("Task", rt("Task").Values(taskFields(t)...))}
	method := jen.Parens(s.Of.code()).Dot("Close")
	switch s.Close {
	case ErrorClose:
		members = append(members, key("Close", method))
	case PlainClose:
		members = append(members, key("Close", jen.Func().Params(jen.Id(l.V).Add(s.Of.code())).Add(l.errorType()).Block(
			jen.Id(l.V).Dot("Close").Call(),
			jen.Return(jen.Nil()),
		)))
	}
	members = append(members, key("AppendArg", appendFunc(l, t.ArgPlan)), key("ReadArg", readFunc(l, t.ArgPlan)))
	c := jen.Op("&").Add(rt("Constructor")).Types(t.Arg.Type.code(), s.Of.code()).Add(lines(members...))
	return jen.Var().Id(t.Names.Var).Op("=").Add(rt("DefineConstructor")).Call(c)
}

// SetState emits
//
//	stateModel.Open = OpenModel
func SetState(l Locals, s State) jen.Code {
	return jen.Id(s.Open.Names.Var).Dot("Open").Op("=").Add(callFunc(l, s.Open))
}
