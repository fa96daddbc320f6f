package gen

import "strings"

// remedies say what to do in place of passing a type that means something in its
// own process only.
var remedies = map[string]string{
	"bufio.Reader":            passBytes,
	"bufio.Scanner":           passBytes,
	"bytes.Buffer":            "pass its bytes",
	"container/list.List":     passSlice,
	"container/ring.Ring":     passSlice,
	"crypto/rsa.PrivateKey":   "pass its bytes, as x509.MarshalPKCS8PrivateKey has them",
	"crypto/x509.Certificate": "pass its Raw bytes and let the task parse them",
	"database/sql.DB":         "pass the name of the source and let the task open it",
	"database/sql.Rows":       "pass the values that it reads",
	"database/sql.Stmt":       "pass its text and let the task prepare it",
	"database/sql.Tx":         "let the task begin a transaction of its own",
	"embed.FS":                "let the task use the variable, which it has too",
	"expvar.Int":              passPlain,
	"hash.Hash":               "return the sum",
	"html/template.Template":  "pass its text and let the task parse it",
	"io/fs.DirEntry":          "pass its name",
	"io/fs.FS":                "pass the name of the directory",
	"io/fs.FileInfo":          "pass its name, size and what else the task needs",
	"log.Logger":              ownLogger,
	"log/slog.Logger":         ownLogger,
	"math/rand.Rand":          passSeed,
	"math/rand.Source":        passSeed,
	"math/rand/v2.Rand":       passSeed,
	"math/rand/v2.Source":     passSeed,
	"net.Addr":                "pass its String",
	"net.Conn":                "pass the address and let the task dial",
	"net.Listener":            "pass the address and let the task listen",
	"net/http.Client":         ownClient,
	"net/http.Handler":        "let the task have a handler of its own",
	"net/http.Request":        "pass what the task needs of it: method, URL, header, the bytes of the body",
	"net/http.Response":       "return what is needed of it: status, header, the bytes of the body",
	"net/http.ResponseWriter": "return what is to be written",
	"net/http.RoundTripper":   ownClient,
	"os.File":                 "pass its name and let the task open it",
	"os.Process":              "pass its Pid",
	"os.Root":                 "pass the name of the directory",
	"os/exec.Cmd":             "pass its arguments and let the task start it",
	"reflect.Type":            "pass the name of the type",
	"reflect.Value":           "pass the value that it stands for",
	"regexp.Regexp":           "pass its String and let the task compile that", // its text does not say whether it is leftmost-longest
	"strings.Builder":         "pass its text",
	"strings.Reader":          "pass the text",
	"sync.Map":                "pass a plain map",
	"sync.Mutex":              "pass a copy of what it guards",
	"sync.RWMutex":            "pass a copy of what it guards",
	"sync.WaitGroup":          "wait for the futures of the calls",
	"testing.B":               "return an error",
	"testing.F":               "return an error",
	"testing.T":               "return an error",
	"testing.TB":              "return an error",
	"text/template.Template":  "pass its text and let the task parse it",
	"time.Location":           "pass its name and let the task call time.LoadLocation",
	"time.Ticker":             "pass a time.Duration",
	"time.Timer":              "pass a time.Duration",
	"unique.Handle":           "pass its Value",
	"weak.Pointer":            passPlain,

	"github.com/offing-go/offing/runtime.Executor":     ownPool,
	"github.com/offing-go/offing/runtime.Future":       "wait for it and pass its result",
	"github.com/offing-go/offing/runtime.Local":        ownPool,
	"github.com/offing-go/offing/runtime.Pool":         ownPool,
	"github.com/offing-go/offing/runtime/process.Pool": ownPool,
}

// remediesOf say it for all other types of a package.
var remediesOf = map[string]string{
	"sync":        "leave it out of what the task takes and returns",
	"sync/atomic": "pass the plain value that it holds",
}

const (
	ownClient = "let the task have a client of its own"
	ownLogger = "let the task have a logger of its own"
	ownPool   = "submit from here what the task would, or let it use a pool of its own"
	passBytes = "pass the bytes, or the name of a file that the task opens"
	passPlain = "pass the plain value that it holds"
	passSeed  = "pass a seed"
	passSlice = "pass a slice"
	passUnion = "pass a concrete type, or a named interface whose types you list with //offing:union"
)

// remedyEndings say what to do by how a type's name ends, for a struct that hides
// its fields and of which nothing else is known.
var remedyEndings = []struct{ ending, remedy string }{
	{"Reader", passBytes}, {"Scanner", passBytes}, {"Decoder", passBytes},
	{"Writer", "return what is to be written"}, {"Encoder", "return what is to be encoded"},
	{"Buffer", "pass its bytes"}, {"Builder", "pass what it builds"},
	{"Client", ownClient}, {"Logger", ownLogger},
	{"Conn", "pass the address and let the task connect"}, {"DB", "pass the address and let the task connect"},
	{"Tx", "let the task begin a transaction of its own"},
	{"Server", "leave it out of what the task takes and returns"},
	{"Pool", "let the task have a pool of its own"},
}

// remedyByName returns what to do about a type that hides its fields.
func remedyByName(name string) string {
	for _, r := range remedyEndings {
		if strings.HasSuffix(name, r.ending) {
			return r.remedy
		}
	}
	return "pass its text, its bytes or a struct of your own"
}
