package gen

import (
	"go/types"
	"strconv"
	"strings"
)

// canonical returns the text of t in a task's shape: two processes with equal
// text encode alike. A declared type is spelt out where it occurs first, but for
// those that encode themselves, by the methods named.
func canonical(t types.Type, seen map[string]bool, methods map[string]string) string {
	full := func(t types.Type) string { return canonical(t, seen, methods) }
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		id := types.TypeString(t, nil)
		if seen[id] || id == "time.Time" || id == "time.Duration" {
			return id
		}
		seen[id] = true
		if method := methods[id]; method != "" {
			return id + "." + method
		}
		return id + "=" + full(t.Underlying())
	case *types.Basic:
		return types.Typ[t.Kind()].Name()
	case *types.Pointer:
		return "*" + full(t.Elem())
	case *types.Slice:
		return "[]" + full(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + full(t.Elem())
	case *types.Map:
		return "map[" + full(t.Key()) + "]" + full(t.Elem())
	case *types.Struct:
		var fields []string
		for f := range t.Fields() {
			fields = append(fields, f.Name()+" "+full(f.Type()))
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	}
	return t.String()
}
