package main

import (
	"fmt"
	"strings"

	"github.com/offing-go/offing/gen"
)

const aboutExplain = `The code is what stands in brackets at the end of a diagnostic, such as OF104.
Without one all codes are listed.
`

// explain prints what a code means.
func (c *command) explain() int {
	if len(c.args) == 0 {
		return c.codes()
	}
	asked := c.args[0]
	code := gen.Code(strings.ToUpper(strings.Trim(asked, "[]")))
	if !strings.HasPrefix(string(code), "OF") {
		code = "OF" + code
	}
	e, ok := gen.Explain(code)
	if !ok {
		return c.misused(unknownCode(asked, code))
	}
	if c.json {
		object(c.stdout, explainedOf(e))
		return fine
	}
	return c.print(explanation(e))
}

// codes lists what there is to explain.
func (c *command) codes() int {
	text := ""
	for _, code := range gen.Codes() {
		e, _ := gen.Explain(code)
		if c.json {
			object(c.stdout, explainedOf(e))
		} else {
			text += string(code) + "  " + e.Title + "\n"
		}
	}
	return c.print(text)
}

func unknownCode(asked string, code gen.Code) string {
	if near := gen.Nearest(string(code), codeNames()); near != "" {
		return fmt.Sprintf("unknown code %q; did you mean %s?", asked, near)
	}
	return fmt.Sprintf("unknown code %q; \"offing explain\" lists the codes", asked)
}

func codeNames() (names []string) {
	for _, code := range gen.Codes() {
		names = append(names, string(code))
	}
	return names
}

// explanation returns an explanation for people.
func explanation(e gen.Explanation) string {
	return string(e.Code) + ": " + e.Title + "\n\n" + e.Text +
		"\nWrong:\n\n" + excerpts(e.Wrong) + "\n" + e.Message + "\nRight:\n\n" + excerpts(e.Right)
}

// excerpts returns files, indented; where there are several each has its name
// above.
func excerpts(files []gen.Excerpt) string {
	var out strings.Builder
	for i, f := range files {
		if len(files) > 1 {
			if i > 0 {
				out.WriteString("\n")
			}
			out.WriteString("    // " + f.Name + "\n")
		}
		for line := range strings.Lines(f.Text) {
			out.WriteString(strings.TrimRight("    "+line, " \n") + "\n")
		}
	}
	return out.String()
}

// An explained is an explanation as a JSON object.
type explained struct {
	Code    gen.Code          `json:"code"`
	Title   string            `json:"title"`
	Text    string            `json:"text"`
	Wrong   map[string]string `json:"wrong"` // by file name
	Message string            `json:"message"`
	Right   map[string]string `json:"right"`
}

func explainedOf(e gen.Explanation) explained {
	return explained{e.Code, e.Title, e.Text, byName(e.Wrong), e.Message, byName(e.Right)}
}

func byName(files []gen.Excerpt) map[string]string {
	m := map[string]string{}
	for _, f := range files {
		m[f.Name] = f.Text
	}
	return m
}
