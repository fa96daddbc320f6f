package templates

import "github.com/dave/jennifer/jen"

// Submit emits
//
//	func SubmitSquare(ctx context.Context, ex runtime.Executor, n int) *FutureOfInt {
//		return runtime.Submit(ctx, ex, taskSquare, n)
//	}
func Submit(l Locals, t Task) jen.Code {
	name := "Submit"
	if t.On != nil {
		name = "SubmitOn"
	}
	return taskDoc(l, t, t.Own.Ex, jen.Func().Id(t.Names.Submit).Params(params(t)...).Op("*").Id(t.Future).Block(
		jen.Return(rt(name).Call(jen.Id(t.Own.Ctx), jen.Id(t.Own.Ex), jen.Id(t.Names.Var), argument(t))),
	), t.Names.Submit+" submits a call of ["+t.Func.Name+"] to "+t.Own.Ex+" and returns its future.")
}

// SubmitAll emits
//
//	func SubmitAllSquare(ctx context.Context, ex runtime.Executor, ns []int) []*FutureOfInt {
//		return runtime.SubmitAll(ctx, ex, taskSquare, ns)
//	}
func SubmitAll(l Locals, t Task) jen.Code {
	many := jen.Id(t.Arg.Many)
	name := "SubmitAll"
	if t.On != nil {
		name = "SubmitAllOn"
	}
	return taskDoc(l, t, l.Ex, jen.Func().Id(t.Names.SubmitAll).Params(
		executorParams(l, t, jen.Add(many).Index().Add(t.Arg.Type.code()))...,
	).Index().Op("*").Id(t.Future).Block(
		jen.Return(rt(name).Call(jen.Id(l.Ctx), jen.Id(l.Ex), jen.Id(t.Names.Var), many)),
	), t.Names.SubmitAll+" submits a call of ["+t.Func.Name+"] for each of "+t.Arg.Many+" to "+l.Ex+", in order,",
		"and returns their futures. They share one piece of memory, which any of them",
		"keeps alive.")
}

// Call emits
//
//	func CallSquare(ctx context.Context, ex runtime.Executor, n int) (_ int, err error) {
//		var here runtime.Here
//		if !here.Enter(ctx, ex, &taskSquare.Task) {
//			return SubmitSquare(ctx, runtime.Waiting(ctx, ex), n).Result(ctx)
//		}
//		defer here.Leave(&err)
//		return Square(here.Context(), n)
//	}
func Call(l Locals, t Task) jen.Code {
	args := []jen.Code{jen.Id(t.Own.Ctx), jen.Id(t.Own.Ex)}
	if t.On != nil {
		args[1] = jen.Id(t.Own.Ex).Dot("Waiting").Call(args[0])
	} else if t.Executor == "Executor" { // no Local one has another for those who wait
		args[1] = rt("Waiting").Call(args[0], args[1])
	}
	for _, p := range t.Params {
		args = append(args, spread(p, jen.Id(p.Name)))
	}
	result := jen.Id(t.Names.Submit).Call(args...).Dot("Result").Call(jen.Id(t.Own.Ctx))
	err := jen.Id(t.Own.Err).Add(l.errorType())
	returns, body := jen.Params(jen.Id("_").Add(t.Res.code()), err), []jen.Code{jen.Return(result)}
	if t.Values == 0 { // nobody wants a struct{} back
		returns = jen.Params(err)
		body = []jen.Code{
			jen.List(jen.Id("_"), jen.Id(t.Own.Err)).Op("=").Add(result),
			jen.Return(jen.Id(t.Own.Err)),
		}
	}
	if t.here() {
		body = callHere(t, body)
	} else if t.Values > 0 {
		returns = jen.Params(t.Res.code(), l.errorType())
	}
	return taskDoc(l, t, t.Own.Ex, jen.Func().Id(t.Names.Call).Params(params(t)...).Add(returns).Block(body...),
		callDoc(t)...)
}

// here reports whether a call may run on its caller's goroutine.
func (t Task) here() bool { return t.Timeout == nil && t.Retries == 0 && t.On == nil }

// callDoc says what Call does.
func callDoc(t Task) []string {
	first := t.Names.Call + " calls [" + t.Func.Name + "] on " + t.Own.Ex + " and waits for the result."
	if !t.here() {
		return []string{first}
	}
	return []string{first, "If " + t.Own.Ctx + " cannot end and a worker is free, it runs on this goroutine."}
}

// callHere calls the task on the caller's goroutine if the executor lets it, and
// does what is otherwise to be done if not.
func callHere(t Task, otherwise []jen.Code) []jen.Code {
	here := func() *jen.Statement { return jen.Id(t.Own.Here) }
	enter := here().Dot("Enter").Call(jen.Id(t.Own.Ctx), jen.Id(t.Own.Ex), taskOf(t))
	var args []*jen.Statement
	for _, p := range t.Params {
		args = append(args, spread(p, jen.Id(p.Name)))
	}
	return append([]jen.Code{
		jen.Var().Add(here()).Add(rt("Here")),
		jen.If(jen.Op("!").Add(enter)).Block(otherwise...),
		jen.Defer().Add(here()).Dot("Leave").Call(jen.Op("&").Id(t.Own.Err)),
	}, results(t, call(t, here().Dot("Context").Call(), args))...)
}

// results returns what a call of the task returns, as CallX does.
func results(t Task, call *jen.Statement) []jen.Code {
	switch {
	case t.Values == 0 && !t.Error:
		return []jen.Code{call, jen.Return(jen.Nil())}
	case t.Values == 0:
		return []jen.Code{jen.Return(call)}
	}
	return outcome(Locals{Err: t.Own.Err}, t, call, func(values ...jen.Code) jen.Code { return jen.Return(values...) })
}

// params are the parameters of Submit and Call.
func params(t Task) []jen.Code {
	list := []jen.Code{
		jen.Id(t.Own.Ctx).Add(contextType()),
		jen.Id(t.Own.Ex).Add(executor(t)),
	}
	for _, p := range t.Params {
		if p.Variadic {
			list = append(list, jen.Id(p.Name).Op("...").Add(p.Type.Elem.code()))
		} else {
			list = append(list, jen.Id(p.Name).Add(p.Type.code()))
		}
	}
	return list
}

// executorParams are context, executor and more.
func executorParams(l Locals, t Task, more ...jen.Code) []jen.Code {
	return append([]jen.Code{
		jen.Id(l.Ctx).Add(contextType()),
		jen.Id(l.Ex).Add(executor(t)),
	}, more...)
}

// executor is the type of what runs calls of the task.
func executor(t Task) *jen.Statement {
	if t.On != nil {
		return jen.Op("*").Id(t.On.Workers)
	}
	return rt(t.Executor)
}

// argument is what parameters are as the one argument of a call.
func argument(t Task) *jen.Statement {
	switch {
	case t.Args != nil:
		return together(t)
	case len(t.Params) > 0:
		return jen.Id(t.Params[0].Name)
	}
	return jen.Struct().Values()
}

// together is the struct of the arguments.
func together(t Task) *jen.Statement {
	var values []jen.Code
	for _, p := range t.Params {
		values = append(values, key(p.Field, jen.Id(p.Name)))
	}
	return jen.Id(t.Args.Name).Values(values...)
}

// taskOf returns &taskSquare.Task.
func taskOf(t Task) *jen.Statement { return jen.Op("&").Id(t.Names.Var).Dot("Task") }

// spread returns value as an argument for p.
func spread(p Param, value *jen.Statement) *jen.Statement {
	if p.Variadic {
		return value.Op("...")
	}
	return value
}
