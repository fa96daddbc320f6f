package templates

import "github.com/dave/jennifer/jen"

// A value is what is encoded or decoded into: an expression for it and one for a
// pointer to it. They are rendered several times, and a jen.Statement grows with
// each use, so they are functions.
type value struct {
	expr, pointer func() *jen.Statement
}

// at is the value of an expression that has an address.
func at(expr func() *jen.Statement) value {
	return value{expr, func() *jen.Statement { return jen.Op("&").Add(expr()) }}
}

// variable is the value of a variable.
func variable(name string) value { return at(func() *jen.Statement { return jen.Id(name) }) }

// behind is the struct or the array that a variable points to; its fields and elements
// are got as if the variable were the value itself.
func behind(name string) value {
	v := func() *jen.Statement { return jen.Id(name) }
	return value{v, v}
}

// code returns the expression.
func (v value) code() *jen.Statement { return v.expr() }

// field returns what path leads to.
func (v value) field(path []string) value {
	return at(func() *jen.Statement {
		s := v.expr()
		for _, name := range path {
			s.Dot(name)
		}
		return s
	})
}

func (v value) index(i string) value {
	return at(func() *jen.Statement { return v.expr().Index(jen.Id(i)) })
}

// followed are the kinds of plans that put something behind a value.
var followed = map[PlanKind]bool{
	Array: true, NumberArray: true, Slice: true, Mapping: true, Marshaled: true, Appended: true,
}

// deref is what the pointer v points to, with parentheses where something
// follows it.
func (v value) deref(plan *Plan) value {
	if plan.Kind == Fields {
		return value{v.expr, v.expr}
	}
	return value{func() *jen.Statement {
		s := jen.Op("*").Add(v.expr())
		if followed[plan.Kind] {
			return jen.Parens(s)
		}
		return s
	}, v.expr}
}
