package main

import (
	"fmt"
	"strings"
)

const aboutCompletion = `The script completes verbs, flags, directories and the codes of diagnostics. For
one session run

	source <(offing completion bash)
	source <(offing completion zsh)
	offing completion fish | source

or, for all, write its output to a file where the shell looks for such scripts. It
is for the command offing by that name, as go install leaves it.
`

// shells are those that there is a script for.
var shells = []string{"bash", "fish", "zsh"}

// script returns the script for a shell, or "".
func script(shell string) string {
	switch shell {
	case "bash":
		return bash()
	case "fish":
		return fish()
	case "zsh":
		return zsh()
	}
	return ""
}

// completion prints the script for a shell.
func (c *command) completion() int {
	shell := c.args[0]
	if text := script(shell); text != "" {
		return c.print(text)
	}
	if near := meant(shell, shells); near != "" {
		return c.misused(fmt.Sprintf("unknown shell %q; did you mean %s?", shell, near))
	}
	return c.misused(fmt.Sprintf("unknown shell %q; the shells are %s", shell, strings.Join(shells, ", ")))
}

// words returns what may stand after a verb, other than a directory.
func (v verb) words() []string {
	switch v.name {
	case "explain":
		return codeNames()
	case "help":
		return verbNames()
	case "completion":
		return shells
	}
	return nil
}

// takesDirectory reports whether a directory may stand after a verb.
func (v verb) takesDirectory() bool { return v.packages || v.name == "init" }

// dashed returns the flags of a verb as they are written.
func (v verb) dashed() string {
	if v.flags == "" {
		return "-help"
	}
	return "-" + strings.Join(strings.Fields(v.flags), " -") + " -help"
}

func bash() string {
	var flags, words strings.Builder
	for _, v := range allVerbs() {
		fmt.Fprintf(&flags, "\t\t%s) words='%s' ;;\n", v.name, v.dashed())
		if list := v.words(); list != nil {
			fmt.Fprintf(&words, "\t\t%s) words='%s' dirs= ;;\n", v.name, strings.Join(list, " "))
		} else if !v.takesDirectory() {
			fmt.Fprintf(&words, "\t\t%s) dirs= ;;\n", v.name)
		}
	}
	verbs := strings.Join(verbNames(), " ")
	return `# Completes offing in bash.
_offing() {
	local IFS=$' \t\n' current=${COMP_WORDS[COMP_CWORD]} verb= words= dirs=1 i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*) ;;
		` + strings.ReplaceAll(verbs, " ", "|") + `) verb=${verb:-${COMP_WORDS[i]}} ;;
		*) verb=${verb:-generate} ;;
		esac
	done
	if [[ $current == -* ]]; then
		dirs=
		case ${verb:-generate} in
` + flags.String() + `		esac
	else
		case $verb in
		'') words='` + verbs + `' ;;
` + words.String() + `		esac
	fi
	IFS=$'\n'
	COMPREPLY=($(IFS=$' '; compgen -W "$words" -- "$current"))
	if [[ $dirs ]]; then
		COMPREPLY+=($(compgen -d -- "$current"))
	fi
}
complete -o filenames -F _offing offing
`
}

func zsh() string {
	var verbs, cases strings.Builder
	for _, v := range allVerbs() {
		fmt.Fprintf(&verbs, "\t\t'%s:%s'\n", v.name, v.summary)
		fmt.Fprintf(&cases, "\t%s)\n\t\tflags=(%s)\n", v.name, v.dashed())
		if list := v.words(); list != nil {
			fmt.Fprintf(&cases, "\t\twords_of=(%s) dirs=\n", strings.Join(list, " "))
		} else if !v.takesDirectory() {
			cases.WriteString("\t\tdirs=\n")
		}
		cases.WriteString("\t\t;;\n")
	}
	return `#compdef offing
# Completes offing in zsh.
_offing() {
	local -a verbs flags words_of
	local verb= dirs=1 word
	verbs=(
` + verbs.String() + `	)
	for word in ${words[2,CURRENT-1]}; do
		if [[ $word != -* && -z $verb ]]; then
			verb=${${(M)verbs:#$word:*}%%:*}
			verb=${verb:-generate}
		fi
	done
	case ${verb:-generate} in
` + cases.String() + `	esac
	if [[ $PREFIX == -* ]]; then
		compadd -- $flags
		return
	fi
	[[ -z $verb ]] && _describe verb verbs
	(( $#words_of )) && compadd -- $words_of
	[[ -n $dirs ]] && _files -/
}
compdef _offing offing
`
}

func fish() string {
	var out strings.Builder
	verbs := strings.Join(verbNames(), " ")
	out.WriteString("# Completes offing in fish.\n")
	for _, v := range allVerbs() {
		seen := fmt.Sprintf("'__fish_seen_subcommand_from %s'", v.name)
		unseen := fmt.Sprintf("'not __fish_seen_subcommand_from %s'", verbs)
		fmt.Fprintf(&out, "complete -c offing -n %s -a %s -d '%s'\n", unseen, v.name, v.summary)
		for _, f := range allFlags() {
			if v.takes(f.name) {
				fmt.Fprintf(&out, "complete -c offing -n %s -o %s -d '%s'\n", seen, f.name, f.summary)
			}
			if v.takes(f.name) && v.name == "generate" {
				fmt.Fprintf(&out, "complete -c offing -n %s -o %s -d '%s'\n", unseen, f.name, f.summary)
			}
		}
		if list := v.words(); list != nil {
			fmt.Fprintf(&out, "complete -c offing -f -n %s -a '%s'\n", seen, strings.Join(list, " "))
		} else if v.takesDirectory() {
			fmt.Fprintf(&out, "complete -c offing -f -n %s -a '(__fish_complete_directories)'\n", seen)
		}
	}
	return out.String()
}
