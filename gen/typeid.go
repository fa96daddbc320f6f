package gen

import (
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// typeID returns a text that two types have in common if they are one and the same,
// whatever aliases they were written with, byte and rune among them; they may be of two
// runs of the type checker, where types.Identical says that nothing is. It is the text of
// types.TypeString with the paths of packages, comma and space included, for a type
// without aliases: it is in the shapes of tasks, and so in their fingerprints. What is in a
// func or an interface, which cross nowhere, is as it is written.
func typeID(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return types.TypeString(types.Typ[t.Kind()], nil)
	case *types.Named:
		if t.TypeArgs().Len() == 0 {
			return types.TypeString(t, nil)
		}
		name := t.Obj().Name() + "[" + typeIDs(slices.Collect(t.TypeArgs().Types())) + "]"
		if pkg := t.Obj().Pkg(); pkg != nil {
			return pkg.Path() + "." + name
		}
		return name
	case *types.Pointer:
		return "*" + typeID(t.Elem())
	case *types.Slice:
		return "[]" + typeID(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + typeID(t.Elem())
	case *types.Map:
		return "map[" + typeID(t.Key()) + "]" + typeID(t.Elem())
	case *types.Chan:
		return chanID(t)
	case *types.Struct:
		return "struct{" + fieldsID(t) + "}"
	default:
		return types.TypeString(t, nil)
	}
}

// chanID is typeID for a channel.
func chanID(t *types.Chan) string {
	elem := typeID(t.Elem())
	if t.Dir() == types.SendRecv && strings.HasPrefix(elem, "<-") {
		elem = "(" + elem + ")"
	}
	return map[types.ChanDir]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()] + elem
}

// typeIDs is for lists of types what typeID is for one.
func typeIDs(list []types.Type) string {
	var ids []string
	for _, t := range list {
		ids = append(ids, typeID(t))
	}
	return strings.Join(ids, ", ")
}

// fieldsID is of the fields what typeID is of a type.
func fieldsID(t *types.Struct) string {
	var fields []string
	for i := range t.NumFields() {
		f := t.Field(i)
		text := typeID(f.Type())
		if !f.Embedded() {
			text = f.Name() + " " + text
		}
		if tag := t.Tag(i); tag != "" {
			text += " " + strconv.Quote(tag)
		}
		fields = append(fields, text)
	}
	return strings.Join(fields, "; ")
}
