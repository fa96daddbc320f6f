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

// verbs are the directives.
var verbs = map[string]bool{"task": true, "error": true, "union": true, "state": true}

// belongs says what each directive marks.
var belongs = map[string]string{
	"task": "a function", "error": "an error variable or an error type", "union": "an interface type",
	"state": "a function that opens the state of a worker",
}

// bare are the directives that take nothing.
var bare = map[string]bool{"error": true, "state": true}

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
		return notDuration(value)
	}
	if d <= 0 {
		return "must be positive; leave the key out for no limit"
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
	if token.IsKeyword(value) {
		return "a word of the language; write a name such as Thumb"
	}
	if !token.IsIdentifier(value) || value == "_" {
		return "not an identifier; write a name such as Thumb"
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
		return o, []mistake{{d.ArgsPos, CodeValue, "a quotation mark is not closed; write the keys without"}}
	}
	args, m := reread(args)
	if m.text != "" {
		bad = append(bad, m)
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

// set applies one argument.
func (o *options) set(name, value string, hasValue bool, seen map[string]bool) mistake {
	k := findKey(name)
	switch {
	case k == nil:
		return mistake{code: CodeKey, text: unknownKey(name)}
	case seen[name]:
		return mistake{code: CodeKey, text: "key " + name + " is given twice; keep one"}
	case k.flag && hasValue:
		return mistake{code: CodeValue, text: name + " takes no value; write " + name + ", or leave it out"}
	case !k.flag && value == "":
		return mistake{code: CodeValue, text: name + " needs a value; write " + k.example}
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
