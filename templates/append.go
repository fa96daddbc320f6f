package templates

import "github.com/dave/jennifer/jen"

// AppendCodec emits
//
//	func appendLink(b []byte, v *Link) []byte {
//		b = wire.Reserve(b, 12+len(v.Href))
//		f := b[len(b) : len(b)+12]
//		wire.PutString(f, v.Href)
//		wire.PutInt(f[4:], int(v.Rank))
//		b = b[:len(b)+12]
//		b = append(b, v.Href...)
//		return b
//	}
func AppendCodec(l Locals, c Codec) jen.Code {
	l.deep, l.level = c.Deep, c.Levels
	pointer := Type{Kind: PointerTo, Elem: &c.Type}
	switch {
	case c.InPlace:
		return jen.Func().Id(c.Append).Add(appendBody(l, pointer, c.Fails, appendValue(l, c.Form, behind(l.V))))
	case c.Form != nil:
		return jen.Func().Id(c.Append).Add(appendBody(l, c.Type, c.Fails, appendValue(l, c.Form, variable(l.V))))
	}
	return jen.Func().Id(c.Append).Add(appendBody(l, pointer, c.Fails, appendLayout(l, c.Layout, behind(l.V))))
}

// appendBody is parameters, result and body of a function that encodes.
func appendBody(l Locals, t Type, fails bool, body []jen.Code) *jen.Statement {
	params := []jen.Code{jen.Id(l.B).Index().Byte(), jen.Id(l.V).Add(t.code())}
	if !fails {
		return jen.Params(params...).Index().Byte().Block(append(body, jen.Return(jen.Id(l.B)))...)
	}
	if l.deep {
		return appendDeep(l, t, body)
	}
	return jen.Params(params...).Add(appendResults(l, body))
}

// appendDeep is appendBody for a function that is told how deep it may be.
func appendDeep(l Locals, t Type, body []jen.Code) *jen.Statement {
	if l.deep {
		tooDeep := jen.Id(l.Depth).Op("==").Lit(0)
		if l.level > 1 {
			tooDeep = jen.Id(l.Depth).Op("<").Lit(l.level)
		}
		body = append([]jen.Code{jen.If(tooDeep).Block(jen.Return(jen.Id(l.B), wire("ErrDepth")))}, body...)
	}
	params := []jen.Code{jen.Id(l.B).Index().Byte(), jen.Id(l.V).Add(t.code()), jen.Id(l.Depth).Int()}
	return jen.Params(params...).Add(appendResults(l, body))
}

// appendResults is results and body of a function that may fail.
func appendResults(l Locals, body []jen.Code) *jen.Statement {
	return jen.Params(jen.Id("_").Index().Byte(), jen.Id(l.Err).Add(l.errorType())).
		Block(append(body, jen.Return(jen.Id(l.B), jen.Nil()))...)
}

// appendNamed calls the codec of a named type.
func appendNamed(l Locals, p *Plan, v value) jen.Code {
	args := []jen.Code{v.pointer()}
	if p.ByValue {
		args = []jen.Code{v.code()}
	}
	if !p.Fails {
		return appendStep(l, jen.Id(p.Append), args...)
	}
	if p.Deep {
		args = append(args, below(l))
	}
	return tryStep(l, jen.Id(p.Append), args...)
}

// below is how deep a value inside may still be.
func below(l Locals) jen.Code {
	if l.deep {
		return jen.Id(l.Depth).Op("-").Lit(max(1, l.level))
	}
	return wire("MaxDepth")
}

// appendFunc returns a function that encodes a value by plan p, or an error.
func appendFunc(l Locals, p *Plan) *jen.Statement {
	switch {
	case p.Kind == Word && p.Convert == nil:
		return wire("Sure").Call(wire("Append" + p.Word))
	case p.Kind == Numbers:
		return wire("Sure").Call(wire("Append" + p.Word).Types(p.Type.code()))
	case p.Kind == ErrorValue:
		return wire("Sure").Call(rt("AppendError"))
	case p.Kind == Named && p.ByValue && p.Fails && !p.Deep:
		return jen.Id(p.Append)
	case p.Kind == Named:
		return callCodec(l, p)
	}
	return jen.Func().Add(appendBody(l, p.Type, true, appendValue(l, p, variable(l.V))))
}

// callCodec returns a function that encodes a value by its type's codec.
func callCodec(l Locals, p *Plan) *jen.Statement {
	arg := variable(l.V).pointer()
	if p.ByValue {
		arg = jen.Id(l.V)
	}
	args := []jen.Code{jen.Id(l.B), arg}
	if p.Deep {
		args = append(args, wire("MaxDepth"))
	}
	results := []jen.Code{jen.Id(p.Append).Call(args...)}
	if !p.Fails {
		results = append(results, jen.Nil())
	}
	return jen.Func().Params(jen.Id(l.B).Index().Byte(), jen.Id(l.V).Add(p.Type.code())).
		Params(jen.Index().Byte(), l.errorType()).Block(jen.Return(results...))
}

// appendLayout encodes a struct.
func appendLayout(l Locals, layout *Layout, v value) (body []jen.Code) {
	if len(layout.Places) == 0 {
		return []jen.Code{appendStep(l, wire("AppendEmpty"))}
	}
	var rest []jen.Code
	for _, place := range layout.Places {
		field := v.field(place.Path)
		if place.At < 0 {
			rest = append(rest, appendValue(l, place.Plan, field)...)
			continue
		}
		body = append(body, put(l, place, field))
		rest = append(rest, appendTail(l, place.Plan, field)...)
	}
	if layout.Size > 0 {
		body = append(block(l, layout, v), append(body, jen.Id(l.B).Op("=").Add(blockEnd(l, layout)))...)
	}
	return append(body, rest...)
}

// block makes room for the block, which is behind the end of what is encoded until
// all of it has been put:
//
//	b = wire.Reserve(b, 12+len(v.Href))
//	f := b[len(b) : len(b)+12]
func block(l Locals, layout *Layout, v value) []jen.Code {
	room := jen.Lit(layout.Size)
	for _, place := range textsOf(layout) {
		room.Op("+").Len(v.field(place.Path).code())
	}
	end := jen.Len(jen.Id(l.B)).Op("+").Lit(layout.Size)
	return []jen.Code{
		appendStep(l, wire("Reserve"), room),
		jen.Id(l.F).Op(":=").Id(l.B).Index(jen.Len(jen.Id(l.B)), end),
	}
}

// blockEnd returns b with the block.
func blockEnd(l Locals, layout *Layout) *jen.Statement {
	return jen.Id(l.B).Index(jen.Op(":").Len(jen.Id(l.B)).Op("+").Lit(layout.Size))
}

// textsOf lists the strings and byte slices that begin in the block.
func textsOf(layout *Layout) (list []Place) {
	for _, place := range layout.Places {
		if place.At >= 0 && isText(place.Plan) {
			list = append(list, place)
		}
	}
	return list
}

func isText(p *Plan) bool { return p.Kind == Word && (p.Word == "String" || p.Word == "Bytes") }

// from returns the block from a place on.
func from(l Locals, place Place) *jen.Statement {
	if place.At == 0 {
		return jen.Id(l.F).Index(jen.Op(":"))
	}
	return jen.Id(l.F).Index(jen.Lit(place.At).Op(":"))
}

// put writes a field, or its beginning, into the block.
func put(l Locals, place Place, v value) jen.Code {
	if place.Plan.Kind == NumberArray {
		return wire("PutArray").Call(from(l, place), v.code().Index(jen.Op(":")))
	}
	at := from(l, place)
	if place.At == 0 {
		at = jen.Id(l.F)
	}
	return wire("Put"+place.Plan.Word).Call(at, converted(place.Plan, v))
}

// converted returns v as package wire knows it.
func converted(p *Plan, v value) *jen.Statement {
	if p.Convert == nil {
		return v.code()
	}
	return convert(*p.Convert, v.code())
}

// appendTail appends what put left out.
func appendTail(l Locals, p *Plan, v value) []jen.Code {
	switch {
	case isText(p) && p.Word == "Bytes": // which may be long, as strings seldom are
		return []jen.Code{appendStep(l, wire("Extend"), v.code())}
	case isText(p):
		return []jen.Code{jen.Id(l.B).Op("=").Append(jen.Id(l.B), v.code().Op("..."))}
	case p.Kind == Word && p.Word == "Time":
		return []jen.Code{appendStep(l, wire("AppendZone"), converted(p, v))}
	}
	return nil
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
		return []jen.Code{tryStep(l, wire(by), jen.Lit(p.Least), v.code().Dot(p.Append))}
	case Fields:
		return appendLayout(l, p.Layout, v)
	case Pointer:
		return []jen.Code{
			appendStep(l, wire("AppendPresent"), v.code().Op("!=").Nil()),
			jen.If(v.code().Op("!=").Nil()).Block(appendValue(l, p.Elem, v.deref(p.Elem))...),
		}
	case Slice:
		return []jen.Code{
			appendStep(l, wire("AppendCount"), jen.Len(v.code()), v.code().Op("==").Nil()),
			appendEach(l, p, v),
		}
	case Mapping:
		return []jen.Code{
			appendStep(l, wire("AppendEntries"), jen.Len(v.code()), v.code().Op("==").Nil(), jen.Lit(p.Min), jen.Lit(p.Slot)),
			appendEach(l, p, v),
		}
	case Array:
		return []jen.Code{appendEach(l, p, v)}
	case NumberArray:
		return []jen.Code{appendStep(l, wire("AppendArray"), v.code().Index(jen.Op(":")))}
	case ErrorValue:
		return []jen.Code{appendError(l, v)}
	case Union:
		return []jen.Code{appendUnion(l, p, v)}
	}
	return []jen.Code{appendStep(l, wire("Append"+p.Word), converted(p, v))}
}

// appendError encodes an error. In codecs that count how deep they are it counts
// too, since an error may lead back to what holds it.
func appendError(l Locals, v value) jen.Code {
	if l.deep {
		return tryStep(l, rt("AppendErrorIn"), v.code(), below(l))
	}
	return appendStep(l, rt("AppendError"), v.code())
}

// appendEach encodes the elements of a container.
func appendEach(l Locals, p *Plan, v value) jen.Code {
	loop, l := l.loop()
	if p.Key == nil && inPlace(p.Elem) {
		return jen.For(jen.Id(loop.I).Op(":=").Range().Add(v.code())).Block(appendValue(l, p.Elem, v.index(loop.I))...)
	}
	var vars []jen.Code
	var body []jen.Code
	if p.Key != nil {
		vars = append(vars, loopVar(p.Key, loop.K))
		body = apart(p, appendValue(l, p.Key, variable(loop.K)))
	} else {
		vars = append(vars, jen.Id("_"))
	}
	vars = append(vars, loopVar(p.Elem, loop.E))
	body = append(body, appendValue(l, p.Elem, variable(loop.E))...)
	if p.Elem.Kind == Empty {
		vars = vars[:1]
		if p.Key == nil || p.Key.Kind == Empty {
			return jen.For(jen.Range().Add(v.code())).Block(body...)
		}
	}
	over := v.code()
	if p.Kind == Array {
		over = v.pointer() // a loop over the array itself makes a copy of it
	}
	return jen.For(jen.List(vars...).Op(":=").Range().Add(over)).Block(body...)
}

// apart puts what is done with a key into a block of its own if key and element
// both have variables.
func apart(p *Plan, body []jen.Code) []jen.Code {
	if p.Key.Kind == Fields && p.Elem.Kind == Fields {
		return []jen.Code{jen.Block(body...)}
	}
	return body
}

// inPlace reports whether elements of this plan are encoded where they are, as
// copies of them would cost.
func inPlace(p *Plan) bool {
	switch p.Kind {
	case Named:
		return !p.ByValue
	case Fields, Array, NumberArray:
		return true
	}
	return false
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
