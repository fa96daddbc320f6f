package main

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// writePapers writes PDF files to a folder: three good ones, and three that no
// program should be given.
func writePapers(folder string) error {
	for name, content := range map[string][]byte{
		"hamlet.pdf": paper("Act III", "To be, or not to be, that is the question:", "Whether 'tis nobler in the mind to suffer"),
		"milton.pdf": paper("Book I", "Of man's first disobedience, and the fruit", "Of that forbidden tree, whose mortal taste"),
		"sonnet.pdf": paper("18", "Shall I compare thee to a summer's day?", "Thou art more lovely and more temperate."),
		"index.pdf":  endlessOutline(),
		"loop.pdf":   endlessPages(),
		"scan.pdf":   endlessRows(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// The objects that all papers have, by their numbers in the file.
const (
	catalog = "<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R >>"
	pages   = "<< /Type /Pages /Kids [5 0 R] /Count 1 >>"
	outline = "<< /First 4 0 R >>"
	page    = "<< /Type /Page /Parent 2 0 R /Contents 6 0 R /Resources << /Font << /F 7 0 R >> >> >>"
)

func chapter(title string) string { return fmt.Sprintf("<< /Title (%s) >>", title) }

// paper returns a good PDF file of one chapter on one page.
func paper(title string, lines ...string) []byte {
	shown := "BT /F 12 Tf 14 TL 72 720 Td (" + strings.Join(lines, ") Tj T* (") + ") Tj ET"
	font := "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding" +
		" /FirstChar 32 /LastChar 126 /Widths [" + strings.Repeat("600 ", 95) + "] >>"
	return assemble(catalog, pages, outline, chapter(title), page, stream("", shown), font)
}

// endlessOutline has a chapter whose first part is itself: a reader that follows
// it by recursion fills its stack.
func endlessOutline() []byte {
	return assemble(catalog, pages, outline, "<< /Title (Chapter 1) /First 4 0 R >>", page)
}

// endlessPages has a page tree that contains itself: a reader that looks for the
// first page in it never gets there.
func endlessPages() []byte {
	return assemble(catalog, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>", outline, chapter("Chapter 1"))
}

// endlessRows has a page that is compressed in rows of a terabyte: a reader that
// makes room for one row asks for that much memory.
func endlessRows() []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte("a short row")) // a bytes.Buffer takes all
	z.Close()
	rows := "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 1099511627776 >>"
	return assemble(catalog, pages, outline, chapter("Chapter 1"), page, stream(rows, b.String()))
}

func stream(parameters, content string) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(content), parameters, content)
}

// assemble returns a PDF file of objects, which have the numbers from 1 on.
func assemble(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var table strings.Builder // where each object is
	for i, object := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n%s", len(objects)+1, table.String())
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}
