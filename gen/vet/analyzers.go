package vet

import "golang.org/x/tools/go/analysis"

// Analyzers returns the analyzers of this package, by name. The slice is the
// caller's.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		Directive, DroppedFuture, LostCtx, PackageState, ProcessMain, SelfWait, Stale, Unencodable,
	}
}
