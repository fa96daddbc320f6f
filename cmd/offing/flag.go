package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// A flag is the same on every verb that takes it.
type flag struct {
	name    string
	summary string
	set     func(c *command)
}

func allFlags() []flag {
	return []flag{
		{"json", "print objects for programs, one a line, in place of lines for people", func(c *command) { c.json = true }},
		{"n", "write nothing, and print what would be written", func(c *command) { c.dry = true }},
		{"v", "print more: files that are current, what commands print, in a list what crosses", func(c *command) { c.more = true }},
		{"watch", "go on until interrupted, and generate again whenever a file is saved", func(c *command) { c.watch = true }},
	}
}

func flagNames() (names []string) {
	for _, f := range allFlags() {
		names = append(names, f.name)
	}
	return names
}

// isHelp reports whether an argument asks for the manual.
func isHelp(arg string) bool { return slices.Contains([]string{"-h", "-help", "--help"}, arg) }

// parse takes the arguments, in which flags may stand anywhere, or says what is
// wrong with them.
func (c *command) parse(args []string) (problem string) {
	var flags []string
	help := false
	for i, arg := range args {
		if arg == "--" {
			c.args = append(c.args, args[i+1:]...)
			break
		}
		switch {
		case isHelp(arg):
			help = true
		case len(arg) > 1 && arg[0] == '-':
			flags = append(flags, arg)
		default:
			c.args = append(c.args, arg)
		}
	}
	if problem = c.choose(); help {
		return c.ask()
	}
	for _, arg := range flags {
		if problem == "" {
			problem = c.flag(arg)
		}
	}
	if problem == "" {
		problem = c.arguments()
	}
	return problem
}

// choose takes the verb from the arguments. Without any it is generate.
func (c *command) choose() (problem string) {
	if len(c.args) == 0 {
		c.verb, _ = findVerb("generate")
		return ""
	}
	if v, ok := findVerb(c.args[0]); ok {
		c.verb, c.args, c.named = v, c.args[1:], true
		return ""
	}
	c.verb, _ = findVerb("generate")
	if !looksLikePackage(c.args[0]) {
		return unknownVerb(c.args[0])
	}
	return ""
}

// ask turns a command with -h into one for help.
func (c *command) ask() (problem string) {
	c.args = nil
	if c.named {
		c.args = []string{c.verb.name}
	}
	c.verb, _ = findVerb("help")
	return ""
}

// flag takes one flag.
func (c *command) flag(arg string) (problem string) {
	name := strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-")
	for _, f := range allFlags() {
		if f.name != name {
			continue
		}
		if !c.verb.takes(name) {
			return fmt.Sprintf("%s takes no flag -%s; run \"offing help %[1]s\"", c.verb.name, name)
		}
		f.set(c)
		return ""
	}
	return c.unknownFlag(arg, name)
}

// unknownFlag answers what is no flag.
func (c *command) unknownFlag(arg, name string) string {
	word, _, valued := strings.Cut(name, "=")
	taken := slices.DeleteFunc(flagNames(), func(flag string) bool { return !c.verb.takes(flag) })
	if slices.Contains(taken, word) && valued {
		return fmt.Sprintf("flag -%s takes no value", word)
	}
	if near := meant(word, taken); near != "" && len(word) > 1 {
		return fmt.Sprintf("unknown flag %s; did you mean -%s?", arg, near)
	}
	if c.verb.name == "vet" && word == "fix" {
		return "vet changes no files; to apply fixes run go vet -vettool=$(go tool -n offing) -fix ./..."
	}
	if _, ok := findVerb(word); ok {
		return fmt.Sprintf("unknown flag %s; did you mean the verb %q?", arg, word)
	}
	if len(taken) == 0 {
		return fmt.Sprintf("unknown flag %s; %s takes none", arg, c.verb.name)
	}
	return fmt.Sprintf("unknown flag %s; %s takes -%s", arg, c.verb.name, strings.Join(taken, ", -"))
}

// arguments checks what is neither verb nor flag.
func (c *command) arguments() (problem string) {
	if c.verb.packages {
		for _, arg := range c.args {
			if problem = unfitPackage(arg); problem != "" {
				return problem
			}
		}
		return ""
	}
	switch n := len(c.args); {
	case n > c.verb.most && c.verb.most == 0:
		return fmt.Sprintf("%s takes no arguments", c.verb.name)
	case n > c.verb.most:
		return fmt.Sprintf("%s takes one argument: offing %[1]s %s", c.verb.name, c.verb.args)
	case n < c.verb.least:
		return fmt.Sprintf("%s needs an argument: offing %[1]s %s", c.verb.name, c.verb.args)
	}
	return ""
}

// looksLikePackage reports whether an argument may be meant as a package.
func looksLikePackage(arg string) bool { return strings.ContainsAny(arg, `./\`) || isDir(arg) }

// unfitPackage says why an argument is no package, if it is plain from its look.
// What there is on the disk comes later.
func unfitPackage(arg string) (problem string) {
	if looksLikePackage(arg) {
		return ""
	}
	if _, ok := findVerb(arg); ok {
		return fmt.Sprintf("a second verb, or one after a directory: %q; give one, before the packages", arg)
	}
	return fmt.Sprintf("%q is not a directory; packages are directories such as . or ./...", arg)
}

func isDir(name string) bool {
	found, err := os.Stat(name)
	return err == nil && found.IsDir()
}

// unknownVerb answers a first word that is neither a verb nor a directory.
func unknownVerb(word string) string {
	if near := meant(word, verbNames()); near != "" {
		return fmt.Sprintf("unknown verb %q; did you mean %q?", word, near)
	}
	if meant(word, []string{"watch"}) != "" {
		return fmt.Sprintf("unknown verb %q; did you mean \"offing generate -watch\"?", word)
	}
	return fmt.Sprintf("unknown verb %q; run \"offing help\"", word)
}
