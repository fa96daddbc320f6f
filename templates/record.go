package templates

import "github.com/dave/jennifer/jen"

// Record emits
//
//	type callSquare struct {
//		runtime.Promise[int]
//		n int
//	}
func Record(t Task) jen.Code {
	members := []jen.Code{rt("Promise").Types(t.Res.code())}
	if t.On != nil {
		members = append(members, jen.Id(t.On.Field).Op("*").Id(t.On.Workers))
	}
	if t.Arg.Field != "" {
		members = append(members, jen.Id(t.Arg.Field).Add(t.Arg.Type.code()))
	}
	return doc(jen.Type().Id(t.Names.Record).Struct(members...),
		t.Names.Record+" is one call of "+t.Func.Name+" on its way through an executor.")
}

// Run emits
//
//	func (c *callFetch) Run() {
//		url := c.url
//		c.url = ""
//		if !c.Start() {
//			return
//		}
//		defer c.Recover()
//		c.Return(Fetch(c.Context(), url))
//	}
func Run(l Locals, t Task) jen.Code {
	c := jen.Id(l.C)
	var body []jen.Code
	arg := func() *jen.Statement { return jen.Id(l.C).Dot(t.Arg.Field) }
	if t.Arg.Drop {
		body = append(body,
			jen.Id(t.Arg.Var).Op(":=").Add(arg()),
			jen.Add(arg()).Op("=").Add(t.Arg.Type.zero()),
		)
		arg = func() *jen.Statement { return jen.Id(t.Arg.Var) }
	}
	if t.Arg.Field == "" {
		arg = func() *jen.Statement { return jen.Struct().Values() }
	}
	body = append(body,
		jen.If(jen.Op("!").Add(c).Dot("Start").Call()).Block(jen.Return()),
		jen.Defer().Add(c).Dot("Recover").Call(),
	)
	body = append(body, settle(l, t, arg)...)
	return method(l, t, "Run").Params().Block(body...)
}

// settle calls the task and settles the call.
func settle(l Locals, t Task, arg func() *jen.Statement) []jen.Code {
	settle := func(values ...jen.Code) jen.Code { return jen.Id(l.C).Dot("Return").Call(values...) }
	ctx := jen.Id(l.C).Dot("Context").Call()
	if t.On != nil {
		return []jen.Code{settle(jen.Id(t.Names.Var).Dot("RunOn").Call(ctx, jen.Id(l.C).Dot(t.On.Field), arg()))}
	}
	if t.Retries > 0 {
		return []jen.Code{settle(jen.Id(t.Names.Var).Dot("Retry").Call(ctx, arg()))}
	}
	return outcome(l, t, invoke(t, ctx, arg), settle)
}

// outcome turns the results of a call of the task into a value and an error,
// and hands them to use.
func outcome(l Locals, t Task, call *jen.Statement, use func(...jen.Code) jen.Code) []jen.Code {
	switch {
	case t.Values > 1:
		return grouped(l, t, call, use)
	case t.Values == 1 && t.Error:
		return []jen.Code{use(call)}
	case t.Values == 1:
		return []jen.Code{use(call, jen.Nil())}
	case t.Error:
		return []jen.Code{use(jen.Struct().Values(), call)}
	}
	return []jen.Code{call, use(jen.Struct().Values(), jen.Nil())}
}

// grouped is outcome for several results.
func grouped(l Locals, t Task, call *jen.Statement, use func(...jen.Code) jen.Code) []jen.Code {
	var vars, values []jen.Code
	for i, name := range t.Result.Vars {
		vars = append(vars, jen.Id(name))
		values = append(values, key(t.Result.Fields[i].Name, jen.Id(name)))
	}
	err := jen.Nil()
	if t.Error {
		err = jen.Id(l.Err)
		vars = append(vars, err)
	}
	return []jen.Code{
		jen.List(vars...).Op(":=").Add(call),
		use(jen.Id(t.Result.Name).Values(values...), err),
	}
}

// invoke calls the task with arg taken apart.
func invoke(t Task, ctx jen.Code, arg func() *jen.Statement) *jen.Statement {
	var args []*jen.Statement
	for _, p := range t.Params {
		value := arg()
		if t.Args != nil {
			value = value.Dot(p.Field)
		}
		args = append(args, spread(p, value))
	}
	return call(t, ctx, args)
}

// call calls the task with values for all of its parameters but the context.
func call(t Task, ctx jen.Code, values []*jen.Statement) *jen.Statement {
	f := function(t.Func)
	switch m := t.Func.Method; {
	case t.On != nil:
		f = jen.Id(t.On.Var).Dot(m.Name)
	case m != nil:
		f, values = values[0].Dot(m.Name), values[1:]
	}
	var args []jen.Code
	if t.Context {
		args = append(args, ctx)
	}
	for _, v := range values {
		args = append(args, v)
	}
	return f.Call(args...)
}

// AppendArgs emits
//
//	func (c *callSquare) AppendArgs(b []byte) ([]byte, error) {
//		return taskSquare.AppendArg(b, c.n)
//	}
func AppendArgs(l Locals, t Task) jen.Code {
	values := []jen.Code{jen.Id(l.B), rt("ErrEncoding")}
	if !t.Local {
		values = []jen.Code{jen.Id(t.Names.Var).Dot("AppendArg").Call(jen.Id(l.B), current(l, t))}
	}
	if t.On != nil && !t.Local {
		values = []jen.Code{jen.Id(t.Names.Var).Dot("AppendOn").Call(jen.Id(l.B), jen.Id(l.C).Dot(t.On.Field), current(l, t))}
	}
	return method(l, t, "AppendArgs").Params(jen.Id(l.B).Index().Byte()).
		Params(jen.Index().Byte(), l.errorType()).Block(jen.Return(values...))
}

func current(l Locals, t Task) *jen.Statement {
	if t.Arg.Field == "" {
		return jen.Struct().Values()
	}
	return jen.Id(l.C).Dot(t.Arg.Field)
}

// Deliver emits
//
//	func (c *callSquare) Deliver(reply *wire.Reader) {
//		taskSquare.Deliver(&c.Promise, reply)
//	}
func Deliver(l Locals, t Task) jen.Code {
	body := jen.Id(l.C).Dot("Record").Call().Dot("Fail").Call(rt("ErrEncoding"))
	if !t.Local {
		body = jen.Id(t.Names.Var).Dot("Deliver").Call(jen.Op("&").Id(l.C).Dot("Promise"), jen.Id(l.Reply))
	}
	return method(l, t, "Deliver").Params(jen.Id(l.Reply).Op("*").Add(wire("Reader"))).Block(body)
}

func method(l Locals, t Task, name string) *jen.Statement {
	return jen.Func().Params(jen.Id(l.C).Op("*").Id(t.Names.Record)).Id(name)
}

// function names what a task calls: a function, an instance of one, or a method as an
// expression.
func function(f Func) *jen.Statement {
	switch m := f.Method; {
	case m != nil && m.Of.Kind == PointerTo:
		return jen.Parens(m.Of.code()).Dot(m.Name)
	case m != nil:
		return m.Of.code().Dot(m.Name)
	case len(f.Instance) > 0:
		return jen.Id(f.Name).Types(codes(f.Instance)...)
	}
	return jen.Id(f.Name)
}
