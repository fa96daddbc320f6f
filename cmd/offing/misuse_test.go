package main

import "testing"

// TestMisuse holds what a wrong command line gets: status 2, and on standard error
// what was meant.
func TestMisuse(t *testing.T) {
	var list []tried
	for _, c := range [][2]string{
		{"list ./nowhere", "not a directory"},
		{"explain OF1O4", "unknown code \"OF1O4\"; did you mean OF104?\n"},
		{"explain nonsense", "unknown code \"nonsense\"; \"offing explain\" lists the codes\n"},
		{"explain OF104 OF105", "explain takes one argument: offing explain [CODE]\n"},
		{"explain -v", "explain takes no flag -v; run \"offing help explain\"\n"},
		{"completion", "completion needs an argument: offing completion bash|zsh|fish\n"},
		{"completion bsh", "unknown shell \"bsh\"; did you mean bash?\n"},
		{"completion powershell", "unknown shell \"powershell\"; the shells are bash, fish, zsh\n"},
		{"lits", `did you mean "list"?`},
		{"chekc", `offing: unknown verb "chekc"; did you mean "check"?` + "\n"},
		{"gen", `unknown verb "gen"; did you mean "generate"?`},
		{"frobnicate", `unknown verb "frobnicate"; run "offing help"`},
		{"check -watch", "check takes no flag -watch; run \"offing help check\"\n"},
		{"check -wacth", "unknown flag -wacth; check takes -json, -n, -v\n"},
		{"check -watch=1", "unknown flag -watch=1; check takes -json, -n, -v\n"},
		{"version -jsno", "unknown flag -jsno; did you mean -json?\n"},
		{"completion bash -jsno", "unknown flag -jsno; completion takes none\n"},
		{"vet -fix", "vet changes no files; to apply fixes run go vet -vettool=$(go tool -n offing) -fix ./...\n"},
		{"check -fix", "unknown flag -fix; check takes -json, -n, -v\n"},
		{"watch", "unknown verb \"watch\"; did you mean \"offing generate -watch\"?\n"},
		{"wacth", "unknown verb \"wacth\"; did you mean \"offing generate -watch\"?\n"},
		{"help watch", "unknown verb \"watch\"; did you mean \"offing generate -watch\"?\n"},
		{"-x", "unknown flag -x; generate takes -json, -n, -v, -watch\n"},
		{"-jsno", "unknown flag -jsno; did you mean -json?\n"},
		{"--wacth", "unknown flag --wacth; did you mean -watch?\n"},
		{"-check", "unknown flag -check; did you mean the verb \"check\"?\n"},
		{"-json=false", "flag -json takes no value\n"},
		{"version .", "version takes no arguments\n"},
		{"help chekc", `unknown verb "chekc"; did you mean "check"?`},
		{"check check", "a second verb, or one after a directory: \"check\"; give one, before the packages\n"},
		{"check packages", `"packages" is not a directory; packages are directories such as . or ./...`},
		{"-- -x", `unknown verb "-x"`},
		{"example.com/p", "example.com/p: patterns are directories: write .\n"},
		{"check example.com/p/jobs/...", "patterns are directories: write ./jobs/...\n"},
		{"example.com/other", "example.com/other: not a directory; patterns are directories, not import paths"},
		{"q.go", "q.go: not a directory\n"},
		{"p.go", "p.go: this is a file; give its directory: .\n"},
		{"./p.go", "give its directory: .\n"},
		{"./nowhere", "not a directory"},
		{"init p.go", "p.go is a file; give a directory\n"},
		{"init a b", "init takes one argument: offing init [dir]\n"},
	} {
		list = append(list, tried{c[0], good, misuse, "", c[1]})
	}
	try(t, list)
}
