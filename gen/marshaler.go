package gen

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"github.com/offing-go/offing/templates"
)

// A marshaler is a pair of methods by which a type encodes itself.
type marshaler struct {
	marshal, unmarshal string
	appends            bool // marshal appends to the bytes that it is given
}

// ownPair is by which a type says that no other way will do.
var ownPair = marshaler{"AppendWire", "ParseWire", true}

// pairs are the others, those that lose least first: what a text leaves out, such
// as the precision of a big.Float, is in its gob.
var pairs = []marshaler{
	{"AppendBinary", "UnmarshalBinary", true},
	{"MarshalBinary", "UnmarshalBinary", false},
	{"GobEncode", "GobDecode", false},
	{"MarshalVT", "UnmarshalVT", false}, // as generated for protocol buffers
	{"Marshal", "Unmarshal", false},     // likewise
	{"AppendText", "UnmarshalText", true},
	{"MarshalText", "UnmarshalText", false},
}

var (
	bytesType  = types.NewSlice(types.Typ[types.Byte])
	errorType  = types.Universe.Lookup("error").Type()
	marshals   = signature(nil, bytesType, errorType)
	appends    = signature(bytesType, bytesType, errorType)
	unmarshals = signature(bytesType, errorType)
)

func signature(param types.Type, results ...types.Type) *types.Signature {
	tuple := func(list ...types.Type) *types.Tuple {
		var vars []*types.Var
		for _, t := range list {
			if t != nil {
				vars = append(vars, types.NewParam(token.NoPos, nil, "", t))
			}
		}
		return types.NewTuple(vars...)
	}
	return types.NewSignatureType(nil, nil, nil, tuple(param), tuple(results...), false)
}

// has reports whether t, where it can be addressed, has both methods, and the one that reads
// leaves in t what it has read.
func (m marshaler) has(t *types.Named) bool {
	want := marshals
	if m.appends {
		want = appends
	}
	marshal, unmarshal := methodOf(t, m.marshal), methodOf(t, m.unmarshal)
	return isOf(want, marshal) && isOf(unmarshals, unmarshal) && fills(unmarshal)
}

// methodOf returns a method that t, where it can be addressed, has itself, or nil. One that
// comes with an embedded field speaks for that field, and what is beside it would be lost.
func methodOf(t *types.Named, name string) *types.Func {
	for m := range t.Methods() {
		if m.Name() == name {
			return m
		}
	}
	return nil
}

func isOf(want *types.Signature, method *types.Func) bool {
	return method != nil && types.Identical(method.Signature(), want)
}

// fills reports whether what a method reads is there when it has returned: one that is called
// on a copy leaves nothing behind, in a map neither, as what is decoded begins with a nil one.
func fills(method *types.Func) bool {
	_, isPointer := types.Unalias(method.Signature().Recv().Type()).(*types.Pointer)
	return isPointer
}

// ownMarshaler plans a type that has a pair of methods for this very purpose, or
// returns nil.
func (p *planner) ownMarshaler(t *types.Named, expr templates.Type) *templates.Plan {
	if !ownPair.has(t) {
		return nil
	}
	return p.marshaled(t, expr, ownPair)
}

// marshaler plans a type by methods that it has for such purposes, or returns nil.
func (p *planner) marshaler(t *types.Named, expr templates.Type) *templates.Plan {
	for _, m := range pairs {
		if m.has(t) {
			return p.marshaled(t, expr, m)
		}
	}
	return nil
}

func (p *planner) marshaled(t *types.Named, expr templates.Type, m marshaler) *templates.Plan {
	p.byMethods[typeID(t)] = m.marshal
	kind := templates.Marshaled
	if m.appends {
		kind = templates.Appended
	}
	return &templates.Plan{Kind: kind, Type: expr, Append: m.marshal, Read: m.unmarshal, Fails: true, Least: leastOf(t), Stack: onStack(t)}
}

// foreign plans a struct of another package: by its fields if they can all be
// reached, or else by its methods.
func (p *planner) foreign(t *types.Named, expr templates.Type, path string, byFields func() (*templates.Plan, problems)) (*templates.Plan, problems) {
	bad := p.hidden(t, t.Underlying().(*types.Struct), path)
	before := p.snapshot()
	if bad == nil {
		var plan *templates.Plan
		if plan, bad = byFields(); bad == nil {
			return plan, nil
		}
	}
	after := p.snapshot()
	p.restore(before) // what its fields were planned for does not come
	if plan := p.marshaler(t, expr); plan != nil {
		return plan, nil
	}
	p.restore(after)
	return nil, bad
}

// snapshot returns a copy of what planning changes.
func (p *planner) snapshot() planner {
	s := *p
	s.codecs, s.shapes = slices.Clone(p.codecs), slices.Clone(p.shapes)
	s.done, s.refused = maps.Clone(p.done), maps.Clone(p.refused)
	s.guarded, s.byMethods = maps.Clone(p.guarded), maps.Clone(p.byMethods)
	return s
}

func (p *planner) restore(s planner) { *p = s }
