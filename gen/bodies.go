package gen

import (
	"bytes"
	"slices"
)

// withoutBodies returns the text of a file with the bodies of its functions blanked, so
// that every position stays what it is: nobody looks at bodies, and to parse them is most
// of what parsing takes. A body stays if somebody might look at it after all (see keeps).
// Text whose braces it cannot follow stays as a whole, for the parser to say what is
// wrong. It changes nothing of text, and may return it.
//
// It knows no more of Go than that strings, runes and comments may have braces in them,
// that func at the beginning of a line begins a function at top level, and where a
// signature ends.
func withoutBodies(text []byte) []byte {
	out := text
	for i := 0; i < len(text); {
		if !beginsFunc(text, i) {
			if i = skip(text, i); i < 0 {
				return text
			}
			continue
		}
		begin, end := body(text, i+len(funcWord))
		if end < 0 {
			return text
		}
		if i = end; begin < 0 || keeps(text[begin:end]) {
			continue
		}
		if &out[0] == &text[0] {
			out = slices.Clone(text)
		}
		blank(out[begin+1 : end])
	}
	return out
}

const funcWord = "func"

// beginsFunc reports whether a declaration of a function begins at i, which is neither in
// a string nor in a comment.
func beginsFunc(text []byte, i int) bool {
	rest := text[i:]
	return rest[0] == 'f' && (i == 0 || text[i-1] == '\n') && bytes.HasPrefix(rest, []byte(funcWord)) &&
		len(rest) > len(funcWord) && (rest[len(funcWord)] == ' ' || rest[len(funcWord)] == '\t' || rest[len(funcWord)] == '(')
}

// skip returns where what begins at i ends: a string, a rune, a comment, or else the one
// byte. It is -1 if it does not end.
func skip(text []byte, i int) int {
	switch text[i] {
	case '"', '\'':
		return quoted(text, i)
	case '`':
		return after(text, i+1, "`")
	case '/':
		switch rest := text[i+1:]; {
		case len(rest) > 0 && rest[0] == '/':
			if end := bytes.IndexByte(rest, '\n'); end >= 0 {
				return i + 1 + end
			}
			return len(text)
		case len(rest) > 0 && rest[0] == '*':
			return after(text, i+2, "*/")
		}
	}
	return i + 1
}

// after returns where the first end from i on ends, or -1.
func after(text []byte, i int, end string) int {
	if n := bytes.Index(text[i:], []byte(end)); n >= 0 {
		return i + n + len(end)
	}
	return -1
}

// quoted returns where the string or rune that begins at i ends, or -1.
func quoted(text []byte, i int) int {
	for at := i + 1; at < len(text) && text[at] != '\n'; at++ {
		switch text[at] {
		case '\\':
			at++
		case text[i]:
			return at + 1
		}
	}
	return -1
}

// body returns where the body of a function begins and ends, of which the rest of the
// signature begins at i: the places of its braces. If it has none, begin is -1 and end
// where the signature ends. If that cannot be told, end is -1.
func body(text []byte, i int) (begin, end int) {
	typed := false // the last word was struct or interface, whose braces these are
	for i >= 0 && i < len(text) {
		switch c := text[i]; {
		case c == '\n' || c == ';':
			return -1, i
		case c == '{' && !typed:
			return i, closing(text, i, '}')
		case c == '{':
			i, typed = inside(closing(text, i, '}')), false
		case c == '(':
			i, typed = inside(closing(text, i, ')')), false
		case c == '[':
			i, typed = inside(closing(text, i, ']')), false
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case isLetter(c):
			n := i
			for n < len(text) && isLetter(text[n]) {
				n++
			}
			word := string(text[i:n])
			i, typed = n, word == "struct" || word == "interface"
		case c == '/':
			i = skip(text, i) // a comment
		default:
			i, typed = skip(text, i), false
		}
	}
	return -1, i
}

// inside returns what follows a place, or -1 if that is none.
func inside(i int) int {
	if i < 0 {
		return i
	}
	return i + 1
}

// isLetter reports whether c may be in a word: a byte of a letter beyond ASCII counts.
func isLetter(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80
}

// closing returns where what opens at i is closed, or -1.
func closing(text []byte, i int, close byte) int {
	open, depth := text[i], 0
	for i >= 0 && i < len(text) {
		switch text[i] {
		case open:
			depth++
		case close:
			if depth--; depth == 0 {
				return i
			}
		case '"', '\'', '`', '/':
			i = skip(text, i)
			continue
		}
		i++
	}
	return -1
}

// keeps reports whether somebody might look at a body: one that speaks of offing, as a
// directive at a wrong place does; one that says on which line what follows is; and one
// with a declaration at the beginning of a line, which has the next function in it, since
// its own end is missing.
func keeps(body []byte) bool {
	for i, c := range body {
		rest := body[i:]
		switch c {
		case 'f', 'F':
			if len(rest) >= 5 && bytes.EqualFold(rest[:5], []byte("ffing")) {
				return true
			}
		case '/':
			if bytes.HasPrefix(rest, []byte("//line")) || bytes.HasPrefix(rest, []byte("/*line")) {
				return true
			}
		case '\n':
			if declares(rest[1:]) {
				return true
			}
		}
	}
	return false
}

// declares reports whether a line begins with a declaration.
func declares(line []byte) bool {
	n := 0
	for n < len(line) && isLetter(line[n]) {
		n++
	}
	switch string(line[:n]) {
	case "func", "type", "var", "const", "import":
		return true
	}
	return false
}

// blank replaces what is not the end of a line.
func blank(text []byte) {
	for i, c := range text {
		if c != '\n' {
			text[i] = ' '
		}
	}
}
