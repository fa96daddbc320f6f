package gen

import "go/types"

// equalAgain are types that hide a pointer and are equal after decoding nevertheless: it
// stands for a text, and is the same for the same one in all of a process.
var equalAgain = map[string]bool{"net/netip.Addr": true, "net/netip.AddrPort": true, "net/netip.Prefix": true}

// unfitKey refuses a map's key type, or what is in it, that would not be the same
// key after decoding.
func (p *planner) unfitKey(t types.Type, path string) problems {
	switch t := types.Unalias(t).(type) {
	case *types.Array:
		return p.unfitKey(t.Elem(), path+"[]")
	case *types.Named:
		path = p.from(t, path)
	}
	return p.unfitIn(t, path)
}

func (p *planner) unfitIn(t types.Type, path string) (bad problems) {
	if equalAgain[types.TypeString(types.Unalias(t), nil)] {
		return nil
	}
	what := ""
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		what = "a pointer"
	case *types.Chan:
		what = "a channel"
	case *types.Interface:
		if what = "an interface value"; isError(t) {
			what = "an error"
		}
	case *types.Array:
		return p.unfitIn(u.Elem(), path+"[]")
	case *types.Struct:
		for f := range u.Fields() {
			bad = bad.and(p.exprs.locate(p.unfitIn(f.Type(), path+"."+f.Name()), f))
		}
		return bad
	default:
		return nil
	}
	return instead(path, "a map key that contains "+what, "use keys of plain values")
}
