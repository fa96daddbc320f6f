package templates

import "github.com/dave/jennifer/jen"

// Map emits
//
//	func MapSquare(ctx context.Context, ex runtime.Executor, ns []int, opts ...runtime.MapOption) ([]int, error) {
//		return runtime.Map(ctx, ex, taskSquare, ns, opts...)
//	}
func Map(l Locals, t Task) jen.Code {
	many := jen.Id(t.Arg.Many).Index().Add(t.Arg.Type.code())
	return taskDoc(l, t, l.Ex, jen.Func().Id(t.Names.Map).Params(
		executorParams(l, t, many, options(l))...,
	).Params(jen.Index().Add(t.Res.code()), l.errorType()).Block(
		jen.Return(each("Map", l, t)),
	), t.Names.Map+" calls ["+t.Func.Name+"] for each of "+t.Arg.Many+" on "+l.Ex+" and returns the results in order.",
		"It stops at the first failure and returns it as a *["+l.Runtime+".ItemError].")
}

// Stream emits
//
//	func StreamSquare(ctx context.Context, ex runtime.Executor, ns iter.Seq[int], opts ...runtime.MapOption) iter.Seq2[int, error] {
//		return runtime.Stream(ctx, ex, taskSquare, ns, opts...)
//	}
func Stream(l Locals, t Task) jen.Code {
	many := jen.Id(t.Arg.Many).Qual("iter", "Seq").Types(t.Arg.Type.code())
	return taskDoc(l, t, l.Ex, jen.Func().Id(t.Names.Stream).Params(
		executorParams(l, t, many, options(l))...,
	).Qual("iter", "Seq2").Types(t.Res.code(), l.errorType()).Block(
		jen.Return(each("Stream", l, t)),
	), t.Names.Stream+" calls ["+t.Func.Name+"] for each of "+t.Arg.Many+" on "+l.Ex+" and yields the results in order.",
		"It goes on after a failure; breaking off the loop cancels the rest, what runs too.")
}

func options(l Locals) jen.Code { return jen.Id(l.Opts).Op("...").Add(rt("MapOption")) }

func each(name string, l Locals, t Task) *jen.Statement {
	task := jen.Id(t.Names.Var)
	if t.On != nil {
		task = task.Dot("For").Call(jen.Id(l.Ex))
	}
	return rt(name).Call(jen.Id(l.Ctx), jen.Id(l.Ex), task, jen.Id(t.Arg.Many), jen.Id(l.Opts).Op("..."))
}
