package gen

import (
	"go/types"
	"slices"
	"strings"
)

// bound refuses a type from outside the module that is bound to its process. The
// user has to mend each place that has it, not the type.
func (p *planner) bound(t *types.Named, path string) problems {
	obj := t.Obj()
	if obj.Pkg() == nil || p.exprs.file(obj.Pos()) != nil {
		return nil
	}
	remedy := remedies[obj.Pkg().Path()+"."+obj.Name()]
	if remedy == "" {
		remedy = remediesOf[obj.Pkg().Path()]
	}
	if remedy != "" {
		return instead(path, withArticle(shortType(t)), remedy)
	}
	switch t.Underlying().(type) {
	case *types.Signature, *types.Chan, *types.Interface:
		return p.uncrossable(t, path, withArticle(shortType(t)))
	}
	return nil
}

// uncrossable refuses a type that is a func, a channel or an interface. What is
// what the type is called, if not by its form.
func (p *planner) uncrossable(t types.Type, path, what string) problems {
	var form, remedy string
	each := false
	switch u := t.Underlying().(type) {
	case *types.Chan:
		form, remedy, each = "a channel", passSlice, path == ""
	case *types.Signature:
		form, remedy = "a func value", "pass a value"
		if named, ok := t.(*types.Named); ok && isSequence(named) {
			remedy, each = passSlice, path == ""
		}
	case *types.Interface:
		form, remedy = "an interface value", p.interfaceRemedy(t, u, what != "")
	}
	if what == "" {
		what = form
	}
	bad := instead(path, what, remedy)
	bad[0].each = each
	return bad
}

func isSequence(t *types.Named) bool {
	pkg, name := t.Obj().Pkg(), t.Obj().Name()
	return pkg != nil && pkg.Path() == "iter" && strings.HasPrefix(name, "Seq")
}

// interfaceRemedy says what to pass in place of an interface; a foreign one is
// not the user's to annotate.
func (p *planner) interfaceRemedy(t types.Type, u *types.Interface, foreign bool) string {
	named, isNamed := t.(*types.Named)
	reads, writes := hasIO(u, "Read"), hasIO(u, "Write")
	switch {
	case types.Implements(t, errorType.Underlying().(*types.Interface)):
		return "pass it as error, and mark the types that it may have with //offing:error"
	case isNamed && !foreign && named.Obj().Pkg() != nil && p.isForeign(named):
		return p.unionElsewhere(named)
	case isNamed && !foreign:
		return "pass a concrete type, or list the types of " + p.rootName(named) + " with //offing:union"
	case reads && writes:
		return "pass bytes and return bytes"
	case reads:
		return "pass the bytes, or the name of a file that the task opens"
	case writes:
		return "return the bytes, or pass the name of a file that the task writes"
	}
	return passUnion
}

// unionElsewhere says what to pass in place of an interface type of another package of the
// module: a union counts where it is declared only.
func (p *planner) unionElsewhere(t *types.Named) string {
	if holder := p.foreignHolder(t); holder != nil {
		return p.replacing(holder)
	}
	return "pass a concrete type, or declare an interface in this package that embeds " + p.rootName(t) + " and has //offing:union"
}

// foreignHolder returns the declared type of another package that t is part of,
// nil if the innermost that it is part of is not such a one. What t is there stays, whatever
// this package declares.
func (p *planner) foreignHolder(t types.Type) *types.Named {
	for _, f := range slices.Backward(p.stack) {
		if f.t == nil || f.t == t {
			continue
		}
		if p.isForeign(f.t) {
			return f.t
		}
		return nil
	}
	return nil
}

// replacing says what to do about a type of another package that has something in it that
// cannot cross.
func (p *planner) replacing(t *types.Named) string {
	name := p.rootName(t)
	advice := "pass a type of your own in place of " + name
	if p.exprs.file(t.Obj().Pos()) != nil {
		advice += ", or give " + name + " the methods " + bothMethods
	}
	return advice
}

// hasIO reports whether an interface has a method like that of io.Reader or
// io.Writer, or of the same with an offset.
func hasIO(u *types.Interface, name string) bool {
	for m := range u.Methods() {
		s := m.Signature()
		if (m.Name() == name || m.Name() == name+"At") && s.Params().Len() > 0 && types.Identical(s.Params().At(0).Type(), bytesType) {
			return true
		}
	}
	return false
}

// articles are those of packages whose first letter does not tell.
var articles = map[string]string{
	"fmt": "an ", "fs": "an ", "html": "an ", "http": "an ", "rpc": "an ", "rsa": "an ", "smtp": "an ", "unique": "a ",
	"url": "a ", "user": "a ", "x509": "an ", "xml": "an ",
}

// withArticle puts a or an before a type, by the sound of it.
func withArticle(noun string) string {
	pkg, _, _ := strings.Cut(noun, ".")
	article := articles[pkg]
	switch {
	case article != "":
		return article + noun
	case strings.ContainsRune("aeiou", rune(noun[0])):
		return "an " + noun
	}
	return "a " + noun
}
