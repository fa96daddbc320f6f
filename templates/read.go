package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// ReadCodec emits
//
//	func readLink(r *wire.Reader, v *Link) {
//		f := (*[12]byte)(r.Block(12))
//		v.Href = r.GetString(f[:])
//		v.Rank = Rank(r.GetInt(f[4:]))
//	}
func ReadCodec(l Locals, c Codec) jen.Code {
	l.deep, l.level = c.Deep, c.Levels
	if c.Items {
		return jen.Func().Id(c.Read).Add(fillBody(l, c.Form))
	}
	if c.Form != nil && !c.InPlace {
		return jen.Func().Id(c.Read).Add(readBody(l, c.Type, readValue(l, c.Form, variable(l.V))))
	}
	var body []jen.Code
	if c.InPlace {
		body = readValue(l, c.Form, behind(l.V))
	} else {
		body = readLayout(l, c.Layout, behind(l.V))
	}
	if c.Deep {
		body = append(append([]jen.Code{enter(l)}, body...), leave(l))
	}
	return jen.Func().Id(c.Read).Params(
		reader(l), jen.Id(l.V).Op("*").Add(c.Type.code()),
	).Block(body...)
}

func reader(l Locals) *jen.Statement { return jen.Id(l.R).Op("*").Add(wire("Reader")) }

// enter returns early if the value would be too deep.
func enter(l Locals, results ...jen.Code) jen.Code {
	entered := read(l, "Enter")
	if l.level > 1 {
		entered = read(l, "EnterLevels", jen.Lit(l.level))
	}
	return jen.If(jen.Op("!").Add(entered)).Block(jen.Return(results...))
}

// leave ends what enter began.
func leave(l Locals) jen.Code {
	if l.level > 1 {
		return read(l, "LeaveLevels", jen.Lit(l.level))
	}
	return read(l, "Leave")
}

// readBody is parameters, result and body of a function that returns what it
// decodes. Its result has a name: a variable would be copied into it.
func readBody(l Locals, t Type, body []jen.Code) *jen.Statement {
	if l.deep {
		body = append(append([]jen.Code{enter(l, jen.Id(l.V))}, body...), leave(l))
	}
	return jen.Params(reader(l)).Params(jen.Id(l.V).Add(t.code())).Block(append(body, jen.Return(jen.Id(l.V)))...)
}

// fillBody is parameters and body of a function that decodes a value by plan p into
// what it is given a pointer to.
func fillBody(l Locals, p *Plan) *jen.Statement {
	return jen.Params(reader(l), jen.Id(l.V).Op("*").Add(p.Type.code())).
		Block(readValue(l, p, variable(l.V).deref(p))...)
}

// readFunc returns a function that decodes a value by plan p into what it is given
// a pointer to.
func readFunc(l Locals, p *Plan) *jen.Statement {
	switch {
	case p.Kind == Named && p.returned():
		return wire("Into").Call(jen.Id(p.Read))
	case p.Kind == Word && p.Convert == nil:
		return wire("Into").Call(jen.Parens(jen.Op("*").Add(wire("Reader"))).Dot(p.Word))
	case p.Kind == Numbers:
		return wire("Into").Call(wire("Read" + p.Word).Types(p.Type.code()))
	case p.Kind == ErrorValue:
		return wire("Into").Call(rt("ReadError"))
	}
	read := jen.Func().Add(fillBody(l, p))
	if p.Kind == Named {
		read = jen.Id(p.Read)
	}
	if exposed(p) {
		return wire("Apart").Call(jen.Lit(p.Size), read)
	}
	return read
}

// returned reports whether the function that decodes a named type returns the value.
func (p *Plan) returned() bool { return p.ByValue && !p.Items }

// exposed reports whether a method of a user's type is called with a pointer to
// the value itself, or into it. What is behind a pointer of the value does not
// count: it is on the heap in any case. A struct or an array of which nothing is known is one
// that leads back to itself, whose plan was made before they were known.
func exposed(p *Plan) bool {
	switch p.Kind {
	case Marshaled, Appended:
		return true
	case Array:
		return exposed(p.Elem)
	case Named, Fields:
		if p.Elem != nil {
			return exposed(p.Elem)
		}
		return !p.ByValue && len(p.Fields) == 0 || slices.ContainsFunc(p.Fields, func(f FieldPlan) bool { return exposed(f.Plan) })
	}
	return false
}

// readLayout decodes a struct. The block is taken as an array so that its length
// is checked once, and not for each field.
func readLayout(l Locals, layout *Layout, v value) (body []jen.Code) {
	if len(layout.Places) == 0 {
		return []jen.Code{read(l, "Empty")}
	}
	if layout.Size > 0 {
		array := jen.Parens(jen.Op("*").Index(jen.Lit(layout.Size)).Byte())
		body = append(body, jen.Id(l.F).Op(":=").Add(array).Parens(read(l, "Block", jen.Lit(layout.Size))))
	}
	for _, place := range layout.Places {
		field := v.field(place.Path)
		if place.At < 0 {
			body = append(body, readValue(l, place.Plan, field)...)
		} else {
			body = append(body, get(l, place, field))
		}
	}
	return body
}

// get reads a field that begins in the block.
func get(l Locals, place Place, v value) jen.Code {
	p := place.Plan
	if p.Kind == NumberArray {
		return wire("GetArray").Call(from(l, place), v.code().Index(jen.Op(":")))
	}
	got := read(l, "Get"+p.Word, from(l, place))
	if p.Convert != nil {
		got = convert(p.Type, got)
	}
	return v.code().Op("=").Add(got)
}

// read returns r.Name(args...).
func read(l Locals, name string, args ...jen.Code) *jen.Statement {
	return jen.Id(l.R).Dot(name).Call(args...)
}

func readValue(l Locals, p *Plan, v value) []jen.Code {
	switch p.Kind {
	case Empty:
		return []jen.Code{read(l, "Empty")}
	case Named:
		if !p.returned() {
			return []jen.Code{jen.Id(p.Read).Call(jen.Id(l.R), v.pointer())}
		}
	case Fields:
		return readLayout(l, p.Layout, v)
	case Pointer:
		made := v.code().Op("=").New(p.Elem.Type.code())
		return []jen.Code{jen.If(read(l, "Pointer", jen.Lit(p.Min))).Block(
			append([]jen.Code{made}, readValue(l, p.Elem, v.deref(p.Elem))...)...,
		)}
	case Slice:
		return []jen.Code{counted(l, p, v.code().Op("=").Make(p.Type.code(), jen.Id(l.N)), readEach(l, p, v))}
	case Mapping:
		room := jen.Id(l.N)
		if p.Most > 0 {
			room = jen.Min(room, jen.Lit(int(p.Most)))
		}
		return []jen.Code{counted(l, p, v.code().Op("=").Make(p.Type.code(), room), readEntries(l, p, v))}
	case Array:
		return []jen.Code{readEach(l, p, v)}
	case NumberArray:
		return []jen.Code{wire("ReadArray").Call(jen.Id(l.R), v.code().Index(jen.Op(":")))}
	case Marshaled, Appended:
		return []jen.Code{wire("ReadMarshaled").Call(jen.Id(l.R), jen.Lit(p.Least), v.code().Dot(p.Read))}
	case Union:
		return []jen.Code{readUnion(l, p, v)}
	}
	return []jen.Code{v.code().Op("=").Add(readExpr(l, p))}
}

// counted runs body if the container is not nil.
func counted(l Locals, p *Plan, body ...jen.Code) jen.Code {
	count := read(l, "Count", jen.Lit(p.Min))
	if p.Kind == Mapping {
		count = read(l, "Entries", jen.Lit(p.Min), jen.Lit(p.Slot))
	}
	return jen.If(jen.List(jen.Id(l.N), jen.Id(l.OK)).Op(":=").Add(count), jen.Id(l.OK)).Block(body...)
}

// readEach decodes the elements of a slice or an array in place.
func readEach(l Locals, p *Plan, v value) jen.Code {
	loop, l := l.loop()
	body := readValue(l, p.Elem, v.index(loop.I))
	if p.Elem.Kind == Empty {
		return jen.For(jen.Range().Add(v.code())).Block(append(body, stop(l))...)
	}
	return jen.For(jen.Id(loop.I).Op(":=").Range().Add(v.code())).Block(append(body, stop(l))...)
}

// readEntries decodes the entries of a map.
func readEntries(l Locals, p *Plan, v value) jen.Code {
	loop, l := l.loop()
	key := readVar(l, p.Key, loop.K)
	body := append(key[:1:1], apart(p, key[1:])...) // declared outside
	body = append(body, readVar(l, p.Elem, loop.E)...)
	body = append(body, stop(l), v.index(loop.K).code().Op("=").Id(loop.E))
	return jen.For(jen.Range().Id(l.N)).Block(body...)
}

// readVar declares a variable and decodes into it.
func readVar(l Locals, p *Plan, name string) []jen.Code {
	if p.Kind == Word || p.Kind == Named && p.returned() || p.Kind == Numbers || p.Kind == ErrorValue {
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
