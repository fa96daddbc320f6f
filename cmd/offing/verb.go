package main

import (
	"slices"
	"strings"

	"github.com/offing-go/offing/gen"
)

// A verb is one thing that the command does.
type verb struct {
	name     string
	args     string // as the manual writes them
	packages bool   // the arguments are packages
	least    int    // how many other arguments there are
	most     int
	flags    string // those that it takes, parted by spaces
	summary  string
	about    string // what else there is to know
	run      func(c *command) int
}

// ofPackages are the flags of verbs that read packages.
const ofPackages = "json n v"

// allVerbs returns the verbs as the manual orders them.
func allVerbs() []verb {
	return []verb{
		{
			name: "generate", args: "[packages]", packages: true, flags: ofPackages + " watch",
			summary: "write offing_gen.go where it changed", about: aboutGenerate, run: (*command).generate,
		},
		{
			name: "check", args: "[packages]", packages: true, flags: ofPackages,
			summary: "name what is stale, missing or wrong; write nothing", about: aboutCheck, run: (*command).check,
		},
		{
			name: "diff", args: "[packages]", packages: true, flags: ofPackages,
			summary: "print the unified diff that generate would apply", about: aboutDiff, run: (*command).diff,
		},
		{
			name: "list", args: "[packages]", packages: true, flags: ofPackages,
			summary: "print the tasks, states and errors", about: aboutList, run: (*command).list,
		},
		{
			name: "vet", args: "[packages]", packages: true, flags: ofPackages,
			summary: "find mistakes that compile", about: aboutVet, run: (*command).vet,
		},
		{
			name: "explain", args: "[CODE]", most: 1, flags: "json",
			summary: "print what a diagnostic means, with a wrong and a right example", about: aboutExplain, run: (*command).explain,
		},
		{
			name: "init", args: "[dir]", most: 1, flags: ofPackages,
			summary: "write a first task, and a program and a test that run it", about: aboutInit, run: (*command).scaffold,
		},
		{
			name: "completion", args: "bash|zsh|fish", least: 1, most: 1,
			summary: "print a script that completes command lines", about: aboutCompletion, run: (*command).completion,
		},
		{
			name: "version", flags: "json",
			summary: "print the version", run: (*command).version,
		},
		{
			name: "help", args: "[VERB]", most: 1,
			summary: "print this, or what there is to know of a verb", run: (*command).help,
		},
	}
}

// verbNames returns the names of the verbs.
func verbNames() (names []string) {
	for _, v := range allVerbs() {
		names = append(names, v.name)
	}
	return names
}

// findVerb returns the verb of that name.
func findVerb(name string) (verb, bool) {
	for _, v := range allVerbs() {
		if v.name == name {
			return v, true
		}
	}
	return verb{}, false
}

// takes reports whether a verb has a flag.
func (v verb) takes(flag string) bool { return slices.Contains(strings.Fields(v.flags), flag) }

// meant returns the word that somebody who wrote another one may have had in
// mind, or "": the one that is most like it, or the only one that begins so.
func meant(word string, words []string) string {
	if near := gen.Nearest(word, words); near != "" {
		return near
	}
	found := ""
	for _, w := range words {
		if strings.HasPrefix(w, word) && len(word) > 1 {
			if found != "" {
				return ""
			}
			found = w
		}
	}
	return found
}
