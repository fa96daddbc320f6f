package main

import (
	"runtime/debug"

	"github.com/offing-go/offing/gen"
)

// version prints the version.
func (c *command) version() int {
	if c.json {
		object(c.stdout, map[string]string{"version": ownVersion()})
		return fine
	}
	return c.print("offing " + ownVersion() + "\n")
}

// home is the module of this command.
const home = "github.com/offing-go/offing"

// ownVersion returns the version of the module that the command was built from.
func ownVersion() string {
	if v := releasedVersion(); v != "" {
		return v
	}
	return "v" + gen.Version
}

// releasedVersion returns the version that the go command knows us by, or "" if
// we are built from files that may be any. As a tool of another module we are one
// of its dependencies.
func releasedVersion() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range append(build.Deps, &build.Main) {
		if m.Path == home && m.Replace == nil && m.Sum != "" {
			return m.Version
		}
	}
	return ""
}
