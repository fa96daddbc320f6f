package gen

import (
	"go/types"
	"strconv"
)

// futureName returns the name of t in the aliases of futures: FutureOf and
// this. It depends on t alone, so that a task added later changes no name.
func futureName(t types.Type, local *types.Package) string {
	name := func(t types.Type) string { return futureName(t, local) }
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return basicName(t)
	case *types.Named:
		return namedName(t, local)
	case *types.Pointer:
		return name(t.Elem()) + "Ptr"
	case *types.Slice:
		if types.Identical(t.Elem(), types.Typ[types.Byte]) {
			return "Bytes"
		}
		return name(t.Elem()) + "Slice"
	case *types.Array:
		return name(t.Elem()) + "Array" + strconv.FormatInt(t.Len(), 10)
	case *types.Map:
		return name(t.Key()) + "To" + name(t.Elem()) + "Map"
	case *types.Chan:
		return name(t.Elem()) + map[types.ChanDir]string{
			types.SendRecv: "Chan", types.RecvOnly: "RecvChan", types.SendOnly: "SendChan",
		}[t.Dir()]
	case *types.Struct:
		return structName(t, local)
	case *types.Signature:
		return "Func"
	case *types.Interface:
		if t.NumMethods() == 0 {
			return "Any"
		}
		return "Interface"
	}
	return "Value"
}

func basicName(t *types.Basic) string {
	if t.Kind() == types.UnsafePointer {
		return "UnsafePointer"
	}
	return exportName(types.Typ[t.Kind()].Name())
}

func namedName(t *types.Named, local *types.Package) string {
	obj := t.Obj()
	name := exportName(obj.Name())
	if name == "" {
		name = "X" + obj.Name()
	}
	if obj.Pkg() != nil && obj.Pkg().Path() != local.Path() {
		name = exportName(obj.Pkg().Name()) + name
	}
	for i := range t.TypeArgs().Len() {
		name += map[bool]string{true: "Of", false: "And"}[i == 0] + futureName(t.TypeArgs().At(i), local)
	}
	return name
}

// structName names an anonymous struct after its fields.
func structName(t *types.Struct, local *types.Package) string {
	if t.NumFields() == 0 {
		return "Nothing"
	}
	name := "Struct"
	for f := range t.Fields() {
		name += exportName(f.Name()) + futureName(f.Type(), local)
	}
	return name
}
