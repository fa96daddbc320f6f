package gen

import (
	"go/types"
	"strconv"
	"strings"
)

// A shaper writes the text of types in a task's shape: two processes with equal
// text encode alike. A declared type is spelt out where it occurs first.
type shaper struct {
	planner *planner // knows which types encode themselves, and the unions
	seen    map[string]bool
}

// shape returns the text of a type by itself.
func (p *planner) shape(t types.Type) string { return p.shaper().text(t) + layoutMark() }

func (p *planner) shaper() *shaper { return &shaper{p, map[string]bool{}} }

// tuple returns the texts of variables.
func (s *shaper) tuple(list []*types.Var) string {
	var parts []string
	for _, v := range list {
		parts = append(parts, s.text(v.Type()))
	}
	return strings.Join(parts, ", ")
}

func (s *shaper) text(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return s.named(t)
	case *types.Basic:
		return types.Typ[t.Kind()].Name()
	case *types.Pointer:
		return "*" + s.text(t.Elem())
	case *types.Slice:
		return "[]" + s.text(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + s.text(t.Elem())
	case *types.Map:
		return "map[" + s.text(t.Key()) + "]" + s.text(t.Elem())
	case *types.Struct:
		var fields []string
		for f := range t.Fields() {
			fields = append(fields, f.Name()+" "+s.text(f.Type()))
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	}
	return t.String()
}

// named returns the text of a declared type: its underlying type, or the method by
// which it encodes itself and its size in memory, on which padding depends, or the
// types of a union.
func (s *shaper) named(t *types.Named) string {
	id := typeID(t)
	if s.seen[id] || id == "time.Time" || id == "time.Duration" || id == "error" {
		return id
	}
	s.seen[id] = true
	if method := s.planner.byMethods[id]; method != "" {
		return id + "." + method + "/" + strconv.FormatInt(sizes.Sizeof(t), 10)
	}
	members, _ := s.planner.unionOf(t)
	if members == nil {
		return id + "=" + s.text(t.Underlying())
	}
	var parts []string
	for _, m := range members {
		parts = append(parts, s.text(m))
	}
	return id + "=union{" + strings.Join(parts, "; ") + "}"
}
