package vet

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

const mainLine = "process.Main()"

// beginWith is the fix that begins a function with process.Main(). There is none
// for a function in a file that the pass does not have, or where the name process
// means something else.
func beginWith(pass *analysis.Pass, of declared) []analysis.SuggestedFix {
	if !holds(pass, of.decl) {
		return nil
	}
	names, edits, ok := importing(pass, of.file, processPath)
	if !ok {
		return nil
	}
	line := "\n\t" + names[0] + ".Main() // a worker process serves tasks here and exits\n"
	edits = append(edits, analysis.TextEdit{Pos: of.decl.Body.Lbrace + 1, End: of.decl.Body.Lbrace + 1, NewText: []byte(line)})
	return []analysis.SuggestedFix{{Message: "Begin " + of.decl.Name.Name + " with " + mainLine, TextEdits: edits}}
}

// moveUp is the fix that moves the statement process.Main() to the top of its
// function.
func moveUp(of declared, statement ast.Stmt) []analysis.SuggestedFix {
	line := types.ExprString(statement.(*ast.ExprStmt).X)
	body := of.decl.Body
	return []analysis.SuggestedFix{{
		Message: "Move " + mainLine + " to the top",
		TextEdits: []analysis.TextEdit{
			{Pos: body.Lbrace + 1, End: body.Lbrace + 1, NewText: []byte("\n\t" + line + "\n")},
			{Pos: statement.Pos(), End: statement.End()},
		},
	}}
}

// writeTestMain is the fix that adds a TestMain to the file with a pool, or with the
// test that leads to it. There is none in a package _test beside tests of the package
// itself, which may get one as well.
func writeTestMain(pass *analysis.Pass, p pool) []analysis.SuggestedFix {
	if strings.HasSuffix(pass.Pkg.Name(), "_test") && testsInside(pass) {
		return nil
	}
	at := p.at.Pos()
	if !p.test {
		at = p.tested.Pos()
	}
	var file *ast.File
	for _, f := range pass.Files {
		if f.FileStart <= at && at < f.FileEnd {
			file = f
		}
	}
	names, edits, ok := importing(pass, file, processPath, "os", "testing")
	if !ok {
		return nil
	}
	text := "\nfunc TestMain(m *" + names[2] + ".M) {\n\t" + names[0] + ".Main()\n\t" + names[1] + ".Exit(m.Run())\n}\n"
	edits = append(edits, analysis.TextEdit{Pos: file.FileEnd, End: file.FileEnd, NewText: []byte(text)})
	return []analysis.SuggestedFix{{Message: "Write TestMain", TextEdits: edits}}
}

// testsInside reports whether a directory has test files that are not of a package
// _test.
func testsInside(pass *analysis.Pass) bool {
	names, _ := filepath.Glob(filepath.Join(directory(pass), "*_test.go")) // the pattern is good
	return slices.ContainsFunc(names, func(name string) bool {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly)
		return err == nil && !strings.HasSuffix(f.Name.Name, "_test")
	})
}

// importing returns the names under which a file imports packages, with the edit
// after which it does. It reports false if a name is taken.
func importing(pass *analysis.Pass, file *ast.File, paths ...string) (names []string, edits []analysis.TextEdit, ok bool) {
	var missing []string
	for _, p := range paths {
		name := importName(file, p)
		if name == "" {
			name = path.Base(p)
			scope := pass.TypesInfo.Scopes[file]
			if scope == nil || scope.Lookup(name) != nil || pass.Pkg.Scope().Lookup(name) != nil {
				return nil, nil, false
			}
			missing = append(missing, strconv.Quote(p))
		}
		names = append(names, name)
	}
	return names, imports(file, missing), true
}

// imports returns the edits that import packages into a file: those of the standard
// library at the top of the last block of imports, others at its end.
func imports(file *ast.File, quoted []string) (edits []analysis.TextEdit) {
	var block *ast.GenDecl
	at := file.Name.End()
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			block, at = g, g.End()
		}
	}
	insert := func(at token.Pos, text string) {
		edits = append(edits, analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)})
	}
	if block == nil || !block.Rparen.IsValid() {
		if len(quoted) > 0 {
			insert(at, "\n\nimport (\n\t"+strings.Join(quoted, "\n\t")+"\n)")
		}
		return edits
	}
	var std, others strings.Builder
	for _, q := range quoted {
		if first, _, _ := strings.Cut(q, "/"); strings.Contains(first, ".") {
			others.WriteString("\t" + q + "\n")
		} else {
			std.WriteString("\n\t" + q)
		}
	}
	if std.Len() > 0 {
		insert(block.Lparen+1, std.String())
	}
	if others.Len() > 0 {
		insert(block.Rparen, others.String())
	}
	return edits
}

// importName returns the name under which a file imports a package that ends in
// its name, or "".
func importName(file *ast.File, p string) string {
	for _, spec := range file.Imports {
		switch {
		case spec.Path.Value != strconv.Quote(p) || spec.Name != nil && (spec.Name.Name == "_" || spec.Name.Name == "."):
		case spec.Name != nil:
			return spec.Name.Name
		default:
			return path.Base(p)
		}
	}
	return ""
}
