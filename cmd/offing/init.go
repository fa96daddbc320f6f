package main

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

const aboutInit = `Init writes square.go with a task and the go:generate line, main.go, and tests,
to a directory, which it makes if there is none; without one to the working
directory. To a package that is there already it adds what that does not have.
Where there is no module it writes go.mod, and it runs "go get -tool" where the
module does not have offing. It never changes a file of yours but go.mod and go.sum,
and says what to do next.
`

// toolPath is the import path of this command.
const toolPath = "github.com/offing-go/offing/cmd/offing"

// scaffolds are the files that init writes, with .txt at the end.
//
//go:embed scaffold/*.txt
var scaffolds embed.FS

// scaffold writes a first task and what runs it.
func (c *command) scaffold() int {
	dir := "."
	if len(c.args) > 0 {
		dir = c.args[0]
	}
	if found, err := os.Stat(dir); err == nil && !found.IsDir() {
		return c.misused(dir + " is a file; give a directory")
	}
	there, err := survey(dir)
	if err != nil {
		return c.failed(err)
	}
	if taken := there.taken(); taken != "" {
		return c.failed(errors.New(taken + "; init needs that name, give it another directory"))
	}
	if !c.dry {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return c.failed(err)
		}
	}
	for _, f := range there.wanted() {
		if err := c.create(filepath.Join(dir, f.name), f.text); err != nil {
			return c.failed(err)
		}
	}
	status := fine
	if !there.hasTool {
		status = c.getTool(dir, there.toolArgs())
	}
	c.next(dir, there, status)
	return status
}

// A sheet is a file to be written.
type sheet struct{ name, text string }

// wanted returns the files that the package lacks.
func (s site) wanted() (list []sheet) {
	if s.module == "" {
		list = append(list, sheet{"go.mod", "module " + s.path + "\n\ngo 1.26.0\n"})
	}
	names := []string{"square.go"}
	if s.pkg == "main" && s.lacks("main", "main.go") {
		names = append(names, "main.go")
	}
	if s.lacks("TestMain", "main_test.go") {
		names = append(names, "main_test.go")
	}
	for _, name := range append(names, "square_test.go") {
		text, _ := scaffolds.ReadFile(path.Join("scaffold", name+".txt")) // embedded, so it is there
		code := strings.Replace(string(text), "package main", "package "+s.pkg, 1)
		if s.generates {
			code = strings.Replace(code, generateLine+"\n\n", "", 1)
		}
		list = append(list, sheet{name, code})
	}
	return list
}

// create writes a file unless there is one of that name.
func (c *command) create(name, text string) error {
	switch _, err := os.Lstat(name); {
	case err == nil:
		c.tell(c.stdout, name, exists, exists.words())
	case c.dry:
		c.tell(c.stdout, name, missing, "would be written")
	default:
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = f.WriteString(text)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		c.tell(c.stdout, name, written, written.words())
	}
	return nil
}

// toolArgs returns what the go command is to do so that the module has the tool. A
// version that is required stays, and otherwise it is that of this command, if it
// has one.
func (s site) toolArgs() []string {
	path := toolPath
	if version := cmp.Or(s.version, releasedVersion()); version != "" {
		path += "@" + version
	}
	return []string{"get", "-tool", path}
}

// getTool adds the command to the module, which needs the network unless the go
// command has it already.
func (c *command) getTool(dir string, args []string) int {
	line := "go " + strings.Join(args, " ")
	if c.dry {
		c.step("would run", line)
		return fine
	}
	cmd := exec.CommandContext(c.ctx, "go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return c.failed(fmt.Errorf("%s: %w\n%s", line, err, strings.TrimSpace(string(out))))
	}
	if c.more {
		c.stderr.Write(out)
	}
	c.step("has run", line)
	return fine
}

// next says what to do.
func (c *command) next(dir string, s site, status int) {
	var list []string
	if filepath.Clean(dir) != "." {
		list = append(list, "cd "+quoted(dir))
	}
	if status != fine {
		list = append(list, "go "+strings.Join(s.toolArgs(), " "))
	}
	list = append(list, "go generate ./...")
	if s.pkg == "main" {
		list = append(list, "go run .")
	}
	if !c.json {
		fmt.Fprintln(c.stdout, "\nNext:")
	}
	for _, line := range append(list, "go test .") {
		c.step("", line)
	}
	for _, name := range []string{"main", "TestMain"} {
		if at := s.declared[name]; at != "" && !slices.Contains(s.begins, name) {
			c.step("", fmt.Sprintf("# begin func %s at %s with process.Main(), if it is to have worker processes", name, at))
		}
	}
	if s.pkg != "main" {
		c.step("", "# begin the main of programs that use package "+s.pkg+" with process.Main(), if they are to have worker processes")
	}
}

// quoted returns a word as shells take it: as it is, or in quotation marks if it has
// something else in it than what names mostly have.
func quoted(word string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-/:+@"+string(filepath.Separator), r)
	}
	if strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// step prints a line for a shell: what has been run, would be or should be.
func (c *command) step(what, line string) {
	switch {
	case c.json:
		object(c.stdout, map[string]string{"run": line})
	case what == "":
		fmt.Fprintf(c.stdout, "\t%s\n", line)
	default:
		fmt.Fprintf(c.stdout, "%s: %s\n", what, line)
	}
}
