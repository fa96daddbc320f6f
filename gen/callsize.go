package gen

import (
	"go/types"
	"sort"
)

// promiseWords is the size of a runtime.Promise without its value, in words.
const promiseWords = 6

// sizes are those of the machines that matter for memory.
var sizes = types.SizesFor("gc", "amd64")

// callSize returns how many bytes a call of t takes: it has the argument, for a method
// a pointer to the workers, and the promise of a result.
func callSize(t *task) int {
	members := []types.Type{single(t.params)}
	if t.on != nil {
		members = append(members, types.Typ[types.Uintptr])
	}
	head := types.NewArray(types.Typ[types.Uintptr], promiseWords)
	members = append(members, structOf(head, single(t.results)))
	return sizeClass(int(sizes.Sizeof(structOf(members...))))
}

// single is the type of the one value that stands for all of vars.
func single(vars []*types.Var) types.Type {
	if len(vars) == 1 {
		return vars[0].Type()
	}
	var list []types.Type
	for _, v := range vars {
		list = append(list, v.Type())
	}
	return structOf(list...)
}

// structOf returns a struct with blank fields of these types.
func structOf(list ...types.Type) *types.Struct {
	var fields []*types.Var
	for _, t := range list {
		fields = append(fields, types.NewField(0, nil, "_", t, false))
	}
	return types.NewStruct(fields, nil)
}

// Of Go's allocator: an object with pointers that is larger than headerFrom has
// a word more, and one that is larger than all classes is made of pages.
const (
	headerFrom = 512
	header     = 8
	page       = 8192
)

// sizeClasses are the sizes of the objects that Go allocates.
var sizeClasses = []int{
	8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256,
	288, 320, 352, 384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024,
	1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096,
	4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288,
	13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
}

// sizeClass returns how much Go allocates for an object of n bytes that has
// pointers.
func sizeClass(n int) int {
	largest := sizeClasses[len(sizeClasses)-1]
	switch {
	case n > largest-header:
		return (n + page - 1) / page * page
	case n > headerFrom:
		n += header
	}
	return sizeClasses[sort.SearchInts(sizeClasses, n)]
}
