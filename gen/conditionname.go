package gen

import (
	"encoding/hex"
	"go/build/constraint"
	"strings"
	"unicode"
)

// output returns the name of a file with the condition; those of different conditions
// differ, whatever a file system makes of letters in upper case. Where the name does not
// say it all, it ends in a word that is no system: the line says it.
func (c *condition) output(base, end string) string {
	switch {
	case c == nil:
		return base + end
	case c.suffix != "":
		return base + c.suffix + end
	}
	words := wordsOf(c.expr)
	if conditionNamed(words) == c.String() {
		return base + "_" + words + "_only" + end
	}
	if len(words) > maxWords {
		words = strings.ToValidUTF8(words[:maxWords], "") + "_etc"
	}
	sum := digestOf([]byte(c.String()))
	return base + "_" + words + "_only_" + hex.EncodeToString(sum[:4]) + end
}

// maxWords is how long the part of a name may be that says a condition. File systems
// have names of 255 bytes, or of 143 if they encrypt them.
const maxWords = 100

// wordsOf returns a condition as a file name can say it. Others may have the same words.
func wordsOf(x constraint.Expr) string {
	words := strings.NewReplacer("!", "not_", " && ", "_and_", " || ", "_or_", "(", "", ")", "", ".", "_").Replace(x.String())
	return strings.ToLower(words)
}

// conditionNamed returns the one condition, as a //go:build line has it, that may have
// these words and nothing else in its name, or "" if they are not fit for that. They are
// read as a conjunction of alternatives, with a tag go1_N for a version of Go. Words that
// begin like those of external tests are left to these.
func conditionNamed(words string) string {
	unfit := func(r rune) bool { return r > unicode.MaxASCII }
	if len(words) > maxWords || strings.HasPrefix(words, "x_") || strings.ContainsFunc(words, unfit) {
		return ""
	}
	var all []string
	for _, either := range strings.Split(words, "_and_") {
		var tags []string
		for _, tag := range strings.Split(either, "_or_") {
			tag, negated := strings.CutPrefix(tag, "not_")
			if n, ok := strings.CutPrefix(tag, "go1_"); ok {
				tag = "go1." + n
			}
			if negated {
				tag = "!" + tag
			}
			tags = append(tags, tag)
		}
		all = append(all, "("+strings.Join(tags, " || ")+")")
	}
	x, err := constraint.Parse("//go:build " + strings.Join(all, " && "))
	if err != nil {
		return ""
	}
	return x.String()
}
