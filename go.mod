module github.com/offing-go/offing

go 1.26.0

require (
	github.com/dave/jennifer v1.7.1
	golang.org/x/tools v0.52.0
)

tool github.com/offing-go/offing/cmd/offing
