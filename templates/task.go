package templates

import "github.com/dave/jennifer/jen"

// TaskVar emits
//
//	var taskSquare = runtime.Define(&runtime.Func[int, int]{
//		Task:         runtime.Task{Name: "example.com/p.Square", Shape: "func(int) int"},
//		AppendArg:    wire.Sure(wire.AppendInt),
//		ReadArg:      wire.Into((*wire.Reader).Int),
//		AppendItems:  appendIntSlice,
//		ReadItems:    readIntSlice,
//		AppendResult: wire.Sure(wire.AppendInt),
//		ReadResult:   wire.Into((*wire.Reader).Int),
//	})
func TaskVar(l Locals, t Task) jen.Code {
	members := []jen.Code{key("Task", rt("Task").Values(taskFields(t)...))}
	if !t.Local {
		members = append(members,
			key("AppendArg", appendFunc(l, t.ArgPlan)),
			key("ReadArg", readFunc(l, t.ArgPlan)),
			key("AppendItems", appendFunc(l, t.Items)),
			key("ReadItems", readFunc(l, t.Items)),
			key("AppendResult", appendFunc(l, t.ResPlan)),
			key("ReadResult", readFunc(l, t.ResPlan)),
		)
	}
	f := rt("Func").Types(t.Arg.Type.code(), t.Res.code()).Add(lines(members...))
	if t.On == nil {
		return jen.Var().Id(t.Names.Var).Op("=").Add(rt("Define")).Call(jen.Op("&").Add(f))
	}
	method := rt("Method").Types(t.On.Of.code(), t.Arg.Type.code(), t.Res.code()).Add(lines(
		key("Func", f),
		key("Home", jen.Op("&").Id(t.On.Home).Dot("Home")),
	))
	return jen.Var().Id(t.Names.Var).Op("=").Add(rt("DefineMethod")).Call(jen.Op("&").Add(method))
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

// The function that sets the functions of tasks, around its statements.
const (
	SettingBegin = "// The functions are set here, not where the tasks are defined: there, a task that\n" +
		"// submits calls of itself would be an initialization cycle.\nfunc init() {\n"
	SettingEnd = "}\n"
)

// Set emits
//
//	taskSquare.Call = Square
//	taskSquare.Each = func(ctx context.Context, run *runtime.Run, items []int, results []int) (err error) {
//		for i, v := range items {
//			run.At = i
//			if results[i], err = Square(ctx, v); err != nil || run.Over() {
//				return err
//			}
//		}
//		return nil
//	}
//	// ...
func Set(l Locals, t Task) []jen.Code {
	one, many := "Call", "Each"
	if t.On != nil {
		one, many = "On", "OnEach"
	}
	list := []jen.Code{jen.Id(t.Names.Var).Dot(one).Op("=").Add(callFunc(l, t))}
	if t.Each && t.Timeout == nil && t.Retries == 0 {
		list = append(list, jen.Id(t.Names.Var).Dot(many).Op("=").Add(eachFunc(l, t)))
	}
	return list
}

// taskParams are context, state if there is one, and more.
func taskParams(t Task, ctx string, more ...jen.Code) []jen.Code {
	list := []jen.Code{jen.Id(ctx).Add(contextType())}
	if t.On != nil {
		list = append(list, jen.Id(t.On.Var).Add(t.On.Of.code()))
	}
	return append(list, more...)
}

// callFunc is the task as a function of a context and one argument.
func callFunc(l Locals, t Task) *jen.Statement {
	if t.Context && t.Error && t.Values == 1 && t.Args == nil && len(t.Params) == 1 && !t.Params[0].Variadic && t.Func.Method == nil {
		return function(t.Func)
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
		taskParams(t, ctx, jen.Id(arg).Add(t.Arg.Type.code()))...,
	).Params(t.Res.code(), l.errorType()).Block(outcome(l, t, call, ret)...)
}

// eachFunc is the task as a function of many arguments.
func eachFunc(l Locals, t Task) *jen.Statement {
	ctx, results, err := "_", "_", l.errorType()
	if t.Context {
		ctx = l.Ctx
	}
	if t.Values > 0 {
		results = l.Results
	}
	if t.Error {
		err = jen.Id(l.Err).Add(l.errorType())
	}
	return jen.Func().Params(taskParams(t, ctx,
		jen.Id(l.Run).Op("*").Add(rt("Run")),
		jen.Id(l.Items).Index().Add(t.Arg.Type.code()), jen.Id(results).Index().Add(t.Res.code()),
	)...).Params(err).Block(
		jen.For(jen.List(jen.Id(l.I), jen.Id(l.V)).Op(":=").Range().Id(l.Items)).Block(
			append([]jen.Code{jen.Id(l.Run).Dot("At").Op("=").Id(l.I)}, step(l, t, ctx)...)...,
		),
		jen.Return(jen.Nil()),
	)
}

// step calls the task for one item and returns if it was the last.
func step(l Locals, t Task, ctx string) []jen.Code {
	call := invoke(t, jen.Id(ctx), func() *jen.Statement { return jen.Id(l.V) })
	if into := into(l, t); len(into) > 0 {
		call = jen.List(into...).Op("=").Add(call)
	}
	over := jen.Id(l.Run).Dot("Over").Call()
	if !t.Error {
		return []jen.Code{jen.If(call, over).Block(jen.Return(jen.Nil()))}
	}
	last := jen.Id(l.Err).Op("!=").Nil().Op("||").Add(over)
	return []jen.Code{jen.If(call, last).Block(jen.Return(jen.Id(l.Err)))}
}

// into is where the results of a call for item i go.
func into(l Locals, t Task) (list []jen.Code) {
	result := func() *jen.Statement { return jen.Id(l.Results).Index(jen.Id(l.I)) }
	switch {
	case t.Values == 1:
		list = append(list, result())
	case t.Values > 1:
		for _, f := range t.Result.Fields {
			list = append(list, result().Dot(f.Name))
		}
	}
	if t.Error {
		list = append(list, jen.Id(l.Err))
	}
	return list
}
