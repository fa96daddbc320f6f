//go:build linux

package process_test

import (
	"context"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	parts "github.com/offing-go/offing/runtime/internal/part"
	"github.com/offing-go/offing/runtime/internal/shm"
	"github.com/offing-go/offing/runtime/wire"
)

// Places on the board, and its size without the rings: those of package child, where
// nobody else may know them.
const (
	boardBegun     = 0
	boardOver      = 4
	boardSpent     = 5
	boardSent      = 168
	boardAnswered  = 176
	boardWithdrawn = 512
	boardSlots     = 512
	boardAndOutbox = 8192 + 64<<10
)

// An order is the argument of task fill: what is wrong with the reply, if this worker is
// a faulty one, a number more, and the length of the result.
func order(fault, k, size int) int { return fault<<48 | k<<24 | size }

func orderOf(n int) (fault, k, size int) { return n >> 48, n >> 24 & (1<<24 - 1), n & (1<<24 - 1) }

// filled is what fill returns for n.
func filled(n int) []byte {
	_, _, size := orderOf(n)
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(i ^ size)
	}
	return b
}

func onFill(task runtime.Task) *runtime.Func[int, []byte] {
	task.Name = "process_test." + task.Name
	task.Shape = "func(int) []byte"
	return define(&runtime.Func[int, []byte]{
		Task: task, Call: func(_ context.Context, n int) ([]byte, error) { return filled(n), nil },
		AppendArg: wire.Sure(wire.AppendInt), ReadArg: wire.Into((*wire.Reader).Int),
		AppendResult: wire.Sure(wire.AppendBytes), ReadResult: wire.Into((*wire.Reader).Bytes),
	})
}

var (
	fill      = onFill(named("Fill"))
	fillAgain = onFill(runtime.Task{Name: "FillAgain", Retries: 1})
)

// A faulty is a worker that keeps to the protocol until a call says which fault it is to
// have. It is an honest one by other means than those that are tested.
type faulty struct {
	calls           *frame.Reader
	results, direct *os.File
	memory          *shm.Memory
	replies         []byte // memory for long ones

	row   []byte // replies that it keeps
	first uint64 // the call of the first of them
}

// runFaulty is the main function of such a worker.
func runFaulty() {
	m, err := shm.Open(8, boardAndOutbox)
	if err != nil {
		panic(err)
	}
	rest := m.Bytes()[boardAndOutbox:]
	f := &faulty{
		calls:   frame.NewReader(os.NewFile(3, "tasks"), frame.DefaultLimit),
		results: os.NewFile(4, "results"), direct: os.NewFile(7, "direct"),
		memory: m, replies: rest[len(rest)/2:],
	}
	noteStart()
	liar{f.results}.send(frame.Header{Kind: frame.Hello}, frame.Greeting{Version: frame.Version, Fingerprint: runtime.Fingerprint()}.Append(nil))
	for {
		h, args, err := f.calls.Next()
		if err != nil {
			os.Exit(0)
		}
		f.run(h, args)
	}
}

func (f *faulty) word(i int) *atomic.Uint64 { return f.memory.Word(i) }

// begin notes that a call begins and reports whether it may.
func (f *faulty) begin(id uint64) bool {
	f.word(boardBegun).Store(id)
	return f.word(boardWithdrawn+int(id%boardSlots)).Load() != id
}

func (f *faulty) run(h frame.Header, args []byte) {
	if !f.begin(h.ID) {
		f.sendRow()
		f.skip(h)
		return
	}
	if h.Has(frame.Batch) {
		f.runBatch(h, args)
		return
	}
	reply := rightReply(h, args)
	fault, k := 0, 0
	if r := wire.NewReader(args); h.Tries == 0 {
		fault, k, _ = orderOf(r.Int())
	}
	if fault < 0 || fault >= len(faults) {
		fault = 0
	}
	faults[fault](f, h, reply, k)
}

// runBatch runs a batch. The first worker ever sends two outcomes, says that it has begun
// nothing, and dies.
func (f *faulty) runBatch(h frame.Header, args []byte) {
	starts, _ := os.ReadFile(os.Getenv("PROCESS_TEST_STARTS"))
	r, sent := wire.NewReader(args), 0
	runtime.Tasks()[h.Task].Batch(context.Background(), &r, outcomesTo(func(outcome []byte, plain bool) {
		liar{f.results}.send(frame.Header{Kind: frame.Outcome, ID: h.ID}, parts.Append(nil, outcome, plain))
		if sent++; sent == 2 && len(starts) == 1 {
			f.word(boardBegun).Store(0)
			killOneself()
		}
	}))
	liar{f.results}.send(frame.Header{Kind: frame.End, Flags: frame.Last, ID: h.ID}, nil)
}

// outcomesTo takes each outcome of a batch by itself.
type outcomesTo func(outcome []byte, plain bool)

func (f outcomesTo) Room() []byte { return nil }

func (f outcomesTo) Put(outcome []byte, plain bool) (room []byte, more bool) {
	f(outcome, plain)
	return nil, true
}

// rightReply runs the task and returns the frame that an honest worker sends.
func rightReply(h frame.Header, args []byte) []byte {
	r := wire.NewReader(args)
	reply, err := runtime.Tasks()[h.Task].Handler(context.Background(), &r, frame.Begin(nil))
	if err != nil {
		panic(err)
	}
	frame.Finish(reply, frame.Header{Kind: frame.Outcome, Flags: frame.Last, ID: h.ID}, frame.DefaultLimit)
	return reply
}

func (f *faulty) skip(h frame.Header) {
	liar{f.pipe(h)}.send(frame.Header{Kind: frame.Skipped, Flags: frame.Last, ID: h.ID}, nil)
}

// pipe is where the reply to a call belongs, and otherPipe where it does not.
func (f *faulty) pipe(h frame.Header) *os.File {
	if h.Has(frame.Direct) {
		return f.direct
	}
	return f.results
}

func (f *faulty) otherPipe(h frame.Header) *os.File {
	h.Flags ^= frame.Direct
	return f.pipe(h)
}

// killOneself ends this process without a word.
func killOneself() {
	syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// The faults, by number.
const (
	faultNone = iota
	faultDies
	faultHalves
	faultTwice
	faultOtherID
	faultOtherPipe
	faultEarlyDirect
	faultBlock
	faultChanging
	faultBoard
	faultLate
	faultOpens
	faultRow
	faultAwake
)

var faults = [...]func(f *faulty, h frame.Header, reply []byte, k int){
	faultNone: func(f *faulty, h frame.Header, reply []byte, _ int) { f.pipe(h).Write(reply) },
	// dies after k bytes of the reply
	faultDies: func(f *faulty, h frame.Header, reply []byte, k int) {
		f.pipe(h).Write(reply[:min(k, len(reply))])
		killOneself()
	},
	// nothing is wrong with a reply that comes in two pieces
	faultHalves: func(f *faulty, h frame.Header, reply []byte, k int) {
		f.pipe(h).Write(reply[:k])
		f.pipe(h).Write(reply[k:])
	},
	faultTwice: func(f *faulty, h frame.Header, reply []byte, _ int) { f.pipe(h).Write(append(reply, reply...)) },
	faultOtherID: func(f *faulty, h frame.Header, reply []byte, k int) {
		frame.Put(reply, frame.Header{Kind: frame.Outcome, Flags: frame.Last, ID: h.ID + uint64(k)}, len(reply)-frame.HeaderSize)
		f.pipe(h).Write(reply)
	},
	// for k 1, only of a call whose caller reads its reply
	faultOtherPipe: func(f *faulty, h frame.Header, reply []byte, k int) {
		if k == 1 && !h.Has(frame.Direct) {
			f.pipe(h).Write(reply)
			return
		}
		f.otherPipe(h).Write(reply)
	},
	// writes to the direct pipe, where nobody may wait: the reply, or junk, or half of it; then the reply
	faultEarlyDirect: func(f *faulty, h frame.Header, reply []byte, k int) {
		f.direct.Write([][]byte{reply, make([]byte, 100), reply[:20]}[k])
		f.results.Write(reply)
	},
	faultBlock:    (*faulty).replyBlock,
	faultChanging: (*faulty).replyChanging,
	faultBoard:    (*faulty).scribble,
	faultLate:     (*faulty).seesTooLate,
	faultOpens:    (*faulty).opens,
	faultRow:      (*faulty).replyInARow,
	faultAwake:    (*faulty).expectAwake,
}

// opens replies when its file is there, and says that it took k microseconds: as many calls
// as fit into 400 will be sent at once.
func (f *faulty) opens(h frame.Header, reply []byte, k int) {
	for !exists(os.Getenv("PROCESS_TEST_GATE")) {
		time.Sleep(100 * time.Microsecond)
	}
	f.word(boardSpent).Store(uint64(k) * 1000)
	f.word(boardOver).Store(1)
	f.pipe(h).Write(reply)
}

// replyInARow keeps the reply while there are other calls in its row, and sends them in one
// then. A call that was taken back meanwhile, as this takes long, ends the row.
func (f *faulty) replyInARow(h frame.Header, reply []byte, _ int) {
	if len(f.row) == 0 {
		f.first = h.ID
	}
	f.row = parts.Append(f.row, reply[frame.HeaderSize:], false)
	if !f.calls.InRow() {
		f.sendRow()
	}
}

func (f *faulty) sendRow() {
	if len(f.row) > 0 {
		liar{f.results}.send(frame.Header{Kind: frame.Outcomes, ID: f.first}, f.row)
		f.row = nil
	}
}

// blocks are what a frame may say of shared memory that has so many bytes.
func blocks(room uint32) []shm.Block {
	return []shm.Block{
		{Offset: 0, Length: 0}, {Offset: 0, Length: frame.HeaderSize - 1}, {Offset: 0, Length: room + 1},
		{Offset: room, Length: frame.HeaderSize}, {Offset: room - 31, Length: frame.HeaderSize},
		{Offset: 1<<32 - 1, Length: 1<<32 - 1}, {Offset: 1<<32 - 32, Length: 64}, {Offset: 64, Length: 1<<32 - 1},
		{Offset: 0, Length: frame.HeaderSize}, // in the memory, and no reply
		{Offset: 1, Length: room - 1},
	}
}

// replyBlock tells of the k-th block.
func (f *faulty) replyBlock(h frame.Header, _ []byte, k int) {
	f.tell(h, blocks(uint32(len(f.replies)))[k])
}

func (f *faulty) tell(h frame.Header, b shm.Block) {
	out := frame.AppendBlock(nil, b)
	liar{f.pipe(h)}.send(frame.Header{Kind: frame.Outcome, Flags: frame.Last | frame.Shared, ID: h.ID}, out)
}

// replyChanging tells of a reply whose bytes change from then on, its length the most.
func (f *faulty) replyChanging(h frame.Header, reply []byte, k int) {
	copy(f.replies, reply)
	f.tell(h, shm.Block{Length: uint32(len(reply))})
	b := f.replies[frame.HeaderSize:len(reply)]
	for i := range 200_000 {
		b[i*k%min(len(b), 16)] ^= byte(1 << (i % 8))
	}
}

// scribble writes random words to the board, from now on, and dies after so many
// replies to other calls: 0 for at once.
func (f *faulty) scribble(h frame.Header, reply []byte, k int) {
	r := rand.New(rand.NewPCG(h.ID, uint64(k)))
	f.pipe(h).Write(reply)
	for range k {
		h, args, err := f.calls.Next()
		if err != nil {
			break
		}
		f.scribbleOnce(r)
		f.pipe(h).Write(rightReply(h, args))
	}
	f.scribbleOnce(r)
	killOneself()
}

func (f *faulty) scribbleOnce(r *rand.Rand) {
	words := []int{0, 1, 2, 3, 8, 16, 32, 33, boardSent, boardAnswered, 512, 513}
	for range 10 {
		f.word(words[r.IntN(len(words))]).Store([]uint64{0, r.Uint64N(100), r.Uint64N(70_000), r.Uint64(), 1<<64 - 1}[r.IntN(5)])
	}
}

// seesTooLate begins the call after this one, if that is here already, when the pool
// withdraws it, so that both sides see the other: it does not run. This call takes until
// then.
func (f *faulty) seesTooLate(h frame.Header, reply []byte, _ int) {
	if !f.calls.Buffered() {
		f.pipe(h).Write(reply)
		return
	}
	debug.SetGCPercent(-1) // the fewer switches in between the better
	next, _, _ := f.calls.Next()
	f.word(boardBegun).Store(next.ID)
	for f.word(boardWithdrawn+int(next.ID%boardSlots)).Load() != next.ID {
	}
	f.skip(next)
	f.pipe(h).Write(reply)
}
