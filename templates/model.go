package templates

import "github.com/dave/jennifer/jen"

// A Package is what one generated file says.
type Package struct {
	Path, Name string
	Build      string // what a //go:build line says, without the slashes; may be empty
	Imports    []Import
	Signatures []Signature // guards of the tasks
	Shapes     []Shape     // guards of the types that are encoded
	Futures    []Future
	States     []State
	Tasks      []Task
	Codecs     []Codec
	Errors     []ErrorDef
	Locals     Locals
}

// Empty reports whether the file would declare nothing.
func (p Package) Empty() bool {
	return len(p.Tasks) == 0 && len(p.States) == 0 && len(p.Errors) == 0 && len(p.Futures) == 0
}

// An ErrorDef is an error that keeps its identity across processes: a sentinel or
// a type.
type ErrorDef struct {
	ID    string // import path, dot, name; of a pointer type with a star before it
	Var   string // the sentinel; empty for a type
	Type  Type   // as it is found in errors
	Shape string
	Plan  *Plan
	Deep  bool // it may lead back to itself
	Min   int  // bytes that it takes at least
}

// An Import is a package that the file may import, and under which name.
type Import struct {
	Path, Name string
	Alias      bool // Name is not the package's own
}

// Locals are the names of variables inside generated functions. Gen chooses
// them so that they hide nothing that the functions use.
type Locals struct {
	B, V, R, N, OK, Ctx, Ex, Opts, I, Err, Depth, F, Run, Items, Results string

	Error   string // set if the package declares an error of its own: what package wire calls Go's
	Runtime string // the name under which the file imports package runtime

	Loops []Loop // the variables of loops, by how many they are inside of

	loops int  // around what is emitted
	deep  bool // the function is part of a codec that counts how deep it is
	level int  // and as how many levels a value counts there; 0 as one
}

// errorType returns the predeclared type error.
func (l Locals) errorType() *jen.Statement {
	if l.Error != "" {
		return wire(l.Error)
	}
	return jen.Error()
}

// A Loop is the variables of a loop: index, element, key.
type Loop struct {
	I, E, K string
}

// loop returns the variables of a loop, and what holds inside it.
func (l Locals) loop() (vars Loop, inside Locals) {
	vars = l.Loops[l.loops]
	l.loops++
	return vars, l
}

// A Signature is a guard: the type that a task had when the file was generated.
type Signature struct {
	Func Func
	Type Type // of a method, with the receiver as the first parameter
}

// A Shape is a guard: the underlying type that a type had.
type Shape struct {
	Type, Underlying Type
}

// A Future is an alias of runtime.Future for one result type.
type Future struct {
	Name string
	Of   Type
}

// A Func is what a task calls.
type Func struct {
	Name     string  // as documentation has it: Square, or of a method Point.Norm
	Instance []Type  // of a function with type parameters
	Method   *Method // nil for a function
}

// A Method is called on the first parameter of its task, the receiver.
type Method struct {
	Of   Type // of the receiver
	Name string
}

// A State is a constructor of the states of workers, with what is emitted for it.
type State struct {
	Open    Task   // the constructor, as far as it is like a task: its function, parameters, codec
	Of      Type   // what it returns: a pointer
	Name    string // of the type behind the pointer
	Workers string // the alias of the workers
	New     string // the function that makes some
	Close   CloseKind
}

// A CloseKind says what method Close of a state there is.
type CloseKind int

// The kinds.
const (
	NoClose    CloseKind = iota
	PlainClose           // without results
	ErrorClose           // with an error
)

// A Task is one annotated function with everything that is emitted for it.
type Task struct {
	Func Func
	Doc  []string // lines of its doc comment that its functions have as well
	Each bool     // it has parameters, so there are functions for many calls

	Names  Names
	Own    Own
	Future string // the alias of its future
	Args   *Group // nil unless there are two or more parameters
	Result *Group // nil unless there are two or more results
	Arg    Arg
	Res    Type // what the future holds

	Context bool // it takes a context
	Error   bool // it returns an error
	Values  int  // results that are not the error
	Params  []Param

	Local    bool
	ID       string // import path, dot, name
	Shape    string
	Timeout  *Timeout
	Retries  int
	ArgPlan  *Plan // nil for a local task
	Items    *Plan // of many arguments; nil for a local task
	ResPlan  *Plan // nil for a local task
	Executor string
	On       *On // nil unless it is a method of the state of a worker
}

// An On is the state of a worker that a task is a method of.
type On struct {
	Of      Type   // of the state
	Workers string // the alias of the workers
	Home    string // the variable of the constructor
	Var     string // a variable that holds a state
}

// Own are the names of our parameters and variables beside those that are
// named after the task's own parameters.
type Own struct {
	Ctx, Ex, Err, Here string
}

// Names are the declarations of one task.
type Names struct {
	Submit, SubmitAll, Call, Map, Stream string // exported
	Var                                  string // the task
}

// Arg is what a call holds: the one parameter, the struct of several, or
// struct{} for none.
type Arg struct {
	Type Type
	Var  string // a variable that holds it
	Many string // a parameter that holds many
}

// A Param is a parameter of a task other than its context.
type Param struct {
	Name     string // in generated functions
	Type     Type   // of a variadic parameter: the slice
	Variadic bool
	Field    string // of the struct of arguments
}

// A Group is a struct that holds several parameters or results.
type Group struct {
	Name   string
	Fields []Field
	Vars   []string // variables for the fields, in order
}

// A Timeout is a duration in the largest unit that divides it.
type Timeout struct {
	N    int64
	Unit string // a constant of package time
}

// A Codec is the pair of functions that encodes and decodes a declared type, or the
// items of tasks. Those of a struct take a pointer to it, others take and return the
// value.
type Codec struct {
	Append, Read string
	Type         Type
	Layout       *Layout // of a struct
	Form         *Plan   // of any other type
	InPlace      bool    // Form is of an array: the functions take a pointer, as those of structs do
	Items        bool    // Form is that of items: Read fills a variable, as a task has it
	Fails        bool    // encoding may return an error
	Deep         bool    // it leads back to itself, so its functions count how deep they are
	Levels       int     // Deep: as how many levels a value counts, by the stack that its functions take
}

// A Layout is how a struct is encoded: a block of Size bytes, which is 0 for
// none, and what follows it.
type Layout struct {
	Size   int
	Places []Place // in order of fields, those of structs inside it among them
}

// A Place is where a field of a struct is encoded.
type Place struct {
	Path []string // names of fields, from the outermost
	Plan *Plan
	At   int // in the block, or -1 for after it
}

// A FieldPlan is how a field is encoded.
type FieldPlan struct {
	Name string
	Plan *Plan
}

// A PlanKind says which form an encoding takes.
type PlanKind int

// The forms of an encoding.
const (
	Word   PlanKind = iota // one function of package wire
	Empty                  // no content
	Named                  // a codec
	Fields                 // an anonymous struct
	Pointer
	Slice
	Numbers     // a slice of numbers or strings, by one function of package wire
	NumberArray // an array of numbers, one block of memory
	ErrorValue  // an error, as package runtime encodes them
	Union       // one of the types of a union
	Marshaled   // by a method that returns the bytes
	Appended    // by a method that appends the bytes
	Array
	Mapping
)

// A Plan is how a value is encoded.
type Plan struct {
	Kind    PlanKind
	Type    Type
	Word    string // Word: wire.AppendInt and Reader.Int are "Int"; Numbers: wire.AppendInts and wire.ReadInts are "Ints"
	Convert *Type  // Word: the type that wire knows, if the value's is another

	Append, Read string      // Named: functions; Marshaled, Appended: methods
	ByValue      bool        // Named: they take and return the value, not a pointer to it
	Items        bool        // Named: of items, whose Read takes a pointer all the same
	Fields       []FieldPlan // Fields; Named: of a struct
	Layout       *Layout     // Fields
	Members      []*Plan     // Union: of its types, in order
	Mins         []int       // Union: bytes that each takes at least

	Fails     bool  // encoding may return an error
	Deep      bool  // Named: the codec is
	Least     int   // Marshaled, Appended, and Named without Fields: bytes that it takes at least
	Elem, Key *Plan // Elem of a Named array: the form of it
	Len       int64 // Array, NumberArray
	Most      int64 // Mapping: keys that there are, 0 for no end of them
	Min       int   // Pointer, Slice, Mapping: bytes that an element takes at least
	Slot      int   // Mapping: bytes that an entry takes in memory
	Stack     int64 // Mapping, Union, Marshaled, Appended: bytes of the variables that codecs have for it
	Size      int   // of what a task takes or returns: bytes that it takes at least
}
