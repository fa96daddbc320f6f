package gen

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Diff returns the unified diff from the file as it is to the file as it
// should be, or "" if they are equal.
func (f File) Diff() string {
	if !f.Stale() {
		return ""
	}
	name := filepath.ToSlash(f.Name)
	before, after := "a/"+name, "b/"+name
	if f.Old == nil {
		before = "/dev/null"
	}
	if f.New == nil {
		after = "/dev/null"
	}
	return fmt.Sprintf("--- %s\n+++ %s\n", before, after) + hunks(split(f.Old), split(f.New))
}

func split(text []byte) (lines []string) {
	for line := range strings.Lines(string(text)) {
		if !strings.HasSuffix(line, "\n") {
			line += "\n\\ No newline at end of file\n"
		}
		lines = append(lines, line)
	}
	return lines
}

// An edit is a line of a diff.
type edit struct {
	op   byte // ' ', '-' or '+'
	text string
}

// maxTable bounds the table of the comparison, in cells. Beyond it the middle
// parts count as entirely different, which is correct if not short.
const maxTable = 1 << 24

// edits returns the lines that lead from a to b by their longest common
// subsequence.
func edits(a, b []string) (list []edit) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		list = append(list, edit{' ', a[head]})
		head++
	}
	a, b = a[head:], b[head:]
	tail := 0
	for tail < len(a) && tail < len(b) && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	list = append(list, middle(a[:len(a)-tail], b[:len(b)-tail])...)
	for _, line := range a[len(a)-tail:] {
		list = append(list, edit{' ', line})
	}
	return list
}

func middle(a, b []string) (list []edit) {
	shared := func(i, j int) int { return 0 }
	if len(a)*len(b) <= maxTable {
		table := lengths(a, b)
		shared = func(i, j int) int { return table[i][j] }
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			list = append(list, edit{' ', a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && shared(i+1, j) >= shared(i, j+1):
			list = append(list, edit{'-', a[i]})
			i++
		default:
			list = append(list, edit{'+', b[j]})
			j++
		}
	}
	return list
}

// lengths returns the length of the longest common subsequence of a[i:] and
// b[j:] for all i and j.
func lengths(a, b []string) [][]int {
	table := make([][]int, len(a)+1)
	table[len(a)] = make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		table[i] = make([]int, len(b)+1)
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// around is how many equal lines a hunk shows before and after a change.
const around = 3

// hunks prints edits with the equal lines between far changes left out.
func hunks(a, b []string) string {
	list := edits(a, b)
	var out strings.Builder
	lineA, lineB := 1, 1
	for start := 0; start < len(list); {
		if !near(list, start) {
			start, lineA, lineB = start+1, lineA+1, lineB+1
			continue
		}
		end := start
		for end < len(list) && near(list, end) {
			end++
		}
		countA, countB := writeHunk(&out, list[start:end], lineA, lineB)
		start, lineA, lineB = end, lineA+countA, lineB+countB
	}
	return out.String()
}

// near reports whether a change is within reach of line i.
func near(list []edit, i int) bool {
	for k := max(0, i-around); k <= min(len(list)-1, i+around); k++ {
		if list[k].op != ' ' {
			return true
		}
	}
	return false
}

func writeHunk(out *strings.Builder, list []edit, lineA, lineB int) (countA, countB int) {
	for _, e := range list {
		if e.op != '+' {
			countA++
		}
		if e.op != '-' {
			countB++
		}
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", span(lineA, countA), span(lineB, countB))
	for _, e := range list {
		out.WriteByte(e.op)
		out.WriteString(e.text)
	}
	return countA, countB
}

// span is a hunk's range; an empty one stands at the line before.
func span(line, count int) string {
	if count == 0 {
		line--
	}
	return fmt.Sprintf("%d,%d", line, count)
}
