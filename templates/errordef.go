package templates

import "github.com/dave/jennifer/jen"

// Errors emits
//
//	func init() {
//		runtime.DefineError("example.com/p.ErrNegative", ErrNegative)
//		runtime.DefineErrorType("*example.com/p.SyntaxError", "*example.com/p.SyntaxError=struct{Line int}",
//			func(b []byte, v *SyntaxError, _ int) (_ []byte, err error) {
//				// ...
//			},
//			func(r *wire.Reader) (v *SyntaxError) {
//				// ...
//			})
//	}
func Errors(p Package) jen.Code {
	var body []jen.Code
	for _, e := range p.Errors {
		if e.Var != "" {
			body = append(body, rt("DefineError").Call(jen.Lit(e.ID), jen.Id(e.Var)))
		} else {
			body = append(body, defineType(p.Locals, e))
		}
	}
	return doc(jen.Func().Id("init").Params().Block(body...),
		"Errors that are what they were after they have crossed to another process.")
}

// defineType registers an error type. One that may lead back to itself counts how
// deep it is.
func defineType(l Locals, e ErrorDef) jen.Code {
	v := variable(l.V)
	decode := jen.Func().Add(readBody(l, e.Type, claimed(l, e.Min, readValue(l, e.Plan, v))))
	l.deep = e.Deep
	if !e.Deep {
		l.Depth = "_"
	}
	encode := jen.Func().Add(appendDeep(l, e.Type, appendValue(l, e.Plan, v)))
	args := jen.Options{Open: "(", Close: ")", Separator: ","}
	return rt("DefineErrorType").Custom(args, jen.Lit(e.ID), jen.Lit(e.Shape), jen.Line().Add(encode), jen.Line().Add(decode))
}
