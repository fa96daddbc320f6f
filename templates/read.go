package templates

import "github.com/dave/jennifer/jen"

// ReadCodec emits
//
//	func readLink(r *wire.Reader) Link {
//		var v Link
//		v.Href = r.String()
//		v.Rank = Rank(r.Int())
//		return v
//	}
func ReadCodec(l Locals, c Codec) jen.Code {
	l.deep = c.Deep
	body := readFields(l, c.Fields, variable(l.V))
	if c.Form != nil {
		body = readValue(l, c.Form, variable(l.V))
	}
	return jen.Func().Id(c.Read).Add(readBody(l, c.Type, body))
}

// readBody is parameters, result and body of a function that decodes.
func readBody(l Locals, t Type, body []jen.Code) *jen.Statement {
	if l.deep {
		enter := jen.If(jen.Op("!").Add(read(l, "Enter"))).Block(jen.Return(jen.Id(l.V)))
		body = append(append([]jen.Code{enter}, body...), read(l, "Leave"))
	}
	body = append([]jen.Code{jen.Var().Id(l.V).Add(t.code())}, body...)
	return jen.Params(jen.Id(l.R).Op("*").Add(wire("Reader"))).Add(t.code()).
		Block(append(body, jen.Return(jen.Id(l.V)))...)
}

// readFunc returns a function that decodes a value by plan p.
func readFunc(l Locals, p *Plan) *jen.Statement {
	switch {
	case p.Kind == Named:
		return jen.Id(p.Read)
	case p.Kind == Word && p.Convert == nil:
		return jen.Parens(jen.Op("*").Add(wire("Reader"))).Dot(p.Word)
	case p.Kind == Numbers:
		return wire("Read" + p.Word).Types(p.Type.code())
	case p.Kind == ErrorValue:
		return rt("ReadError")
	}
	return jen.Func().Add(readBody(l, p.Type, readValue(l, p, variable(l.V))))
}

func readFields(l Locals, list []FieldPlan, v value) (body []jen.Code) {
	if len(list) == 0 {
		return []jen.Code{read(l, "Empty")}
	}
	for _, f := range list {
		body = append(body, readValue(l, f.Plan, v.field(f.Name))...)
	}
	return body
}

// read returns r.Name(args...).
func read(l Locals, name string, args ...jen.Code) *jen.Statement {
	return jen.Id(l.R).Dot(name).Call(args...)
}

func readValue(l Locals, p *Plan, v value) []jen.Code {
	switch p.Kind {
	case Empty:
		return []jen.Code{read(l, "Empty")}
	case Fields:
		return readFields(l, p.Fields, v)
	case Pointer:
		made := v().Op("=").New(p.Elem.Type.code())
		return []jen.Code{jen.If(read(l, "Present")).Block(
			append([]jen.Code{made}, readValue(l, p.Elem, v.deref(p.Elem))...)...,
		)}
	case Slice:
		return []jen.Code{counted(l, p, v().Op("=").Make(p.Type.code(), jen.Id(l.N)), readEach(l, p, v))}
	case Mapping:
		return []jen.Code{counted(l, p, v().Op("=").Make(p.Type.code(), jen.Id(l.N)), readEntries(l, p, v))}
	case Array:
		return []jen.Code{readEach(l, p, v)}
	case Marshaled, Appended:
		return []jen.Code{wire("ReadMarshaled").Call(jen.Id(l.R), v().Dot(p.Read))}
	}
	return []jen.Code{v().Op("=").Add(readExpr(l, p))}
}

// counted runs body if the container is not nil.
func counted(l Locals, p *Plan, body ...jen.Code) jen.Code {
	count := read(l, "Count", jen.Lit(p.Min))
	return jen.If(jen.List(jen.Id(l.N), jen.Id(l.OK)).Op(":=").Add(count), jen.Id(l.OK)).Block(body...)
}

// readEach decodes the elements of a slice or an array in place.
func readEach(l Locals, p *Plan, v value) jen.Code {
	body := readValue(l, p.Elem, v.index(p.I))
	if p.Elem.Kind == Empty {
		return jen.For(jen.Range().Add(v())).Block(append(body, stop(l))...)
	}
	return jen.For(jen.Id(p.I).Op(":=").Range().Add(v())).Block(append(body, stop(l))...)
}

// readEntries decodes the entries of a map.
func readEntries(l Locals, p *Plan, v value) jen.Code {
	body := append(readVar(l, p.Key, p.K), readVar(l, p.Elem, p.E)...)
	body = append(body, stop(l), v.index(p.K)().Op("=").Id(p.E))
	return jen.For(jen.Range().Id(l.N)).Block(body...)
}

// readVar declares a variable and decodes into it.
func readVar(l Locals, p *Plan, name string) []jen.Code {
	if p.Kind == Word || p.Kind == Named || p.Kind == Numbers || p.Kind == ErrorValue {
		return []jen.Code{jen.Id(name).Op(":=").Add(readExpr(l, p))}
	}
	declared := jen.Var().Id(name).Add(p.Type.code())
	return append([]jen.Code{declared}, readValue(l, p, variable(name))...)
}

// readExpr is what a single expression decodes.
func readExpr(l Locals, p *Plan) *jen.Statement {
	switch {
	case p.Kind == Named:
		return jen.Id(p.Read).Call(jen.Id(l.R))
	case p.Kind == Numbers:
		return wire("Read" + p.Word).Types(p.Type.code()).Call(jen.Id(l.R))
	case p.Kind == ErrorValue:
		return rt("ReadError").Call(jen.Id(l.R))
	case p.Convert != nil:
		return convert(p.Type, read(l, p.Word))
	}
	return read(l, p.Word)
}

// stop leaves a loop at the first failure, so that a count which was too high
// costs no more than the input that came with it.
func stop(l Locals) jen.Code {
	return jen.If(read(l, "Err").Op("!=").Nil()).Block(jen.Break())
}
