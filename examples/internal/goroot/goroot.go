// Package goroot finds input for the examples: the files that come with every Go
// installation.
package goroot

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Dir returns the directory of the Go installation. It is an error if there is
// none or if it has no sources, as some packages of Linux distributions have it.
func Dir(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("no Go installation: %w", err)
	}
	dir := strings.TrimSpace(string(out))
	if _, err := os.Stat(filepath.Join(dir, "src", "fmt", "print.go")); err != nil {
		return "", fmt.Errorf("the Go installation has no sources: %w", err)
	}
	return dir, nil
}

// Files returns the paths of the files below dir that have one of the
// extensions, such as ".go", in lexical order.
func Files(dir string, extensions ...string) (paths []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && slices.Contains(extensions, filepath.Ext(path)) {
			paths = append(paths, path)
		}
		return err
	})
	return paths, err
}
