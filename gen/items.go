package gen

import (
	"go/types"

	"github.com/offing-go/offing/templates"
)

// items plans how many arguments of each task are encoded at once: as a slice of
// them. Tasks that take the same share a codec for it, and so does what one of them
// takes or returns that is such a slice.
func (b *builder) items() {
	for _, t := range b.tasks {
		if !t.local && t.model.ArgPlan != nil { // there is one if nothing is wrong
			t.model.Items = b.planner.itemsOf(t)
		}
	}
	for _, t := range b.tasks {
		b.planner.share(t.model.ArgPlan, t.params)
		b.planner.share(t.model.ResPlan, t.results)
	}
}

// itemsOf plans a slice of what t takes.
func (p *planner) itemsOf(t *task) *templates.Plan {
	id, name := t.x+"Args", t.x+"Args" // no type of the user's: those have a path, or are literals
	switch {
	case len(t.params) == 0:
		id, name = "struct{}", "Nothing"
	case t.model.Args == nil:
		id, name = itemID(t.params[0].Type()), futureName(t.params[0].Type(), p.exprs.local)
	}
	if p.items[id] == nil {
		p.items[id] = p.planItems(t.model.ArgPlan, t.model.Arg.Type, name+"Slice")
	}
	return p.items[id]
}

// planItems is itemsOf for what is of type elem and encoded by plan. It has functions
// of that name even where package wire has one: put together for each task, by wire.Sure,
// they would take seven of the 27 milliseconds in which a small task is compiled.
func (p *planner) planItems(plan *templates.Plan, elem templates.Type, name string) *templates.Plan {
	expr := templates.Type{Kind: templates.SliceOf, Elem: &elem}
	form := sliceOf(plan, expr)
	if plan.Kind == templates.Word && plan.Word == "Uint8" && plan.Convert == nil {
		form = &templates.Plan{Kind: templates.Word, Type: expr, Word: "Bytes"}
	}
	items := templates.Codec{Type: expr, Form: form, Items: true, Fails: true}
	return p.addCodec(&frame{name: name}, items, nil)
}

// share lets plan, which is that of the only one of list, call the codec of items if
// there is one for its type. It changes the plan, as others may be made of it: that of
// the items of a task that takes such a slice.
func (p *planner) share(plan *templates.Plan, list []*types.Var) {
	if len(list) != 1 || plan == nil {
		return
	}
	if slice, ok := types.Unalias(list[0].Type()).(*types.Slice); ok {
		if shared := p.items[itemID(slice.Elem())]; shared != nil {
			*plan = *shared
		}
	}
}

// itemID tells the type of an item from others.
func itemID(t types.Type) string { return typeID(t) }
