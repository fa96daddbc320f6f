package kitchen

import "context"

// Many has several parameters and several results.
//
//offing:task
func Many(ctx context.Context, a int16, b string, c []Point, d *bool) (x *bool, y []Point, z string, err error) {
	return d, c, b, ctx.Err()
}

// Variadic takes any number of arguments.
//
//offing:task
func Variadic(names ...Name) []Name { return names }

// None has neither parameters nor results.
//
//offing:task
func None() {}
