package templates

import "github.com/dave/jennifer/jen"

// FutureAlias emits
//
//	type FutureOfInt = runtime.Future[int]
func FutureAlias(f Future) jen.Code {
	return doc(jen.Type().Id(f.Name).Op("=").Add(rt("Future")).Types(f.Of.code()),
		f.Name+" is the result of a call that may not have finished yet.")
}

// ArgsStruct emits
//
//	type ResizeArgs struct {
//		Img []byte
//		W   int
//		H   int
//	}
func ArgsStruct(t Task) jen.Code {
	return doc(groupStruct(t.Args), t.Args.Name+" are the arguments of one call of ["+t.Func.Name+"].")
}

// ResultStruct emits
//
//	type SplitResult struct {
//		Q int
//		R int
//	}
func ResultStruct(t Task) jen.Code {
	return doc(groupStruct(t.Result), t.Result.Name+" holds the results of one call of ["+t.Func.Name+"].")
}

func groupStruct(g *Group) *jen.Statement {
	return jen.Type().Id(g.Name).Struct(fields(g.Fields)...)
}
