package gen

import "github.com/offing-go/offing/templates"

// leastHeight is what height returns for most packages, so that an edit does not
// change the names of variables in all that is emitted.
const leastHeight = 6

// height returns how deep the code that is emitted for plans nests loops at most, or
// a little more.
func height(plans []*templates.Plan) int {
	known := map[*templates.Plan]int{}
	var of func(p *templates.Plan) int
	of = func(p *templates.Plan) int {
		if p == nil {
			return 0
		}
		h, ok := known[p]
		if ok {
			return h
		}
		known[p] = 0 // should it lead to itself: there it is called, by a function of its own
		h = max(of(p.Elem), of(p.Key))
		for _, m := range p.Members {
			h = max(h, of(m))
		}
		for _, f := range p.Fields {
			h = max(h, of(f.Plan))
		}
		known[p] = h + 1
		return h + 1
	}
	highest := leastHeight
	for _, p := range plans {
		highest = max(highest, of(p))
	}
	return highest
}
