package templates

import (
	"strconv"

	"github.com/dave/jennifer/jen"
)

// A TypeKind says which form a type expression takes.
type TypeKind int

// The forms of a type expression.
const (
	Ident TypeKind = iota // Name, of package Path if that is not empty
	PointerTo
	SliceOf
	ArrayOf
	MapOf
	StructOf
	FuncOf
	ChanOf
	RecvOf
	SendOf
	InterfaceOf
	UnionOf
)

// A Type is a type expression.
type Type struct {
	Kind       TypeKind
	Path, Name string
	Elem, Key  *Type
	Len        int64
	Fields     []Field // of a struct; methods of an interface, of type FuncOf
	List       []Type  // type arguments; parameters; embedded in an interface
	Results    []Type
	Variadic   bool
	Tilde      bool
}

// A Field is a field of a struct, or a method of an interface.
type Field struct {
	Name     string
	Type     Type
	Embedded bool
	Tag      string // a part of the type's identity
}

// code returns the type as it is written in the file.
func (t Type) code() *jen.Statement {
	switch t.Kind {
	case PointerTo:
		return jen.Op("*").Add(t.Elem.code())
	case SliceOf:
		return jen.Index().Add(t.Elem.code())
	case ArrayOf:
		return jen.Index(jen.Lit(int(t.Len))).Add(t.Elem.code())
	case MapOf:
		return jen.Map(t.Key.code()).Add(t.Elem.code())
	case StructOf:
		return jen.Struct(fields(t.Fields)...)
	case FuncOf:
		return jen.Func().Add(t.signature())
	case ChanOf:
		return jen.Chan().Add(t.chanElem())
	case RecvOf:
		return jen.Op("<-").Chan().Add(t.chanElem())
	case SendOf:
		return jen.Chan().Op("<-").Add(t.chanElem())
	case InterfaceOf:
		return t.interfaceCode()
	case UnionOf:
		return t.union()
	}
	return t.ident()
}

func (t Type) ident() *jen.Statement {
	s := jen.Id(t.Name)
	if t.Path != "" {
		s = jen.Qual(t.Path, t.Name)
	}
	if len(t.List) > 0 {
		s.Types(codes(t.List)...)
	}
	return s
}

// chanElem puts parentheses around <-chan, which would otherwise join the
// arrow of the channel before it.
func (t Type) chanElem() *jen.Statement {
	if t.Elem.Kind == RecvOf {
		return jen.Parens(t.Elem.code())
	}
	return t.Elem.code()
}

// signature returns parameters and results.
func (t Type) signature() *jen.Statement {
	params := codes(t.List)
	if t.Variadic {
		params[len(params)-1] = jen.Op("...").Add(t.List[len(params)-1].Elem.code())
	}
	s := jen.Params(params...)
	switch len(t.Results) {
	case 0:
		return s
	case 1:
		return s.Add(t.Results[0].code())
	}
	return s.Params(codes(t.Results)...)
}

func (t Type) interfaceCode() *jen.Statement {
	members := codes(t.List)
	for _, m := range t.Fields {
		members = append(members, jen.Id(m.Name).Add(m.Type.signature()))
	}
	return jen.Interface(members...)
}

func (t Type) union() *jen.Statement {
	s := &jen.Statement{}
	for i, term := range t.List {
		if i > 0 {
			s.Op("|")
		}
		if term.Tilde {
			s.Op("~")
		}
		s.Add(term.code())
	}
	return s
}

func codes(list []Type) []jen.Code {
	out := make([]jen.Code, len(list))
	for i, t := range list {
		out[i] = t.code()
	}
	return out
}

func fields(list []Field) []jen.Code {
	out := make([]jen.Code, len(list))
	for i, f := range list {
		s := f.Type.code()
		if !f.Embedded {
			s = jen.Id(f.Name).Add(s)
		}
		if f.Tag != "" {
			s.Op(quoted(f.Tag))
		}
		out[i] = s
	}
	return out
}

// quoted returns a struct tag as people write it.
func quoted(tag string) string {
	if strconv.CanBackquote(tag) {
		return "`" + tag + "`"
	}
	return strconv.Quote(tag)
}
