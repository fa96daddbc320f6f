// Package templates holds the text of generated files: one function for each
// emitted declaration, whose doc comment shows what it emits. [Parts] is the
// table of contents of every generated file.
//
// Its input is a [Package], a model that package gen fills. Nothing is decided
// here but layout: every identifier, every encoding plan and the order of
// everything are in the model. There is no go/types here, no input and no
// output.
package templates
