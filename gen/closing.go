package gen

import (
	"go/types"

	"github.com/offing-go/offing/templates"
)

// closing finds the method Close of a state, and reports whether it is one to call, if
// there is one at all. One that looks like it and is none would leave states open, and
// nobody would notice.
func (b *builder) closing(c *constructor) bool {
	of := types.NewPointer(c.of.Type())
	obj, _, _ := types.LookupFieldOrMethod(of, true, c.of.Pkg(), "Close")
	fn, ok := obj.(*types.Func)
	if !ok {
		return true
	}
	refuse := func(code Code, problem string) bool {
		other := fn.Pos()
		if b.s.fileAt(other) == nil {
			other = 0
		}
		b.diags.clash(c.decl.Name.Pos(), other, code, c.name, "the method Close of %s %s", c.of.Name(), problem)
		return false
	}
	if f := b.s.fileAt(fn.Pos()); f != nil {
		switch {
		case f.condition != nil:
			return refuse(CodeLater, "is declared in "+f.name+", which is not always built ("+f.condition.String()+
				"); declare it in a file that is, and let it call what differs")
		case f.test && !c.file.test:
			return refuse(CodePlace, "is declared in a test, and would not be called in the program; move it to "+c.file.name)
		}
	}
	if c.model.Close, ok = closeKind(fn.Signature()); !ok {
		return refuse(CodePlace, "takes or returns something, so it could not be called when a worker ends; "+
			"declare it as func (*"+c.of.Name()+") Close() error, or give it another name")
	}
	return true
}

// closeKind tells how a method Close is called, or false for one that cannot be.
func closeKind(sig *types.Signature) (templates.CloseKind, bool) {
	params, results := sig.Params().Len(), sig.Results().Len()
	switch {
	case params == 0 && results == 0:
		return templates.PlainClose, true
	case params == 0 && results == 1 && isError(sig.Results().At(0).Type()):
		return templates.ErrorClose, true
	}
	return templates.NoClose, false
}

// guardClose adds a guard of a method Close without results: should it return an error one
// day, the call of it would compile as before, and drop that.
func (b *builder) guardClose(c *constructor) {
	if c.model.Close != templates.PlainClose {
		return
	}
	of := types.NewParam(0, nil, "", types.NewPointer(c.of.Type()))
	sig, _ := b.exprs.expr(types.NewSignatureType(nil, nil, nil, types.NewTuple(of), nil, false), "") // whose type has been written already
	b.model.Signatures = append(b.model.Signatures, templates.Signature{
		Func: templates.Func{Name: c.of.Name() + ".Close", Method: &templates.Method{Of: c.model.Of, Name: "Close"}},
		Type: sig,
	})
}
