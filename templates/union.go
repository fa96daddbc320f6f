package templates

import "github.com/dave/jennifer/jen"

// appendUnion encodes the type of an interface's value, as its number, and the
// value. Two bytes are the number's, as a nil one has nothing else and takes sixteen
// in memory:
//
//	switch e := v.(type) {
//	case nil:
//		b = wire.AppendUint16(b, 0)
//	case Circle:
//		b = wire.AppendUint16(b, 1)
//		b = appendCircle(b, &e)
//	default:
//		return b, wire.Unlisted("Shape", e)
//	}
func appendUnion(l Locals, p *Plan, v value) jen.Code {
	loop, l := l.loop() // loops inside have other variables
	number := func(n int) jen.Code { return appendStep(l, wire("AppendUint16"), jen.Lit(n)) }
	cases := []jen.Code{jen.Case(jen.Nil()).Block(number(0))}
	for i, m := range p.Members {
		body := append([]jen.Code{number(i + 1)}, appendValue(l, m, variable(loop.E))...)
		cases = append(cases, jen.Case(m.Type.code()).Block(body...))
	}
	unlisted := wire("Unlisted").Call(jen.Lit(p.Type.Name), jen.Id(loop.E))
	cases = append(cases, jen.Default().Block(jen.Return(jen.Id(l.B), unlisted)))
	return jen.Switch(jen.Id(loop.E).Op(":=").Add(v.code()).Assert(jen.Type())).Block(cases...)
}

// claimed does what decodes a value of at least min bytes only if the input can hold
// it. That is not worth asking for a small one.
func claimed(l Locals, min int, body []jen.Code) []jen.Code {
	if min <= 64 {
		return body
	}
	return []jen.Code{jen.If(read(l, "Claim", jen.Lit(min))).Block(body...)}
}

// readUnion decodes what appendUnion encoded:
//
//	switch n := r.Uint16(); n {
//	case 0:
//	case 1:
//		var e Circle
//		readCircle(r, &e)
//		v = e
//	default:
//		r.Unlisted("Shape", n)
//	}
func readUnion(l Locals, p *Plan, v value) jen.Code {
	loop, l := l.loop()
	cases := []jen.Code{jen.Case(jen.Lit(0))}
	for i, m := range p.Members {
		body := claimed(l, p.Mins[i], append(readVar(l, m, loop.E), v.code().Op("=").Id(loop.E)))
		cases = append(cases, jen.Case(jen.Lit(i+1)).Block(body...))
	}
	cases = append(cases, jen.Default().Block(read(l, "Unlisted", jen.Lit(p.Type.Name), jen.Id(l.N))))
	return jen.Switch(jen.Id(l.N).Op(":=").Add(read(l, "Uint16")), jen.Id(l.N)).Block(cases...)
}
