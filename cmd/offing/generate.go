package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/offing-go/offing/gen"
)

const aboutGenerate = `Generate reads the packages and writes offing_gen.go where that has changed, and
offing_gen_test.go for tasks in tests; those in files with a build constraint have a
file with the same. A package with a mistake keeps its old files, and one whose tasks
are gone loses them. It needs no build: code may call what is not generated yet.

What has not changed since the last run is not read again, by notes in the user's cache
directory. OFFING_CACHE in the environment names another one, or "off".

With -watch it goes on: whenever a Go file of the module is saved it generates
again, prints what is wrong by then, and ends with status 0 when interrupted.
`

// generate brings files up to date.
func (c *command) generate() int {
	if c.watch {
		if underGoGenerate() {
			return c.misused("go generate waits until a command ends; run generate -watch by itself")
		}
		ctx, stop := signal.NotifyContext(c.ctx, os.Interrupt, syscall.SIGTERM)
		defer stop()
		return c.watchUntil(ctx)
	}
	config := c.config()
	config.Keep, config.Cache = !c.dry && underGoGenerate(), c.cache()
	res, status := c.read(config)
	if res == nil {
		return status
	}
	_, failed := c.write(res.Files)
	return max(status, failed)
}

// write brings files up to date, or with -n says which are not, and returns how many
// these were.
func (c *command) write(files []gen.File) (done, status int) {
	for _, f := range files {
		switch before := stateOf(f); {
		case before == current:
			c.detail(f, current)
		case c.dry:
			c.mention(c.stdout, f, before)
			done++
		default:
			if err := f.Write(); err != nil {
				status = c.failed(err)
				continue
			}
			c.detail(f, becomes(f))
			done++
		}
	}
	return done, status
}

// detail prints the state of a file that is as it should be, if that is asked
// for.
func (c *command) detail(f gen.File, s state) {
	if c.more || c.watch && s != current {
		c.mention(c.stderr, f, s)
	}
}

// underGoGenerate reports whether a //go:generate line has started us. Then the
// files of the package have to stay where they are, since go generate has only
// begun to read them.
func underGoGenerate() bool { return os.Getenv("GOFILE") != "" && os.Getenv("GOPACKAGE") != "" }
