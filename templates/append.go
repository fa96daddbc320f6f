package templates

import "github.com/dave/jennifer/jen"

// A value is an expression that is encoded or decoded into. It is rendered
// several times, and a jen.Statement grows with each use, so it is a function.
type value func() *jen.Statement

func variable(name string) value { return func() *jen.Statement { return jen.Id(name) } }

func (v value) field(name string) value {
	return func() *jen.Statement { return v().Dot(name) }
}

func (v value) index(i string) value {
	return func() *jen.Statement { return v().Index(jen.Id(i)) }
}

// followed are the kinds of plans that put something behind a value.
var followed = map[PlanKind]bool{Fields: true, Array: true, Slice: true, Mapping: true, Marshaled: true, Appended: true}

// deref has parentheses where something follows the value.
func (v value) deref(plan *Plan) value {
	return func() *jen.Statement {
		s := jen.Op("*").Add(v())
		if followed[plan.Kind] {
			return jen.Parens(s)
		}
		return s
	}
}

// AppendCodec emits
//
//	func appendLink(b []byte, v Link) []byte {
//		b = wire.AppendString(b, v.Href)
//		b = wire.AppendInt(b, int(v.Rank))
//		return b
//	}
func AppendCodec(l Locals, c Codec) jen.Code {
	l.deep = c.Deep
	body := appendFields(l, c.Fields, variable(l.V))
	if c.Form != nil {
		body = appendValue(l, c.Form, variable(l.V))
	}
	return jen.Func().Id(c.Append).Add(appendBody(l, c.Type, c.Fails, body))
}

// appendBody is parameters, result and body of a function that encodes.
func appendBody(l Locals, t Type, fails bool, body []jen.Code) *jen.Statement {
	params := []jen.Code{jen.Id(l.B).Index().Byte(), jen.Id(l.V).Add(t.code())}
	if !fails {
		return jen.Params(params...).Index().Byte().Block(append(body, jen.Return(jen.Id(l.B)))...)
	}
	if l.deep {
		params = append(params, jen.Id(l.Depth).Int())
		body = append([]jen.Code{jen.If(jen.Id(l.Depth).Op("==").Lit(0)).Block(
			jen.Return(jen.Id(l.B), wire("ErrDepth")),
		)}, body...)
	}
	return jen.Params(params...).Params(jen.Id("_").Index().Byte(), jen.Id(l.Err).Error()).
		Block(append(body, jen.Return(jen.Id(l.B), jen.Nil()))...)
}

// appendNamed calls the codec of a named type.
func appendNamed(l Locals, p *Plan, v value) jen.Code {
	switch {
	case !p.Fails:
		return appendStep(l, jen.Id(p.Append), v())
	case !p.Deep:
		return tryStep(l, jen.Id(p.Append), v())
	case l.deep:
		return tryStep(l, jen.Id(p.Append), v(), jen.Id(l.Depth).Op("-").Lit(1))
	}
	return tryStep(l, jen.Id(p.Append), v(), wire("MaxDepth"))
}

// appendFunc returns a function that encodes a value by plan p, or an error.
func appendFunc(l Locals, p *Plan) *jen.Statement {
	switch {
	case !p.Fails:
		return wire("Sure").Call(sureFunc(l, p))
	case p.Kind == Named && !p.Deep:
		return jen.Id(p.Append)
	}
	return jen.Func().Add(appendBody(l, p.Type, true, appendValue(l, p, variable(l.V))))
}

// sureFunc returns a function that encodes a value by plan p, which cannot fail.
func sureFunc(l Locals, p *Plan) *jen.Statement {
	switch {
	case p.Kind == Named:
		return jen.Id(p.Append)
	case p.Kind == Word && p.Convert == nil:
		return wire("Append" + p.Word)
	case p.Kind == Numbers:
		return wire("Append" + p.Word).Types(p.Type.code())
	case p.Kind == ErrorValue:
		return rt("AppendError")
	}
	return jen.Func().Add(appendBody(l, p.Type, false, appendValue(l, p, variable(l.V))))
}

func appendFields(l Locals, list []FieldPlan, v value) (body []jen.Code) {
	if len(list) == 0 {
		return []jen.Code{appendStep(l, wire("AppendEmpty"))}
	}
	for _, f := range list {
		body = append(body, appendValue(l, f.Plan, v.field(f.Name))...)
	}
	return body
}

// appendStep returns b = f(b, args...).
func appendStep(l Locals, f *jen.Statement, args ...jen.Code) jen.Code {
	return jen.Id(l.B).Op("=").Add(f).Call(append([]jen.Code{jen.Id(l.B)}, args...)...)
}

// tryStep returns
//
//	if b, err = f(b, args...); err != nil {
//		return b, err
//	}
func tryStep(l Locals, f *jen.Statement, args ...jen.Code) jen.Code {
	both := func() *jen.Statement { return jen.List(jen.Id(l.B), jen.Id(l.Err)) }
	call := both().Op("=").Add(f).Call(append([]jen.Code{jen.Id(l.B)}, args...)...)
	return jen.If(call, jen.Id(l.Err).Op("!=").Nil()).Block(jen.Return(both()))
}

func appendValue(l Locals, p *Plan, v value) []jen.Code {
	switch p.Kind {
	case Empty:
		return []jen.Code{appendStep(l, wire("AppendEmpty"))}
	case Named:
		return []jen.Code{appendNamed(l, p, v)}
	case Marshaled, Appended:
		by := map[PlanKind]string{Marshaled: "AppendMarshaled", Appended: "AppendAppended"}[p.Kind]
		return []jen.Code{tryStep(l, wire(by), v().Dot(p.Append))}
	case Fields:
		return appendFields(l, p.Fields, v)
	case Pointer:
		return []jen.Code{
			appendStep(l, wire("AppendPresent"), v().Op("!=").Nil()),
			jen.If(v().Op("!=").Nil()).Block(appendValue(l, p.Elem, v.deref(p.Elem))...),
		}
	case Slice, Mapping:
		return []jen.Code{
			appendStep(l, wire("AppendCount"), jen.Len(v()), v().Op("==").Nil()),
			appendEach(l, p, v),
		}
	case Array:
		return []jen.Code{appendEach(l, p, v)}
	case ErrorValue:
		return []jen.Code{appendStep(l, rt("AppendError"), v())}
	case Numbers:
		return []jen.Code{appendStep(l, wire("Append"+p.Word), v())}
	}
	if p.Convert != nil {
		return []jen.Code{appendStep(l, wire("Append"+p.Word), convert(*p.Convert, v()))}
	}
	return []jen.Code{appendStep(l, wire("Append"+p.Word), v())}
}

// appendEach encodes the elements of a container.
func appendEach(l Locals, p *Plan, v value) jen.Code {
	var vars []jen.Code
	var body []jen.Code
	if p.Key != nil {
		vars = append(vars, loopVar(p.Key, p.K))
		body = appendValue(l, p.Key, variable(p.K))
	} else {
		vars = append(vars, jen.Id("_"))
	}
	vars = append(vars, loopVar(p.Elem, p.E))
	body = append(body, appendValue(l, p.Elem, variable(p.E))...)
	if p.Elem.Kind == Empty {
		vars = vars[:1]
		if p.Key == nil || p.Key.Kind == Empty {
			return jen.For(jen.Range().Add(v())).Block(body...)
		}
	}
	return jen.For(jen.List(vars...).Op(":=").Range().Add(v())).Block(body...)
}

// loopVar is the blank identifier where a plan does not look at its value.
func loopVar(p *Plan, name string) jen.Code {
	if p.Kind == Empty {
		return jen.Id("_")
	}
	return jen.Id(name)
}

// convert returns T(v), with parentheses where T needs them.
func convert(t Type, v jen.Code) *jen.Statement {
	if t.Kind == PointerTo {
		return jen.Parens(t.code()).Call(v)
	}
	return t.code().Call(v)
}
