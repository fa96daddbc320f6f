package gen

import (
	"go/token"
	"go/types"
	"strings"

	"github.com/offing-go/offing/templates"
)

// typeExprs turns types into the model of type expressions and notes which
// packages they name.
type typeExprs struct {
	local *types.Package
	path  string                  // by which the rule of internal packages goes
	use   func(path, name string) // notes that the file imports a package

	file func(token.Pos) *file // the file of the module at a position, or nil

	predeclared func(name string) // notes that the file needs a name as Go declares it

	ownError bool // the package declares an error of its own
	untagged bool // leave out struct tags, as conversions do
}

// expr returns how t is written in the generated file.
func (e *typeExprs) expr(t types.Type, path string) (templates.Type, problems) {
	switch t := t.(type) {
	case *types.Alias:
		return e.named(t.Obj(), t.TypeArgs(), path)
	case *types.Named:
		return e.named(t.Obj(), t.TypeArgs(), path)
	case *types.TypeParam:
		return templates.Type{}, refuse(path, CodeLater, "type parameters are not supported by this version yet")
	case *types.Basic:
		return e.basic(t, path)
	case *types.Pointer:
		return e.around(templates.PointerTo, t.Elem(), path)
	case *types.Slice:
		return e.around(templates.SliceOf, t.Elem(), path+"[]")
	case *types.Array:
		x, bad := e.around(templates.ArrayOf, t.Elem(), path+"[]")
		x.Len = t.Len()
		return x, bad
	case *types.Map:
		key, bad := e.expr(t.Key(), path+"[key]")
		if bad != nil {
			return key, bad
		}
		x, bad := e.around(templates.MapOf, t.Elem(), path+"[]")
		x.Key = &key
		return x, bad
	case *types.Chan:
		kind := map[types.ChanDir]templates.TypeKind{
			types.SendRecv: templates.ChanOf, types.RecvOnly: templates.RecvOf, types.SendOnly: templates.SendOf,
		}[t.Dir()]
		return e.around(kind, t.Elem(), path)
	case *types.Struct:
		return e.structure(t, path)
	case *types.Signature:
		return e.signature(t, path)
	case *types.Interface:
		return e.iface(t, path)
	case *types.Union:
		return e.union(t, path)
	}
	return templates.Type{}, refuse(path, CodeUnknown, "a type of an unknown form: "+t.String())
}

func (e *typeExprs) basic(t *types.Basic, path string) (templates.Type, problems) {
	switch t.Kind() {
	case types.Invalid:
		return templates.Type{}, refuse(path, CodeUnknown, undetermined)
	case types.UnsafePointer:
		e.use("unsafe", "unsafe")
		return templates.Type{Path: "unsafe", Name: "Pointer"}, nil
	}
	e.predeclared(t.Name())
	return templates.Type{Name: t.Name()}, nil
}

// wireError is what package wire calls the predeclared error, for packages that have
// another.
const wireError = "Error"

// named returns the expression of a declared type.
func (e *typeExprs) named(obj *types.TypeName, args *types.TypeList, path string) (x templates.Type, bad problems) {
	x.Name = obj.Name()
	if pkg := obj.Pkg(); pkg == nil && obj.Name() == "error" && e.ownError {
		x.Path, x.Name = templates.WirePath, wireError
	} else if pkg == nil {
		e.predeclared(obj.Name())
	} else {
		x.Path = pkg.Path()
		if pkg.Path() != e.local.Path() {
			if !obj.Exported() {
				return x, refuse(path, CodeUnexported, "type "+pkg.Name()+"."+obj.Name()+" is not exported; export it, or take a type of your own")
			}
			if !mayImport(e.path, pkg.Path()) {
				return x, refuse(path, CodeUnexported, "type "+pkg.Name()+"."+obj.Name()+" is in "+pkg.Path()+
					`, which package `+e.local.Name()+` may not import; add "local" or pass a value`)
			}
			e.use(pkg.Path(), pkg.Name())
		}
	}
	if types.Unalias(obj.Type()) == types.Typ[types.Invalid] {
		return x, e.locate(refuse(path, CodeUnknown, "type "+obj.Name()+" cannot be determined; "+mendIt), obj)
	}
	for i := range args.Len() {
		arg, bad := e.expr(args.At(i), path)
		if bad != nil {
			return x, bad
		}
		x.List = append(x.List, arg)
	}
	return x, nil
}

// mayImport applies the rule of internal packages, and that of the packages
// which the standard library keeps a copy of.
func mayImport(importer, path string) bool {
	elems := strings.Split(path, "/")
	if elems[0] == "vendor" {
		return false
	}
	for i := len(elems) - 1; i >= 0; i-- {
		if elems[i] == "internal" {
			parent := strings.Join(elems[:i], "/")
			return importer == parent || strings.HasPrefix(importer, parent+"/")
		}
	}
	return true
}

func (e *typeExprs) around(kind templates.TypeKind, elem types.Type, path string) (templates.Type, problems) {
	x, bad := e.expr(elem, path)
	return templates.Type{Kind: kind, Elem: &x}, bad
}

func (e *typeExprs) structure(t *types.Struct, path string) (x templates.Type, all problems) {
	x.Kind = templates.StructOf
	for i := range t.NumFields() {
		f := t.Field(i)
		at := path + "." + f.Name()
		ft, bad := e.expr(f.Type(), at)
		if bad == nil {
			bad = e.reach(f, at)
		}
		all = all.and(e.locate(bad, f))
		field := templates.Field{Name: f.Name(), Type: ft, Embedded: f.Embedded()}
		if !e.untagged {
			field.Tag = t.Tag(i)
		}
		x.Fields = append(x.Fields, field)
	}
	return x, all
}

// locate says at which field or type problems are, if it is the user's to mend.
func (e *typeExprs) locate(bad problems, obj types.Object) problems {
	if e.file(obj.Pos()) == nil {
		return bad
	}
	return bad.in(obj.Pos())
}

// reach refuses fields that the generated file cannot name.
func (e *typeExprs) reach(f *types.Var, path string) problems {
	if f.Exported() || f.Pkg() == nil || f.Pkg().Path() == e.local.Path() {
		return nil
	}
	return refuse(path, CodeUnexported, "a field that package "+f.Pkg().Name()+
		` does not export cannot cross a process from here; add "local" or pass a value`)
}

func (e *typeExprs) signature(t *types.Signature, path string) (templates.Type, problems) {
	x := templates.Type{Kind: templates.FuncOf, Variadic: t.Variadic()}
	for v := range t.Params().Variables() {
		p, bad := e.expr(v.Type(), path)
		if bad != nil {
			return x, bad
		}
		x.List = append(x.List, p)
	}
	for v := range t.Results().Variables() {
		r, bad := e.expr(v.Type(), path)
		if bad != nil {
			return x, bad
		}
		x.Results = append(x.Results, r)
	}
	return x, nil
}

func (e *typeExprs) iface(t *types.Interface, path string) (templates.Type, problems) {
	x := templates.Type{Kind: templates.InterfaceOf}
	for embedded := range t.EmbeddedTypes() {
		m, bad := e.expr(embedded, path)
		if bad != nil {
			return x, bad
		}
		x.List = append(x.List, m)
	}
	for m := range t.ExplicitMethods() {
		sig, bad := e.expr(m.Type(), path)
		if bad != nil {
			return x, bad
		}
		x.Fields = append(x.Fields, templates.Field{Name: m.Name(), Type: sig})
	}
	return x, nil
}

func (e *typeExprs) union(t *types.Union, path string) (templates.Type, problems) {
	x := templates.Type{Kind: templates.UnionOf}
	for term := range t.Terms() {
		m, bad := e.expr(term.Type(), path)
		if bad != nil {
			return x, bad
		}
		m.Tilde = term.Tilde()
		x.List = append(x.List, m)
	}
	return x, nil
}
