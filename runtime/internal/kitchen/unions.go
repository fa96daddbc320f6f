package kitchen

import (
	"errors"
	"strconv"
	"time"
)

// An Expr is an expression: a union that leads back to itself in each way that it
// can.
//
//offing:union Number *Sum Call Unary Nothing Exprs
type Expr interface{ expr() }

// A Number is an Expr that is no struct.
type Number float64

// A Sum is one by pointer.
type Sum struct{ Left, Right Expr }

// A Call has many.
type Call struct {
	Name string
	Args []Expr
	ByID map[int8]Expr
}

// A Unary is one of fixed width, but for the Expr.
type Unary struct {
	Op  byte
	Pos [2]int32
	Of  Expr
}

// Nothing has no content.
type Nothing struct{}

// Exprs are a slice.
type Exprs []Expr

func (Number) expr()  {}
func (*Sum) expr()    {}
func (Call) expr()    {}
func (Unary) expr()   {}
func (Nothing) expr() {}
func (Exprs) expr()   {}

var _ time.Time // keeps the import for the directive

// A Value is what a script may hold.
//
//offing:union bool int64 string []byte time.Time *Value map[string]Value Ordered[int] error2 *Outage
type Value any

// error2 is in a union, and no error.
type error2 struct{ Text string }

// Ordered is generic.
type Ordered[T any] struct{ First, Last T }

// EchoExpr returns v.
//
//offing:task
func EchoExpr(v Expr) Expr { return v }

// EchoValues returns v.
//
//offing:task
func EchoValues(v []Value) []Value { return v }

// ErrKitchen keeps its identity.
//
//offing:error
var ErrKitchen = errors.New("kitchen")

// An Outage is an error with fields, one of which is an error again.
//
//offing:error
type Outage struct {
	Code  int
	Where []string
	Err   error
}

// Error returns code and cause.
func (o *Outage) Error() string {
	if o == nil {
		return "no outage"
	}
	text := "outage " + strconv.Itoa(o.Code)
	if o.Err != nil {
		text += ": " + o.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (o *Outage) Unwrap() error { return o.Err }

// A Status is an error that is found as a value and as a pointer.
//
//offing:error
type Status struct{ Code uint16 }

// Error returns the code.
func (s Status) Error() string { return "status " + strconv.Itoa(int(s.Code)) }
