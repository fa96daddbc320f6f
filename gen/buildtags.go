package gen

import (
	"go/build"
	"os"
	"os/exec"
	"strings"
	"sync"
	"unicode"
)

// buildContext returns a function that returns what decides whether a file is
// built: the platform, and the tags that the go command would take in dir. It
// is a function since most packages have no file that depends on tags, and to
// ask the go command takes time.
func buildContext(dir string) func() *build.Context {
	return sync.OnceValue(func() *build.Context {
		c := build.Default
		c.BuildTags = buildTags(goFlags(dir))
		return &c
	})
}

// goFlags returns the setting GOFLAGS: that of the environment, or else what
// "go env -w" has written.
func goFlags(dir string) string {
	if flags := os.Getenv("GOFLAGS"); flags != "" {
		return flags
	}
	cmd := exec.Command("go", "env", "GOFLAGS")
	cmd.Dir = dir
	out, _ := cmd.Output() // without a go command there is no such setting
	return string(out)
}

// buildTags returns the tags in a GOFLAGS: of several -tags the last one holds.
func buildTags(flags string) (tags []string) {
	for _, flag := range words(flags) {
		name, value, _ := strings.Cut(strings.TrimPrefix(flag, "-"), "=")
		if name == "-tags" || strings.HasPrefix(flag, "-") && name == "tags" {
			tags = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
		}
	}
	return tags
}

// words parts a GOFLAGS as the go command does: at spaces, except in a word in
// quotes.
func words(s string) (list []string) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		var word string
		if quote := s[:1]; quote == `"` || quote == "'" {
			word, s, _ = strings.Cut(s[1:], quote)
		} else if end := strings.IndexFunc(s, unicode.IsSpace); end >= 0 {
			word, s = s[:end], s[end:]
		} else {
			word, s = s, ""
		}
		list = append(list, word)
	}
	return list
}
