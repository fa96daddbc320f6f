package gen

import (
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
	"strings"
	"time"
)

// tool is the name before the colon of our directives.
const tool = "offing"

// verbs are the directives; those that are false come with a later version.
var verbs = map[string]bool{"task": true, "error": true, "union": true, "state": false}

// belongs says what each directive marks.
var belongs = map[string]string{
	"task": "a function", "error": "an error variable or an error type", "union": "an interface type",
}

// A key is one option of //offing:task. This table is what the parser, its
// messages and the manual agree on.
type key struct {
	name    string
	flag    bool // stands alone, without a value
	example string
	summary string
	set     func(o *options, value string) (problem string)
}

var keys = []key{
	{"timeout", false, "timeout=2s", "end a call that has run for longer, all its tries together", setTimeout},
	{"retries", false, "retries=3", "try a failed call again, this many times, after pauses that grow; runtime.Permanent stops it", setRetries},
	{"name", false, "name=Thumb", "replaces the function's name in every emitted name", setName},
	{"future", false, "future=Name", "names the alias of the future's type", setFuture},
	{"local", true, "local", "never leaves the process, so that parameters may be of any type", setLocal},
}

// Keys returns the lines of a manual on the keys of //offing:task: an example
// of each, and what it means.
func Keys() (lines []string) {
	for _, k := range keys {
		lines = append(lines, fmt.Sprintf("%-14s%s", k.example, k.summary))
	}
	return lines
}

// options are what a task's directive says.
type options struct {
	timeout time.Duration
	retries int
	name    string
	future  string
	local   bool
}

// maxRetries is far beyond sense and catches a timeout in the wrong key.
const maxRetries = 1000

func setTimeout(o *options, value string) string {
	d, err := time.ParseDuration(value)
	if err != nil {
		return "not a duration such as 2s or 150ms"
	}
	if d <= 0 {
		return "must be positive"
	}
	o.timeout = d
	return ""
}

func setRetries(o *options, value string) string {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > maxRetries {
		return "must be a number from 0 to " + strconv.Itoa(maxRetries)
	}
	o.retries = n
	return ""
}

func setName(o *options, value string) string {
	return setIdentifier(&o.name, value)
}

func setFuture(o *options, value string) string {
	return setIdentifier(&o.future, value)
}

func setLocal(o *options, _ string) string {
	o.local = true
	return ""
}

func setIdentifier(to *string, value string) string {
	if !token.IsIdentifier(value) || value == "_" {
		return "not an identifier"
	}
	*to = value
	return ""
}

// A mistake is a problem in a directive.
type mistake struct {
	pos  token.Pos
	code Code
	text string
}

// parseOptions reads the arguments of //offing:task.
func parseOptions(d ast.Directive) (o options, bad []mistake) {
	args, err := d.ParseArgs()
	if err != nil {
		return o, []mistake{{d.ArgsPos, CodeValue, "directive: " + err.Error()}}
	}
	if m := misread(args); m.text != "" {
		return o, []mistake{m}
	}
	seen := map[string]bool{}
	for _, arg := range args {
		name, value, hasValue := strings.Cut(arg.Arg, "=")
		if m := o.set(name, value, hasValue, seen); m.text != "" {
			m.pos = arg.Pos
			bad = append(bad, m)
		}
	}
	return o, bad
}

// misread answers directives that are written by the rules of something else,
// with one mistake instead of one for each argument.
func misread(args []ast.DirectiveArg) mistake {
	for i, arg := range args {
		if strings.HasPrefix(arg.Arg, "//") {
			return mistake{arg.Pos, CodeSpelling, "a directive takes no comment; put it in a line above"}
		}
		if text := spaced(args[i:]); text != "" {
			return mistake{arg.Pos, CodeValue, "write " + text + ", without spaces"}
		}
		if runTogether(arg.Arg) {
			text := strings.Join(strings.FieldsFunc(arg.Arg, func(r rune) bool { return r == ',' }), " ")
			return mistake{arg.Pos, CodeValue, "keys are parted by spaces: write " + text}
		}
	}
	return mistake{}
}

// spaced returns key=value if args begin with that, with spaces around the sign.
func spaced(args []ast.DirectiveArg) string {
	var words [3]string
	for i := range min(len(words), len(args)) {
		words[i] = args[i].Arg
	}
	name, value := words[0], words[1]
	switch {
	case strings.HasSuffix(name, "="):
		name = strings.TrimSuffix(name, "=")
	case value == "=":
		value = words[2]
	case strings.HasPrefix(value, "="):
		value = value[1:]
	default:
		return ""
	}
	if value == "" || strings.Contains(value, "=") || findKey(name) == nil || findKey(value) != nil {
		return ""
	}
	return name + "=" + value
}

// runTogether reports whether an argument is several with commas between them.
func runTogether(arg string) bool {
	_, rest, found := strings.Cut(arg, ",")
	for part := range strings.SplitSeq(rest, ",") {
		name, _, _ := strings.Cut(part, "=")
		found = found && (part == "" || findKey(name) != nil)
	}
	return found
}

// set applies one argument.
func (o *options) set(name, value string, hasValue bool, seen map[string]bool) mistake {
	k := findKey(name)
	switch {
	case k == nil:
		return mistake{code: CodeKey, text: unknownKey(name)}
	case seen[name]:
		return mistake{code: CodeKey, text: "key " + name + " is given twice"}
	case k.flag && hasValue:
		return mistake{code: CodeValue, text: name + " takes no value"}
	case !k.flag && value == "":
		return mistake{code: CodeValue, text: name + " needs a value: " + name + "=..."}
	}
	seen[name] = true
	if problem := k.set(o, value); problem != "" {
		return mistake{code: CodeValue, text: name + "=" + value + ": " + problem}
	}
	return mistake{}
}

func findKey(name string) *key {
	for i := range keys {
		if keys[i].name == name {
			return &keys[i]
		}
	}
	return nil
}

func unknownKey(name string) string {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	if near := nearest(name, names); near != "" {
		return "unknown key " + name + "; did you mean " + near + "?"
	}
	return "unknown key " + name + "; the keys are " + strings.Join(names, ", ")
}
