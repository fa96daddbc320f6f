// Package gen turns annotated packages into generated files: it reads source,
// checks it, decides every name and encoding, and fills the model of package
// templates.
//
// The package that is read is never built and need not compile: code that
// calls functions which are not generated yet is the normal case, and so is an
// old, broken or missing generated file, which is not even looked at. Only
// what the signatures of tasks mention has to make sense.
//
// A task may be a method of the state of a worker, which another annotated function
// opens: constructor.go, closing.go and onstate.go are about them.
//
//	directory -> source -> tasks -> model -> file
//	              |          |
//	              +- closure +- types: from the module's own source, which may
//	                            be broken, or from export data
//
// A package is generated in units, the files of which are built together: one for
// what is always built, one for its tests, and one for each build constraint. The
// result is a pure function of the source: same input, same bytes.
//
// What makes it fast is in the files note.go, which passes over what has not changed,
// and render.go, which renders in parts and only those that are new.
package gen
