package kitchen

import (
	"encoding/json"
	"encoding/xml"
	"go/ast"
	"go/token"
	"image"
	"image/color"
	"io/fs"
	"math/big"
	"net/url"

	"github.com/offing-go/offing/runtime/internal/kitchen/pantry"
)

// Foreign has types of other packages whose fields, if any, are all exported.
type Foreign struct {
	At       image.Point
	Area     *image.Rectangle
	Color    color.RGBA
	Name     xml.Name
	Position token.Position
	Comments *ast.CommentGroup
	Raw      json.RawMessage
	Mode     fs.FileMode
	Values   url.Values
	Colors   map[image.Point]color.RGBA
	Accuracy big.Accuracy
	Open     pantry.Open
}

// EchoOpen returns v.
//
//offing:task
func EchoOpen(v pantry.Open) pantry.Open { return v }

// EchoForeign returns v.
//
//offing:task
func EchoForeign(v Foreign) Foreign { return v }
