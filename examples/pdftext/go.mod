module github.com/offing-go/offing/examples/pdftext

go 1.26.0

replace github.com/offing-go/offing => ../..

require (
	github.com/offing-go/offing v0.0.0
	rsc.io/pdf v0.1.1
)

require (
	github.com/dave/jennifer v1.7.1 // indirect
	github.com/fsnotify/fsnotify v1.10.1 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
)

tool github.com/offing-go/offing/cmd/offing
