package gen

import (
	"embed"
	"path"
	"strings"

	"golang.org/x/tools/txtar"
)

// An Explanation says what a code means.
type Explanation struct {
	Code  Code
	Title string // such as "a value that cannot cross a process"
	Text  string // paragraphs, in lines

	Wrong   []Excerpt // files that get the diagnostic
	Message string    // what offing says of them
	Right   []Excerpt // how they should be
}

// An Excerpt is one file of an example.
type Excerpt struct {
	Name string // with slashes; p.go where there is one file only
	Text string
}

// explanations has a file for each code.
//
//go:embed explain/*.txtar
var explanations embed.FS

// Codes returns the codes of diagnostics, in order.
func Codes() (codes []Code) {
	entries, _ := explanations.ReadDir("explain") // embedded, so it is there
	for _, e := range entries {
		codes = append(codes, Code(strings.TrimSuffix(e.Name(), ".txtar")))
	}
	return codes
}

// Explain returns what a code means, and false if there is no such code.
func Explain(code Code) (Explanation, bool) {
	text, err := explanations.ReadFile("explain/" + string(code) + ".txtar")
	if err != nil {
		return Explanation{}, false
	}
	archive := txtar.Parse(text)
	e := Explanation{Code: code}
	title, rest, _ := strings.Cut(string(archive.Comment), "\n")
	e.Title, e.Text = title, strings.TrimSpace(rest)+"\n"
	for _, f := range archive.Files {
		dir, name, _ := strings.Cut(path.Clean(f.Name), "/")
		switch dir {
		case "wrong":
			e.Wrong = append(e.Wrong, Excerpt{name, string(f.Data)})
		case "right":
			e.Right = append(e.Right, Excerpt{name, string(f.Data)})
		case "message":
			e.Message = string(f.Data)
		}
	}
	return e, true
}
