package main

import (
	"strings"
	"text/template"
)

//go:generate go tool offing

// Render executes a template that a user has sent. Templates are programs: this one may
// never end, or ask for more memory than there is.
//
//offing:task timeout=2s
func Render(text string) (string, error) {
	t, err := template.New("upload").Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.Execute(&out, nil)
	return out.String(), err
}
