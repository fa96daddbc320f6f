package templates

import "github.com/dave/jennifer/jen"

// TaskVar emits
//
//	var taskSquare = runtime.Define(&runtime.Func[int, int]{
//		Task:         runtime.Task{Name: "example.com/p.Square", Shape: "func(int) int"},
//		AppendArg:    wire.Sure(wire.AppendInt),
//		ReadArg:      wire.Into((*wire.Reader).Int),
//		AppendResult: wire.Sure(wire.AppendInt),
//		ReadResult:   wire.Into((*wire.Reader).Int),
//	})
func TaskVar(l Locals, t Task) jen.Code {
	members := []jen.Code{key("Task", rt("Task").Values(taskFields(t)...))}
	if !t.Local {
		members = append(members,
			key("AppendArg", appendFunc(l, t.ArgPlan)),
			key("ReadArg", readFunc(l, t.ArgPlan)),
			key("AppendResult", appendFunc(l, t.ResPlan)),
			key("ReadResult", readFunc(l, t.ResPlan)),
		)
	}
	f := jen.Op("&").Add(rt("Func")).Types(t.Arg.Type.code(), t.Res.code()).Add(lines(members...))
	return jen.Var().Id(t.Names.Var).Op("=").Add(rt("Define")).Call(f)
}

func taskFields(t Task) []jen.Code {
	list := []jen.Code{key("Name", jen.Lit(t.ID))}
	if t.Shape != "" {
		list = append(list, key("Shape", jen.Lit(t.Shape)))
	}
	if t.Timeout != nil {
		list = append(list, key("Timeout", jen.Lit(int(t.Timeout.N)).Op("*").Qual("time", t.Timeout.Unit)))
	}
	if t.Retries > 0 {
		list = append(list, key("Retries", jen.Lit(t.Retries)))
	}
	return list
}

// Calls emits
//
//	func init() {
//		taskSquare.Call = Square
//		taskResize.Call = func(_ context.Context, args ResizeArgs) ([]byte, error) {
//			return Resize(args.Img, args.W, args.H), nil
//		}
//		// ...
//	}
func Calls(p Package) jen.Code {
	var body []jen.Code
	for _, t := range p.Tasks {
		body = append(body, jen.Id(t.Names.Var).Dot("Call").Op("=").Add(callFunc(p.Locals, t)))
	}
	return doc(jen.Func().Id("init").Params().Block(body...),
		"The functions are set here, not where the tasks are defined: there, a task that",
		"submits calls of itself would be an initialization cycle.")
}

// callFunc is the task as a function of a context and one argument.
func callFunc(l Locals, t Task) *jen.Statement {
	if t.Context && t.Error && t.Values == 1 && t.Args == nil && len(t.Params) == 1 && !t.Params[0].Variadic {
		return jen.Id(t.Func)
	}
	ctx, arg := "_", t.Arg.Var
	if t.Context {
		ctx = l.Ctx
	}
	if arg == "" {
		arg = "_"
	}
	ret := func(values ...jen.Code) jen.Code { return jen.Return(values...) }
	call := invoke(t, jen.Id(ctx), func() *jen.Statement { return jen.Id(arg) })
	return jen.Func().Params(
		jen.Id(ctx).Add(contextType()), jen.Id(arg).Add(t.Arg.Type.code()),
	).Params(t.Res.code(), jen.Error()).Block(outcome(l, t, call, ret)...)
}
