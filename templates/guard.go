package templates

import "github.com/dave/jennifer/jen"

// VersionGuard emits
//
//	const _ = runtime.IsAtLeastVersion0_1
func VersionGuard() jen.Code {
	return doc(jen.Const().Id("_").Op("=").Add(rt("IsAtLeastVersion0_1")),
		"If this line does not compile, the offing runtime is older than the tool that",
		"wrote this file: run \"go get github.com/offing-go/offing@latest\".")
}

// GuardDoc stands above the guards of tasks and types.
const GuardDoc = "// If a line below does not compile, a task or a type that its calls encode has\n" +
	"// changed since this file was written: run \"go generate\" again.\n"

// SignatureGuard emits
//
//	var _ func(context.Context, int) (int, error) = Square
func SignatureGuard(s Signature) jen.Code {
	return jen.Var().Id("_").Add(s.Type.code()).Op("=").Add(function(s.Func))
}

// ShapeGuard emits
//
//	var _ = struct {
//		Href string
//		Rank Rank
//	}(Link{})
func ShapeGuard(s Shape) jen.Code { return jen.Var().Id("_").Op("=").Add(shape(s)) }

// shape converts a value to the type's recorded underlying type. That holds
// for structs; conversions between basic types hold too often, so the others go
// by way of a pointer, which converts between identical types only.
func shape(s Shape) *jen.Statement {
	if s.Underlying.Kind == StructOf {
		return s.Underlying.code().Call(s.Type.code().Values())
	}
	nilPtr := jen.Parens(jen.Op("*").Add(s.Type.code())).Call(jen.Nil())
	return jen.Parens(jen.Op("*").Add(s.Underlying.code())).Call(nilPtr)
}
