package gen

import (
	"go/ast"
	"strings"
	"time"
)

// reread returns the arguments of a directive as they were meant, where they are
// written by the rules of something else, and one mistake that has them all.
func reread(args []ast.DirectiveArg) (list []ast.DirectiveArg, m mistake) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if strings.HasPrefix(arg.Arg, "//") {
			return list, mistake{arg.Pos, CodeSpelling, "a directive takes no comment; put it in a line above"}
		}
		words, used, why := meantBy(args[i:])
		if why != "" && m.text == "" {
			m = mistake{arg.Pos, CodeValue, why}
		}
		for _, word := range words {
			list = append(list, ast.DirectiveArg{Arg: word, Pos: arg.Pos})
		}
		i += used - 1
	}
	if m.text != "" {
		var words []string
		for _, arg := range list {
			words = append(words, arg.Arg)
		}
		m.text += ": write " + strings.Join(words, " ")
	}
	return list, m
}

// meantBy returns what the first of some arguments was meant to be, how many are
// part of it, and why that is not how it is written.
func meantBy(args []ast.DirectiveArg) (words []string, used int, why string) {
	arg := args[0].Arg
	if text, used := spaced(args); text != "" {
		return []string{text}, used, "there are no spaces around ="
	}
	if runTogether(arg) {
		list := strings.FieldsFunc(arg, func(r rune) bool { return r == ',' || r == ';' })
		return list, 1, "keys are parted by spaces"
	}
	name, value, hasValue := strings.Cut(arg, "=")
	if colon, rest, ok := strings.Cut(name, ":"); ok && findKey(colon) != nil && !hasValue {
		used = 1
		if rest == "" && len(args) > 1 {
			rest, used = args[1].Arg, 2
		}
		return []string{colon + "=" + rest}, used, "a key has its value after ="
	}
	if k := findKey(name); k == nil || k.flag {
		return []string{arg}, 1, ""
	}
	if bare := strings.Trim(value, "\"'`"); bare != value && bare != "" {
		return []string{name + "=" + bare}, 1, "values have no quotes"
	}
	if len(args) > 1 && name == "timeout" && number().MatchString(value) && isUnit(args[1].Arg) {
		return []string{arg + args[1].Arg}, 2, "a unit follows its number at once"
	}
	return []string{arg}, 1, ""
}

// spaced returns key=value if args begin with that, with spaces around the sign,
// and how many of them.
func spaced(args []ast.DirectiveArg) (text string, used int) {
	var words [3]string
	for i := range min(len(words), len(args)) {
		words[i] = args[i].Arg
	}
	name, value, used := words[0], words[1], 2
	switch {
	case strings.HasSuffix(name, "="):
		name = strings.TrimSuffix(name, "=")
	case value == "=":
		value, used = words[2], 3
	case strings.HasPrefix(value, "="):
		value = value[1:]
	default:
		return "", 0
	}
	if value == "" || strings.Contains(value, "=") || findKey(name) == nil || findKey(value) != nil {
		return "", 0
	}
	return name + "=" + value, used
}

// runTogether reports whether an argument is several with commas between them.
func runTogether(arg string) bool {
	_, rest, found := strings.Cut(strings.ReplaceAll(arg, ";", ","), ",")
	for part := range strings.SplitSeq(rest, ",") {
		name, _, _ := strings.Cut(part, "=")
		found = found && (part == "" || findKey(name) != nil)
	}
	return found
}

var (
	number  = compiled(`^[0-9]+$`)
	days    = compiled(`^[0-9]+ ?d(ays?)?$`)
	oneUnit = compiled(`^[0-9]+(\pL+)$`)
)

func isUnit(word string) bool {
	_, err := time.ParseDuration("1" + word)
	return err == nil
}

// notDuration says of a value that it is no duration, and what it may have meant.
func notDuration(value string) string {
	switch {
	case number().MatchString(value):
		return "a duration has a unit; write " + value + "s or " + value + "ms"
	case days().MatchString(value):
		return "there is no unit of a day; write hours, such as 24h"
	}
	if m := oneUnit().FindStringSubmatch(value); m != nil && isUnit(m[1]) {
		return "longer than can be counted; leave the key out for no limit"
	}
	return "not a duration; write one such as 2s or 150ms"
}

// elsewhere says where what is no key is said.
var elsewhere = map[string]string{
	"workers":  "how many workers there are is Workers of process.Config or runtime.PoolConfig",
	"memory":   "what memory workers have is Memory of process.Config",
	"queue":    "how long the queue is, is Queue of process.Config or runtime.PoolConfig",
	"pool":     "the pool is what the call gets as its executor",
	"priority": "the priority of calls is given by runtime.Priority, around the executor",
	"limit":    "how many calls there may be at once is given by runtime.Limit, around the executor",
	"rate":     "how many calls there may be at once is given by runtime.Limit, around the executor",
	"chunk":    "how many items go together is an option of the Map: runtime.Chunk",
	"window":   "how many items are on their way is an option of the Map: runtime.Window",
}

// sameAs are words for keys that are too unlike them to be typing errors.
var sameAs = map[string]string{
	"retry": "retries", "tries": "retries", "attempts": "retries", "deadline": "timeout",
	"as": "name", "prefix": "name", "alias": "future", "inprocess": "local", "goroutine": "local", "goroutines": "local",
}

// unknownKey answers a key that there is not.
func unknownKey(name string) string {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	lower := strings.ToLower(strings.TrimLeft(name, "-"))
	near := nearest(name, names)
	switch {
	case findKey(lower) != nil:
		near = lower
	case near == "":
		near = sameAs[lower]
	}
	switch {
	case near != "":
		return "unknown key " + name + "; did you mean " + near + "?"
	case elsewhere[lower] != "":
		return "unknown key " + name + "; " + elsewhere[lower]
	}
	return "unknown key " + name + "; the keys are " + strings.Join(names, ", ")
}
