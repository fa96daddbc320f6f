package gen

import (
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/version"
	"io"
	"runtime"
	"slices"
	"strings"
)

// A condition says when a file is built: by its name, by a //go:build line, or by both.
// What is generated for it goes into files that are built exactly then.
type condition struct {
	expr   constraint.Expr // never nil
	suffix string          // of the name, such as _linux_amd64; empty if the line says something too
}

// conditionOf returns the condition of a file, nil if it is always built.
func conditionOf(name string, syntax *ast.File) *condition {
	expr, suffix := nameCondition(name)
	for _, group := range syntax.Comments {
		if group.Pos() > syntax.Package {
			break
		}
		for _, c := range group.List {
			line, err := constraint.Parse(c.Text)
			if err != nil || !constraint.IsGoBuild(c.Text) {
				continue
			}
			if suffix = ""; expr == nil {
				expr = line
			} else {
				expr = &constraint.AndExpr{X: expr, Y: line}
			}
		}
	}
	if expr == nil {
		return nil
	}
	return &condition{expr, suffix}
}

// nameCondition returns what the name of a file says of when it is built.
func nameCondition(name string) (expr constraint.Expr, suffix string) {
	name, _, _ = strings.Cut(name, ".")
	words := strings.Split(strings.TrimSuffix(name, "_test"), "_")[1:]
	tag := func(word string) constraint.Expr { return &constraint.TagExpr{Tag: word} }
	n := len(words)
	switch {
	case n >= 2 && isSystem(words[n-2]) && isArch(words[n-1]):
		return &constraint.AndExpr{X: tag(words[n-2]), Y: tag(words[n-1])}, "_" + words[n-2] + "_" + words[n-1]
	case n >= 1 && (isSystem(words[n-1]) || isArch(words[n-1])):
		return tag(words[n-1]), "_" + words[n-1]
	}
	return nil, ""
}

// isSystem and isArch know what the go command knows: before an architecture, a system
// counts, and any other word does not.
func isSystem(word string) bool { return !builtIn("nowhere", "amd64", word+"_amd64") }
func isArch(word string) bool   { return !isSystem(word) && !builtIn("nowhere", "none", word) }

// builtIn reports whether a file whose name ends like that is built for a system.
func builtIn(system, arch, end string) bool {
	c := build.Context{GOOS: system, GOARCH: arch, Compiler: "gc"}
	c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p")), nil }
	match, err := c.MatchFile("", "x_"+end+".go")
	return err == nil && match
}

// String returns the condition as a //go:build line has it.
func (c *condition) String() string {
	if c == nil {
		return ""
	}
	return c.expr.String()
}

// line returns the //go:build line that a file needs, without the slashes, if its name
// does not say it. Go takes the version of the language from it, and a generated file may
// be newer than the one that it is for: such a line asks for minGo as well.
func (c *condition) line() string {
	if c == nil || c.suffix != "" {
		return ""
	}
	x := c.expr
	if v := constraint.GoVersion(x); v != "" && version.Compare(v, minGo) < 0 {
		x = &constraint.AndExpr{X: &constraint.TagExpr{Tag: minGo}, Y: x}
	}
	return "go:build " + x.String()
}

// minGo is the version of Go that the runtime needs, so that it is there wherever
// generated files are built.
const minGo = "go1.26"

// A world is a set of tags that are true together.
type world map[string]bool

// has reports whether a condition holds.
func (w world) has(c *condition) bool {
	return c == nil || c.expr.Eval(func(tag string) bool { return w[tag] })
}

// implies reports whether d holds wherever c does.
func (c *condition) implies(d *condition) bool {
	return d == nil || c.String() == d.String() || c != nil && !possible(func(w world) bool { return w.has(c) && !w.has(d) }, c, d)
}

// excludes reports whether two conditions never hold together.
func (c *condition) excludes(d *condition) bool {
	return c != nil && d != nil && !possible(func(w world) bool { return w.has(c) && w.has(d) }, c, d)
}

// possible reports whether there is a world of which something is true.
func possible(test func(world) bool, about ...*condition) bool {
	_, ok := findWorld(&build.Default, test, about...)
	return ok
}

// maxFree is how many tags that are no system are tried both ways. Beyond it we hold
// everything for possible.
const maxFree = 8

// findWorld looks for a world, beginning with this one.
func findWorld(base *build.Context, test func(world) bool, about ...*condition) (build.Context, bool) {
	systems, archs := []string{base.GOOS, "nowhere"}, []string{base.GOARCH, "none"}
	var free []string
	for _, c := range about {
		if c == nil {
			continue
		}
		for _, tag := range tagsOf(c.expr) {
			switch {
			case isSystem(tag):
				systems = append(systems, tag)
			case isArch(tag):
				archs = append(archs, tag)
			case tag == "unix":
				systems = append(systems, "linux", "darwin")
			case !slices.Contains(free, tag) && !strings.HasPrefix(tag, "go1.") && tag != runtime.Compiler:
				free = append(free, tag)
			}
		}
	}
	if len(free) > maxFree {
		return *base, true
	}
	for _, system := range systems {
		for _, arch := range archs {
			for set := range 1 << len(free) {
				c := contextOf(base, system, arch, free, set)
				if test(worldOf(&c)) {
					return c, true
				}
			}
		}
	}
	return build.Context{}, false
}

// contextOf returns base on a system, with some of the free tags and without the others.
func contextOf(base *build.Context, system, arch string, free []string, set int) build.Context {
	c := *base
	c.GOOS, c.GOARCH = system, arch
	c.BuildTags = slices.DeleteFunc(slices.Clone(c.BuildTags), func(tag string) bool { return slices.Contains(free, tag) })
	c.CgoEnabled = c.CgoEnabled && !slices.Contains(free, "cgo")
	for i, tag := range free {
		switch {
		case set>>i&1 == 0:
		case tag == "cgo":
			c.CgoEnabled = true
		default:
			c.BuildTags = append(c.BuildTags, tag)
		}
	}
	return c
}

// worldOf returns the tags that are true in a context.
func worldOf(c *build.Context) world {
	w := world{c.GOOS: true, c.GOARCH: true, c.Compiler: true, "cgo": c.CgoEnabled}
	for _, tag := range slices.Concat(c.BuildTags, c.ReleaseTags, c.ToolTags) {
		w[tag] = true
	}
	also := map[string]string{"android": "linux", "ios": "darwin", "illumos": "solaris"}
	w[also[c.GOOS]] = true
	unix := []string{
		"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "linux", "netbsd", "openbsd", "solaris",
	}
	w["unix"] = slices.Contains(unix, c.GOOS)
	return w
}

// tagsOf returns the tags of an expression.
func tagsOf(x constraint.Expr) []string {
	switch x := x.(type) {
	case *constraint.TagExpr:
		return []string{x.Tag}
	case *constraint.NotExpr:
		return tagsOf(x.X)
	case *constraint.AndExpr:
		return append(tagsOf(x.X), tagsOf(x.Y)...)
	case *constraint.OrExpr:
		return append(tagsOf(x.X), tagsOf(x.Y)...)
	}
	return nil
}
