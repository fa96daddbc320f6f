package gen

import "go/types"

// halfPair refuses a type of the module that has AppendWire or ParseWire and not both as they
// have to be: whoever wrote one does not want it encoded by its fields in silence. What comes
// with an embedded field is that field's matter, and types of other modules mean something
// else by these names, for all we know.
func (p *planner) halfPair(t *types.Named, path string) problems {
	if p.exprs.file(t.Obj().Pos()) == nil {
		return nil
	}
	marshal, unmarshal := methodOf(t, ownPair.marshal), methodOf(t, ownPair.unmarshal)
	name := p.rootName(t)
	wrong := func(at *types.Func, text string) problems {
		return p.exprs.locate(refuse(path, CodeType, text+", or rename "+name+"."+at.Name()+" if it is for something else"), at)
	}
	switch {
	case marshal == nil && unmarshal == nil:
		return nil
	case marshal == nil:
		return wrong(unmarshal, name+" has ParseWire, which is not used without "+appendWire+"; add that")
	case unmarshal == nil:
		return wrong(marshal, name+" has AppendWire, which is not used without "+parseWire+"; add that")
	case !isOf(appends, marshal):
		return wrong(marshal, name+" has an AppendWire of another form; make it "+appendWire)
	case !isOf(unmarshals, unmarshal):
		return wrong(unmarshal, name+" has a ParseWire of another form; make it "+parseWire)
	case !fills(unmarshal):
		return wrong(unmarshal, name+" has a ParseWire that fills a copy of what it is called on; give it the receiver *"+t.Obj().Name())
	}
	return nil
}

const (
	appendWire  = "AppendWire(b []byte) ([]byte, error)"
	parseWire   = "ParseWire(b []byte) error"
	bothMethods = appendWire + " and " + parseWire
)
