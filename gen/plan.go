package gen

import (
	"go/types"
	"slices"
	"strings"

	"github.com/offing-go/offing/templates"
)

// planner decides how values are encoded.
type planner struct {
	exprs   *typeExprs
	names   *names
	codecs  []templates.Codec
	shapes  []templates.Shape
	done    map[string]*templates.Plan // of named types
	items   map[string]*templates.Plan // of many arguments of a task, by the type of one
	stack   []*frame                   // named types that are being planned
	refused map[string]bool            // named types that are reported for the task
	guarded map[string]bool

	byMethods map[string]string       // named types that encode themselves: the method
	condition *condition              // of what is planned for
	unions    map[string][]types.Type // interface types of the package that list what they hold
}

func newPlanner(exprs *typeExprs, n *names) *planner {
	return &planner{
		exprs: exprs, names: n, done: map[string]*templates.Plan{}, items: map[string]*templates.Plan{},
		guarded: map[string]bool{}, byMethods: map[string]string{},
	}
}

// plan returns how a value of type t is encoded. path leads to the value.
func (p *planner) plan(t types.Type, path string) (*templates.Plan, problems) {
	expr, bad := p.exprs.expr(t, path)
	if bad = bad.and(p.fixed(t, path)); bad != nil && isDeclared(t) {
		return nil, bad
	}
	t = types.Unalias(t) // after expr: an alias may be exported where its type is not
	if named, ok := t.(*types.Named); ok {
		return p.named(named, expr, path)
	}
	plan, all := p.form(t.Underlying(), t, expr, path) // of a literal these are all, and bad some of them
	if all != nil {
		return nil, all
	}
	return plan, bad
}

func isDeclared(t types.Type) bool {
	switch t.(type) {
	case *types.Named, *types.Alias:
		return true
	}
	return false
}

// fixed refuses types that may be others elsewhere.
func (p *planner) fixed(t types.Type, path string) problems {
	var obj *types.TypeName
	switch t := t.(type) {
	case *types.Alias:
		obj = t.Obj()
	case *types.Named:
		obj = t.Obj()
	default:
		return nil
	}
	if f := p.exprs.file(obj.Pos()); f != nil && !p.condition.implies(f.condition) {
		return refuse(path, CodeType, "type "+obj.Name()+" is declared in "+f.name+", which is not always built ("+f.condition.String()+
			"); move the type to a file that is, or the task to one with the same constraint")
	}
	if a, ok := t.(*types.Alias); ok {
		return p.fixed(a.Rhs(), path)
	}
	return nil
}

// form plans by the underlying type u of t.
func (p *planner) form(u, t types.Type, expr templates.Type, path string) (*templates.Plan, problems) {
	switch u := u.(type) {
	case *types.Basic:
		return p.word(u, t, expr, path)
	case *types.Pointer:
		if isContext(u.Elem()) {
			return nil, refuse(path, CodeType, "a context is not passed by a pointer; take it by value, as the first parameter")
		}
		elem, bad := p.plan(u.Elem(), path)
		if bad != nil {
			return nil, bad
		}
		return &templates.Plan{Kind: templates.Pointer, Type: expr, Elem: elem, Min: minSize(elem), Fails: elem.Fails}, nil
	case *types.Slice:
		return p.slice(u, t, expr, path)
	case *types.Array:
		return p.array(u, expr, path)
	case *types.Map:
		return p.mapping(u, expr, path)
	case *types.Struct:
		return p.anonymous(u, expr, path)
	case *types.Interface:
		switch members, marked := p.unionOf(t); {
		case members != nil:
			return p.union(members, expr, path)
		case marked:
			return nil, problems{} // which are reported at the directive
		}
		return nil, p.uncrossable(t, path, "")
	case *types.Signature, *types.Chan:
		return nil, p.uncrossable(t, path, "")
	}
	return nil, instead(path, "a value of type "+t.String(), "pass a value")
}

// word plans what is one primitive of package wire.
func (p *planner) word(u *types.Basic, t types.Type, expr templates.Type, path string) (*templates.Plan, problems) {
	if u.Kind() == types.UnsafePointer {
		return nil, instead(path, "an unsafe.Pointer", "pass what it points to")
	}
	plan := &templates.Plan{Kind: templates.Word, Type: expr, Word: basicName(u)}
	if _, named := t.(*types.Named); named {
		plan.Convert = &templates.Type{Name: u.Name()}
	}
	return plan, nil
}

func (p *planner) slice(u *types.Slice, t types.Type, expr templates.Type, path string) (*templates.Plan, problems) {
	if types.Identical(u.Elem(), types.Typ[types.Byte]) {
		plan := &templates.Plan{Kind: templates.Word, Type: expr, Word: "Bytes"}
		if _, named := t.(*types.Named); named {
			plan.Convert = &templates.Type{Kind: templates.SliceOf, Elem: &templates.Type{Name: "byte"}}
		}
		return plan, nil
	}
	elem, bad := p.plan(u.Elem(), path+"[]")
	if bad != nil {
		return nil, bad
	}
	return sliceOf(elem, expr), nil
}

// sliceOf plans a slice, other than of bytes, by the plan of its elements.
func sliceOf(elem *templates.Plan, expr templates.Type) *templates.Plan {
	if elem.Kind == templates.Word && blocks[elem.Word] != "" {
		return &templates.Plan{Kind: templates.Numbers, Type: expr, Word: blocks[elem.Word]}
	}
	return &templates.Plan{Kind: templates.Slice, Type: expr, Elem: elem, Min: minSize(elem), Fails: elem.Fails}
}

// blocks are the functions of package wire for whole slices, by the word of the
// element.
var blocks = map[string]string{
	"Int": "Ints", "Uint": "Ints", "Uintptr": "Ints",
	"Int8": "Numbers", "Int16": "Numbers", "Int32": "Numbers", "Int64": "Numbers", "Duration": "Numbers",
	"Uint16": "Numbers", "Uint32": "Numbers", "Uint64": "Numbers",
	"Float32": "Numbers", "Float64": "Numbers",
	"String": "Strings",
}

func (p *planner) array(u *types.Array, expr templates.Type, path string) (*templates.Plan, problems) {
	plan := &templates.Plan{Kind: templates.Array, Type: expr, Len: u.Len()}
	if bad := p.loop(plan, u.Elem(), nil, path); bad != nil {
		return nil, bad
	}
	switch {
	case u.Len() == 0 || plan.Elem.Kind == templates.Empty:
		return &templates.Plan{Kind: templates.Empty, Type: expr}, nil
	case plan.Elem.Kind == templates.Word && (blocks[plan.Elem.Word] == "Numbers" || plan.Elem.Word == "Uint8"):
		plan.Kind = templates.NumberArray
	}
	return plan, nil
}

func (p *planner) mapping(u *types.Map, expr templates.Type, path string) (*templates.Plan, problems) {
	if bad := p.unfitKey(u.Key(), path+"[key]"); bad != nil {
		_, worse := p.plan(u.Elem(), path+"[]")
		return nil, bad.and(worse)
	}
	plan := &templates.Plan{Kind: templates.Mapping, Type: expr, Most: mostKeys(u.Key()), Slot: slotOf(u)}
	plan.Stack = onStack(u.Key()) + onStack(u.Elem())
	return plan, p.loop(plan, u.Elem(), u.Key(), path)
}

// mostKeys returns how many keys of a type there are, 0 for more than matter: a
// count may claim more, but no map has them.
func mostKeys(t types.Type) int64 {
	basic, ok := t.Underlying().(*types.Basic)
	if !ok {
		return 0
	}
	return map[types.BasicKind]int64{types.Bool: 2, types.Int8: 1 << 8, types.Uint8: 1 << 8}[basic.Kind()]
}

// loop plans the elements of a container.
func (p *planner) loop(plan *templates.Plan, elem, key types.Type, path string) (bad problems) {
	if key != nil {
		plan.Key, bad = p.plan(key, path+"[key]")
	}
	of, worse := p.plan(elem, path+"[]")
	if bad = bad.and(worse); bad != nil {
		return bad
	}
	if plan.Elem = of; key != nil {
		plan.Min = minSize(plan.Key)
	}
	plan.Min += minSize(plan.Elem)
	plan.Fails = plan.Elem.Fails || key != nil && plan.Key.Fails
	return nil
}

// named plans a declared type and notes a guard of its shape.
func (p *planner) named(t *types.Named, expr templates.Type, path string) (*templates.Plan, problems) {
	id := typeID(t)
	switch id {
	case "time.Time":
		return &templates.Plan{Kind: templates.Word, Type: expr, Word: "Time"}, nil
	case "time.Duration":
		return &templates.Plan{Kind: templates.Word, Type: expr, Word: "Duration"}, nil
	case "error":
		return &templates.Plan{Kind: templates.ErrorValue, Type: expr}, nil
	case "context.Context":
		return nil, refuse(path, CodeType, "a context can only be a task's first parameter; take it there and nowhere else")
	}
	if iface, ok := t.Underlying().(*types.Interface); ok && !iface.IsMethodSet() {
		return nil, refuse(path, CodeUnknown, p.rootName(t)+" is a constraint, which no value has as its type; take a type that fulfils it")
	}
	if bad := p.bound(t, path); bad != nil {
		return nil, bad
	}
	if plan := p.done[id]; plan != nil {
		p.join(plan)
		return plan, nil
	}
	if p.refused[id] {
		return nil, problems{}
	}
	if plan := p.again(t, expr); plan != nil {
		return plan, nil
	}
	if p.grows(t) {
		return nil, refuse(path, CodeRecursive, "type "+p.rootName(t)+" leads to ever more instances of itself; give it a form that ends")
	}
	plan, bad := p.declared(t, expr, path)
	p.refused[id] = bad != nil
	return plan, bad
}

// declared plans what a declared type stands for.
func (p *planner) declared(t *types.Named, expr templates.Type, path string) (*templates.Plan, problems) {
	if plan := p.ownMarshaler(t, expr); plan != nil {
		return plan, nil
	}
	if bad := p.halfPair(t, path); bad != nil {
		return nil, bad
	}
	_, isStruct := t.Underlying().(*types.Struct)
	byForm := func() (*templates.Plan, problems) { return p.byForm(t, expr, path) }
	if isStruct && p.isForeign(t) {
		return p.foreign(t, expr, path, byForm)
	}
	return byForm()
}

// byForm plans what a declared type stands for by its underlying type.
func (p *planner) byForm(t *types.Named, expr templates.Type, path string) (*templates.Plan, problems) {
	id := typeID(t)
	u, isStruct := t.Underlying().(*types.Struct)
	path = p.from(t, path)
	if t.Underlying() == types.Typ[types.Invalid] {
		return nil, p.exprs.locate(refuse(path, CodeUnknown, undetermined), t.Obj())
	}
	f := &frame{t: t}
	p.stack = append(p.stack, f)
	defer func() { p.stack = p.stack[:len(p.stack)-1] }()
	if isStruct {
		plan, bad := p.codec(f, u, expr, path)
		if bad == nil {
			p.done[id] = plan
		}
		return plan, bad
	}
	plan, bad := p.form(t.Underlying(), t, expr, path)
	if bad != nil {
		return nil, bad
	}
	if f.deep || plan.Kind == templates.Union {
		plan = p.addCodec(f, templates.Codec{Type: expr, Form: plan, InPlace: isArray(t), Fails: true}, nil)
	}
	if bad = p.guard(id, t, expr, path); bad == nil && (plan.Kind == templates.Named || standsAlone(plan)) {
		p.done[id] = plan // others are made anew: what they lead to has to be met again, see join and recallFrom
	}
	return plan, bad
}

// from returns path with the name of t at its end if no other declared type is on it, so that
// it can be seen whose fields follow. Right behind the name of a field it would read as part
// of that.
func (p *planner) from(t *types.Named, path string) string {
	behindField := path != "" && !strings.HasSuffix(path, "]")
	if len(p.stack) > 0 || t.Obj().Pkg() == nil || behindField {
		return path
	}
	return path + p.rootName(t)
}

// rootName is how a path begins at a parameter's type.
func (p *planner) rootName(t *types.Named) string {
	if t.Obj().Pkg() == nil || t.Obj().Pkg().Path() == p.exprs.local.Path() {
		return t.Obj().Name()
	}
	return t.Obj().Pkg().Name() + "." + t.Obj().Name()
}

func (p *planner) guard(id string, t *types.Named, expr templates.Type, path string) problems {
	if p.guarded[id] {
		return nil
	}
	p.guarded[id] = true
	exprs := *p.exprs
	exprs.untagged = true // a tag does not change what is encoded
	underlying, bad := exprs.expr(t.Underlying(), path)
	p.shapes = append(p.shapes, templates.Shape{Type: expr, Underlying: underlying})
	return bad
}

// codec plans a declared struct.
func (p *planner) codec(f *frame, u *types.Struct, expr templates.Type, path string) (*templates.Plan, problems) {
	fields, bad := p.fields(u, path)
	if bad != nil {
		return nil, bad
	}
	if bad := p.guard(typeID(f.t), f.t, expr, path); bad != nil {
		return nil, bad
	}
	if !contentless(fields) {
		return p.addCodec(f, templates.Codec{Type: expr}, fields), nil
	}
	if f.append != "" { // what is inside it calls its functions
		p.addCodec(f, templates.Codec{Type: expr, Fails: true}, nil)
	}
	return &templates.Plan{Kind: templates.Empty, Type: expr}, nil
}

// addCodec makes the pair of functions of a type, which is a struct of these
// fields unless the codec has a form.
func (p *planner) addCodec(f *frame, c templates.Codec, fields []templates.FieldPlan) *templates.Plan {
	p.christen(f)
	c.Append, c.Read, c.Deep = f.append, f.read, f.deep || f.t != nil && leadsDeep(c.Form, fields)
	c.Fails = c.Fails || c.Deep || anyFails(fields)
	if c.Deep {
		c.Levels = levels(c.Form, fields)
	}
	if c.Form == nil {
		c.Layout = layoutOf(fields)
	}
	p.codecs = append(p.codecs, c)
	plan := &templates.Plan{
		Kind: templates.Named, Type: c.Type, Append: c.Append, Read: c.Read, ByValue: c.Form != nil && !c.InPlace, Items: c.Items,
		Fields: fields, Fails: c.Fails, Deep: c.Deep, Least: 1,
	}
	if c.Form != nil {
		plan.Least = minSize(c.Form)
	}
	if c.InPlace {
		plan.Elem = c.Form
	}
	return plan
}

// hidden refuses structs of other packages with fields that we cannot reach. Blank ones,
// though nothing is in them, are among these: Go holds those of two packages for different
// fields, so that no guard could say what the struct is.
func (p *planner) hidden(t *types.Named, u *types.Struct, path string) problems {
	for f := range u.Fields() {
		if f.Exported() {
			continue
		}
		own, what := p.exprs.file(t.Obj().Pos()) != nil, "" // own: the user's to mend
		switch blank := f.Name() == "_"; {
		case own && blank:
			what = "a blank field, which this package cannot repeat; remove it"
		case own:
			what = "the field " + f.Name() + ", which this package cannot reach; export it"
		case blank:
			what = "a blank field"
		default:
			what = "the unexported field " + f.Name()
		}
		if own {
			return refuse(path, CodeUnexported, shortType(t)+" has "+what+
				", or give "+shortType(t)+" the methods "+bothMethods)
		}
		return refuse(path, CodeUnexported, shortType(t)+" has "+what+
			", and no methods to encode itself by; "+remedyByName(t.Obj().Name())+`, or add "local"`)
	}
	return nil
}

func shortType(t types.Type) string {
	return types.TypeString(t, func(pkg *types.Package) string { return pkg.Name() })
}

// contentless reports whether fields, as one value, take the byte of a value
// without content.
func contentless(fields []templates.FieldPlan) bool {
	return !slices.ContainsFunc(fields, func(f templates.FieldPlan) bool { return f.Plan.Kind != templates.Empty })
}

func (p *planner) anonymous(u *types.Struct, expr templates.Type, path string) (*templates.Plan, problems) {
	fields, bad := p.fields(u, path)
	if bad != nil {
		return nil, bad
	}
	if contentless(fields) {
		return &templates.Plan{Kind: templates.Empty, Type: expr}, nil
	}
	return &templates.Plan{
		Kind: templates.Fields, Type: expr, Fields: fields, Layout: layoutOf(fields), Fails: anyFails(fields),
	}, nil
}

// anyFails reports whether the encoding of a field can fail.
func anyFails(fields []templates.FieldPlan) bool {
	return slices.ContainsFunc(fields, func(f templates.FieldPlan) bool { return f.Plan.Fails })
}

// fields plans the fields of a struct. Blank ones hold nothing that could be
// read, so they are left out, but only if they take no memory: otherwise a
// short input could ask for a lot of it.
func (p *planner) fields(u *types.Struct, path string) (list []templates.FieldPlan, bad problems) {
	for f := range u.Fields() {
		at := path + "." + f.Name()
		worse := p.exprs.reach(f, at)
		switch {
		case worse != nil:
		case f.Name() != "_":
			var plan *templates.Plan
			plan, worse = p.plan(f.Type(), at)
			list = append(list, templates.FieldPlan{Name: f.Name(), Plan: plan})
		case sizes.Sizeof(f.Type()) > 0:
			worse = refuse(at, CodeType, "a blank field that takes memory is not encoded; give it a name or remove it")
		}
		bad = bad.and(p.exprs.locate(worse, f))
	}
	return list, bad
}

// standsAlone reports whether all that an encoding needs is in package wire: neither a
// codec nor an error is in it.
func standsAlone(p *templates.Plan) bool {
	switch {
	case p == nil:
		return true
	case p.Kind == templates.Named || p.Kind == templates.ErrorValue || p.Kind == templates.Union:
		return false
	}
	for _, f := range p.Fields {
		if !standsAlone(f.Plan) {
			return false
		}
	}
	return standsAlone(p.Key) && standsAlone(p.Elem)
}
