package gen

import "slices"

// blame takes the diagnostics from number first on for those of p.
func (r *run) blame(p *pkg, first int) {
	for _, d := range r.diags.list[first:] {
		p.broken, r.broken[p.src.dir] = true, true
		switch {
		case p.src.tests != "": // which nobody imports
		case d.awaits != "":
			p.awaits = append(p.awaits, d.awaits)
		default:
			r.mistaken[p.src.dir] = true
		}
	}
}

// excuse drops the diagnostics of packages that lack what would be generated for
// another, if that has a mistake, or lacks something for such a reason: to correct the
// mistake is all there is to do. A circle of packages without one keeps its diagnostics.
func (r *run) excuse() {
	isMistaken := func(dir string) bool { return r.mistaken[dir] }
	for more := true; more; {
		more = false
		for _, p := range r.packages {
			if !r.mistaken[p.src.dir] && slices.ContainsFunc(p.awaits, isMistaken) {
				r.mistaken[p.src.dir], more = true, true
			}
		}
	}
	r.diags.list = slices.DeleteFunc(r.diags.list, func(d Diagnostic) bool { return r.mistaken[d.awaits] })
}
