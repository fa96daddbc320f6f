package main

import (
	"bytes"
	"os"
	"runtime/debug"
	"strings"

	"rsc.io/pdf"
)

//go:generate go tool offing

// A Document is the text of a PDF file.
type Document struct {
	Chapters []string // the top level of its outline
	Pages    []string
}

// Extract returns the text of a PDF file.
//
//offing:task timeout=2s
func Extract(path string) (*Document, error) {
	debug.SetMaxStack(8 << 20) // plenty; the usual limit of 1 GB takes a while to fill
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	reader, err := pdf.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	var d Document
	for _, chapter := range reader.Outline().Child {
		d.Chapters = append(d.Chapters, chapter.Title)
	}
	for n := range reader.NumPage() {
		d.Pages = append(d.Pages, text(reader.Page(n+1).Content().Text))
	}
	return &d, nil
}

// text joins the letters of a page. The library drops spaces: they are where the
// next letter is not beside the last one.
func text(letters []pdf.Text) string {
	var b strings.Builder
	for i, letter := range letters {
		if i > 0 {
			last := letters[i-1]
			switch {
			case letter.Y != last.Y:
				b.WriteByte('\n')
			case letter.X > last.X+last.W+1:
				b.WriteByte(' ')
			}
		}
		b.WriteString(letter.S)
	}
	return b.String()
}
