package gen

import "github.com/offing-go/offing/templates"

// A reach finds the codecs that a file calls. Those of small structs are often
// planned and not called, as what is around them encodes their fields.
type reach struct {
	codecs map[string]*templates.Codec // by the function that appends
	found  map[string]bool
}

// reached returns the codecs that plans lead to and that no file has yet, in the
// order in which they were planned.
func (p *planner) reached(plans []*templates.Plan) (list []templates.Codec) {
	r := reach{codecs: make(map[string]*templates.Codec, len(p.codecs)), found: make(map[string]bool, len(p.codecs))}
	for i := range p.codecs {
		r.codecs[p.codecs[i].Append] = &p.codecs[i]
	}
	for _, plan := range plans {
		r.plan(plan)
	}
	list = make([]templates.Codec, 0, len(p.codecs))
	var rest []templates.Codec
	for _, c := range p.codecs {
		if r.found[c.Append] {
			list = append(list, c)
		} else {
			rest = append(rest, c)
		}
	}
	p.codecs = rest // for the file of the tests
	return list
}

func (r *reach) plan(p *templates.Plan) {
	if p == nil {
		return
	}
	r.plan(p.Key)
	r.plan(p.Elem)
	for _, m := range p.Members {
		r.plan(m)
	}
	r.layout(p.Layout)
	if c, ok := r.codecs[p.Append]; ok && p.Kind == templates.Named && !r.found[p.Append] {
		r.found[p.Append] = true
		r.plan(c.Form)
		r.layout(c.Layout)
	}
}

func (r *reach) layout(l *templates.Layout) {
	if l == nil {
		return
	}
	for _, place := range l.Places {
		r.plan(place.Plan)
	}
}
