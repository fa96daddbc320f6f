package templates

import "github.com/dave/jennifer/jen"

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
