package templates

import "github.com/dave/jennifer/jen"

// Import paths of the packages that generated files stand on.
const (
	RuntimePath = "github.com/offing-go/offing/runtime"
	WirePath    = RuntimePath + "/wire"
)

// Identifiers lists what generated files use of each package that they stand
// on; a dot parts a type from its method or field. There is no import from here
// to those packages, so a test resolves each against their source.
var Identifiers = map[string][]string{
	RuntimePath: {
		"AppendError", "AppendErrorIn", "ReadError", "Define", "DefineError", "DefineErrorType", "Executor", "IsAtLeastVersion0_1", "Inline", "ItemError", "Local",
		"Map", "MapOption", "Pool", "Stream", "Submit", "SubmitAll", "SubmitAllOn", "SubmitOn", "Waiting",
		"Func", "Func.AppendArg", "Func.AppendItems", "Func.AppendResult", "Func.Call", "Func.Each",
		"Func.ReadArg", "Func.ReadItems", "Func.ReadResult", "Func.Task",
		"Future", "Future.Result",
		"Here", "Here.Context", "Here.Enter", "Here.Leave",
		"Run", "Run.At", "Run.Over",
		"Task", "Task.Name", "Task.Retries", "Task.Shape", "Task.Timeout",
		"Constructor", "Constructor.AppendArg", "Constructor.Close", "Constructor.Home", "Constructor.Open", "Constructor.ReadArg", "Constructor.Task",
		"DefineConstructor", "DefineMethod", "NewWorkers", "Workers", "Workers.Waiting",
		"Method", "Method.For", "Method.Func", "Method.Home", "Method.On", "Method.OnEach",
	},
	WirePath: append(words(), "Error", "Sure", "Into", "Apart", "ErrDepth", "MaxDepth", "Unlisted", "Reserve", "Extend",
		"AppendInts", "AppendNumbers", "AppendStrings", "AppendArray", "AppendAppended", "AppendMarshaled",
		"AppendCount", "AppendEntries", "AppendEmpty", "AppendPresent", "AppendZone", "PutArray",
		"ReadInts", "ReadNumbers", "ReadStrings", "ReadArray", "ReadMarshaled", "GetArray",
		"Reader", "Reader.Block", "Reader.Claim", "Reader.Count", "Reader.Empty", "Reader.Entries", "Reader.Enter", "Reader.EnterLevels",
		"Reader.Err", "Reader.Leave", "Reader.LeaveLevels",
		"Reader.Pointer", "Reader.Unlisted"),
}

// Words are the primitives of package wire: each W has wire.AppendW and
// Reader.W, and in blocks wire.PutW and Reader.GetW.
var Words = []string{
	"Bool", "String", "Bytes", "Int", "Int8", "Int16", "Int32", "Int64",
	"Uint", "Uint8", "Uint16", "Uint32", "Uint64", "Uintptr",
	"Float32", "Float64", "Complex64", "Complex128", "Time", "Duration",
}

func words() (list []string) {
	for _, w := range Words {
		list = append(list, "Append"+w, "Put"+w, "Reader."+w, "Reader.Get"+w)
	}
	return list
}

func rt(name string) *jen.Statement { return jen.Qual(RuntimePath, name) }

func wire(name string) *jen.Statement { return jen.Qual(WirePath, name) }

func contextType() *jen.Statement { return jen.Qual("context", "Context") }
