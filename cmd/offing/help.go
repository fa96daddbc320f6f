package main

import (
	"fmt"
	"strings"

	"github.com/offing-go/offing/gen"
)

// help prints the manual, or what there is to know of one verb.
func (c *command) help() int {
	if len(c.args) == 0 {
		return c.print(manual())
	}
	v, ok := findVerb(c.args[0])
	if !ok {
		return c.misused(unknownVerb(c.args[0]))
	}
	return c.print(v.manual())
}

// usage returns a line for each verb.
func usage() string {
	var out strings.Builder
	head := "usage: "
	for _, v := range allVerbs() {
		fmt.Fprintf(&out, "%soffing %-29s%s\n", head, v.synopsis(), v.summary)
		head = "       "
	}
	return out.String()
}

// synopsis returns how the manual writes a verb with its arguments.
func (v verb) synopsis() string {
	name := v.name
	if name == "generate" {
		name = "[generate]"
	}
	return strings.TrimSpace(name + " " + v.args)
}

// flagLines returns what the manual says of flags, a line for each.
func flagLines(takes func(flag string) bool) string {
	var out strings.Builder
	for _, f := range allFlags() {
		if takes(f.name) {
			fmt.Fprintf(&out, "\t-%-8s%s\n", f.name, f.summary)
		}
	}
	return out.String()
}

// manual is what help prints.
func manual() string {
	return usage() + "\nThe flags, which may stand anywhere, are\n\n" + flagLines(func(string) bool { return true }) + `
The first three go with every verb that reads packages or writes files, -json with
explain and version too, -watch with generate. Run "offing help VERB" for more.

Packages are directories, or directories with /... for all packages below;
without any it is the package in the working directory.

The directive, at the end of the doc comment of a function or method, is
//offing:task. There are //offing:state for functions that open the state of a worker,
whose methods may be tasks, //offing:error for error variables and types, and
//offing:union for interface types, which takes the types that they may hold. The
keys of a task are

	` + strings.Join(gen.Keys(), "\n\t") + `

The exit status is 0 if all is well, 1 if something is to be mended, 2 if the
command line is.

See "go doc github.com/offing-go/offing/cmd/offing" for more.
`
}

// manual is what help prints of one verb.
func (v verb) manual() string {
	line := "usage: offing " + v.synopsis()
	for _, f := range strings.Fields(v.flags) {
		line += " [-" + f + "]"
	}
	text := line + "\n\n" + sentence(v.summary) + "\n"
	if v.about != "" {
		text += "\n" + v.about
	}
	if v.flags != "" {
		text += "\n" + flagLines(v.takes)
	}
	return text
}

// sentence returns a summary as one.
func sentence(summary string) string {
	return strings.ToUpper(summary[:1]) + summary[1:] + "."
}
