package gen

import (
	"bytes"
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A miss is what a comment that is no directive of ours was meant to be.
type miss struct{ verb, options string }

// String returns the directive.
func (m miss) String() string {
	if bare[m.verb] {
		m.options = ""
	}
	return strings.TrimSpace("//" + tool + ":" + m.verb + m.options)
}

// almost matches comments that look like a directive to a human: with a space,
// in capitals, misspelt, by the rules of another tool. Prose that mentions one
// is left alone, since what follows it is no list of options.
var almost = compiled(`^(/+|[ \t]*[@+][ \t]*|go:|[ \t]*)(\pL+)([ \t]*[:：]+[ \t]*|[ \t]+|[./_-])(\pL*)((?:[ \t]+(?:local|\w+=\S*))*)[ \t]*$`)

// almostGlued is for a directive without its colon, or without its verb.
var almostGlued = compiled(`^(?i:go:offing|offing(task|error|union|state))((?:[ \t]+(?:local|\w+=\S*))*)[ \t]*$`)

// almostBare is for the tool's name alone, which may be any word elsewhere than above
// a function.
var almostBare = compiled(`^(?i:offing)((?:[ \t]+(?:local|\w+=\S*))*)[ \t]*$`)

// almostUnion is the same for the one directive whose arguments may be any words:
// those that look like types.
var almostUnion = compiled(`^(?:/+|[ \t]*)offing[ \t]*:[ \t]*union((?:[ \t]+(?:(?:\*|\p{Lu}|\w+\.)[\w.\[\],*]*|string|bool|byte|rune|u?int(?:8|16|32|64)?|float(?:32|64)))*)[ \t]*$`)

// compiled returns a regular expression that is compiled if somebody asks for it:
// most runs do not.
func compiled(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// maxTypos is how many there may be in what is still taken for a directive whose
// tool is ours.
const maxTypos = 2

// nearMiss returns what a comment line that is not a directive of ours should
// have been. text is the comment without its slashes; doc says that it stands
// in the doc comment of a function.
func nearMiss(text string, doc bool) (miss, bool) {
	if !namesUs([]byte(text + "\n")) {
		return miss{}, false // as nearly all
	}
	if m := almostUnion().FindStringSubmatch(text); m != nil {
		return miss{"union", strings.TrimRightFunc(m[1], unicode.IsSpace)}, true
	}
	if m := almostGlued().FindStringSubmatch(text); m != nil {
		return miss{cmp.Or(strings.ToLower(m[1]), "task"), m[2]}, true
	}
	if m := almostBare().FindStringSubmatch(text); m != nil {
		return miss{"task", m[1]}, doc
	}
	m := almost().FindStringSubmatch(text)
	if m == nil {
		return miss{}, false
	}
	lead, name, between, verb := m[1], strings.ToLower(m[2]), m[3], strings.ToLower(m[4])
	meant := miss{nearest(verb, supported()), strings.TrimRightFunc(m[5], unicode.IsSpace)}
	if name != tool {
		// A word like ours may be any word, such as offline.
		return meant, doc && lead == "" && between == ":" && meant.verb != "" &&
			distance(name, tool)+distance(verb, meant.verb) <= maxTypos
	}
	colon := strings.ContainsAny(between, ":：")
	marked := lead == "" || strings.Trim(lead, " \t") != ""
	if meant.verb == "" {
		known := strings.TrimLeft(between, " \t") == between && strings.TrimRight(between, " \t") == between
		meant.verb = "task"
		return meant, colon && known && (verb != "" || marked)
	}
	return meant, colon || marked
}

// supported returns the verbs, sorted.
func supported() []string { return slices.Sorted(maps.Keys(verbs)) }

// mayHaveTasks tells at a glance that a file has no directive, not even an
// almost right one, so that most packages are never parsed.
func mayHaveTasks(src []byte) bool {
	for line := range bytes.Lines(src) {
		for {
			if namesUs(line) {
				return true
			}
			slash := bytes.IndexByte(line, '/')
			if slash < 0 {
				break
			}
			line = line[slash+1:]
		}
	}
	return false
}

// namesUs reports whether text begins with the tool's name, or with something
// like it before a colon, after what may come before it in a comment.
func namesUs(text []byte) bool {
	text = bytes.TrimPrefix(bytes.TrimLeft(text, " \t/*@+"), []byte("go:"))
	end := bytes.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < len(tool)-maxTypos {
		return false
	}
	name := strings.ToLower(string(text[:end]))
	return strings.HasPrefix(name, tool) || text[end] == ':' && distance(name, tool) <= maxTypos
}
