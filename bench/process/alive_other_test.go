//go:build !unix

package process

// alive is not known here.
func alive(int) bool { return false }
