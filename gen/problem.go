package gen

import "go/token"

// A problem is why a type is refused: path leads from the parameter or result
// to what is wrong with it.
type problem struct {
	path string
	code Code
	text string
	pos  token.Pos // of the innermost field or type on the path that is in the module
	each bool      // it is a sequence, so that the task's Stream function may be what is wanted
}

// problems are all that is wrong with a type; nil if nothing is. Empty but not
// nil they stand for a type that has been refused before: that a type occurs
// twice is no reason to name its bad field twice.
type problems []problem

func refuse(path string, code Code, text string) problems {
	return problems{{path: path, code: code, text: text}}
}

// instead is the problem of a type that has no encoding, with what to do other
// than to make the task local.
func instead(path, what, remedy string) problems {
	return refuse(path, CodeType, what+` cannot cross a process; add "local" or `+remedy)
}

// and returns what p and q have, nil only if both are.
func (p problems) and(q problems) problems {
	if p == nil {
		return q
	}
	return append(p, q...)
}

// in gives the position of a field or type to problems that have none yet.
func (p problems) in(pos token.Pos) problems {
	for i := range p {
		if !p[i].pos.IsValid() {
			p[i].pos = pos
		}
	}
	return p
}
