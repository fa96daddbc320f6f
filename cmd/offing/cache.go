package main

import (
	"os"
	"path/filepath"
)

// cache returns where notes for the next run of generate are. What only looks does
// without, so that it finds what generate has overlooked, should that ever happen; so
// does what names the files that are current.
func (c *command) cache() string {
	set := os.Getenv("OFFING_CACHE")
	switch {
	case c.dry || c.more || set == "off":
		return ""
	case set != "":
		return set
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "offing")
}
