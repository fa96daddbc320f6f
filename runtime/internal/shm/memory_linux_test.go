package shm

import (
	"bytes"
	"errors"
	"math"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

func create(t testing.TB, size int) *Memory {
	t.Helper()
	m, err := Create(size)
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOSYS) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// open maps m a second time, as another process would.
func open(t testing.TB, m *Memory) *Memory {
	t.Helper()
	o, err := Open(duplicate(t, m.File()), len(m.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	return o
}

func duplicate(t testing.TB, f *os.File) uintptr {
	t.Helper()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return uintptr(fd)
}

// createSmall is create where the machine spends memory by the page, not by the huge
// page.
func createSmall(t testing.TB, size int) *Memory {
	t.Helper()
	huge, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/shmem_enabled")
	if s := string(huge); err == nil && !strings.Contains(s, "[never]") && !strings.Contains(s, "[advise]") && !strings.Contains(s, "[deny]") {
		t.Skip("huge pages: " + s)
	}
	return create(t, size)
}

// resident returns how many bytes the machine has spent on the memory.
func resident(t testing.TB, m *Memory) int {
	t.Helper()
	var st syscall.Stat_t
	if err := syscall.Fstat(int(m.File().Fd()), &st); err != nil {
		t.Fatal(err)
	}
	return int(st.Blocks) * 512
}

// Memory is whole pages, costs nothing, and two mappings are the same memory.
func TestMemoryIsShared(t *testing.T) {
	page := os.Getpagesize()
	m := create(t, 3*page+1)
	if n := len(m.Bytes()); n != 4*page || cap(m.Bytes()) != n {
		t.Fatalf("%d bytes in pages of %d", n, page)
	}
	if n := resident(t, m); n != 0 {
		t.Errorf("it costs %d bytes at first", n)
	}
	o := open(t, m)
	copy(m.Bytes()[page-2:], "over the page")
	if got := o.Bytes()[page-2:][:13]; string(got) != "over the page" {
		t.Errorf("the other mapping has %q", got)
	}
	last := len(m.Bytes())/8 - 1
	o.Word(last).Store(1 << 63)
	if got := m.Word(last).Add(7); got != 1<<63+7 || o.Bytes()[len(o.Bytes())-8]|o.Bytes()[len(o.Bytes())-1] != 0x87 {
		t.Errorf("the last word is %x", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("there is a word after the last one")
		}
	}()
	m.Word(last + 1)
}

// Nobody can change the length of the file, nor take the seals off or add others.
func TestMemoryIsSealed(t *testing.T) {
	m := create(t, 1<<20)
	other := os.NewFile(duplicate(t, m.File()), "other")
	defer other.Close()
	for _, size := range []int64{0, 1<<20 - 1, 1<<20 + 1, math.MaxInt64} {
		if err := other.Truncate(size); !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EFBIG) {
			t.Errorf("truncate to %d: %v", size, err)
		}
	}
	if _, err := fcntl(other, fAddSeals, 0x8); !errors.Is(err, syscall.EPERM) {
		t.Errorf("a seal against writing: %v", err)
	}
	if st, err := m.File().Stat(); err != nil || st.Size() != 1<<20 {
		t.Errorf("it is %v (%v)", st.Size(), err)
	}
}

// inChild says to the test binary which part of TestMemoryInChild it is.
const inChild = "OFFING_SHM_IN_CHILD"

// A process that gets the descriptor has the memory, and cannot shorten it.
func TestMemoryInChild(t *testing.T) {
	if os.Getenv(inChild) != "" {
		child(t)
		return
	}
	m := create(t, 1<<20)
	cmd := exec.Command(os.Args[0], "-test.run=^TestMemoryInChild$")
	cmd.Env = append(os.Environ(), inChild+"=1")
	cmd.ExtraFiles = []*os.File{m.File()}
	m.Word(0).Store(41)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := m.Word(0).Load(); got != 42 {
		t.Errorf("the child left %d", got)
	}
	if got := m.Bytes()[1<<20-1]; got != 'x' {
		t.Errorf("the last byte is %q", got)
	}
}

func child(t *testing.T) {
	if err := syscall.Ftruncate(3, 0); err != syscall.EPERM {
		t.Errorf("truncate: %v", err)
	}
	m, err := Open(3, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Reserve(0, 1<<20); err != nil {
		t.Error(err)
	}
	m.Word(0).Add(1)
	m.Bytes()[1<<20-1] = 'x'
}

// What is not such memory is not mapped, and the descriptor is closed all the same.
func TestOpenRefuses(t *testing.T) {
	m := create(t, 1<<16)
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(1 << 16); err != nil {
		t.Fatal(err)
	}
	before := descriptors(t)
	for name, c := range map[string]struct {
		fd    uintptr
		least int
	}{
		"too short": {duplicate(t, m.File()), 1<<16 + 1}, "a file": {duplicate(t, file), 1},
		"nothing": {1 << 20, 1}, "no number": {^uintptr(0), 1},
	} {
		if o, err := Open(c.fd, c.least); err == nil || o != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
	for _, size := range []int{0, -1, math.MaxInt, math.MinInt} {
		if _, err := Create(size); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("Create(%d): %v", size, err)
		}
	}
}

// Reserve has the memory, for whole pages, and leaves what is in it.
func TestReserve(t *testing.T) {
	page := os.Getpagesize()
	m := createSmall(t, 4<<20)
	m.Bytes()[page] = 'x'
	for _, c := range []struct{ from, to, resident int }{
		{0, 0, page}, {page - 1, page + 1, 2 * page}, {0, 3<<20 + 1, 3<<20 + page}, {1 << 20, 4 << 20, 4 << 20},
	} {
		if err := m.Reserve(c.from, c.to); err != nil || resident(t, m) != c.resident {
			t.Errorf("Reserve(%d, %d): %d bytes, want %d (%v)", c.from, c.to, resident(t, m), c.resident, err)
		}
	}
	if m.Bytes()[page] != 'x' || bytes.Count(m.Bytes(), []byte{0}) != 4<<20-1 {
		t.Error("the bytes changed")
	}
}

// Parts that are not inside the memory are errors, and so is all after Close.
func TestReserveBeyond(t *testing.T) {
	m := create(t, 1<<20)
	for _, part := range [][2]int{{0, 1<<20 + 1}, {-1, 1}, {2, 1}, {1<<20 + 1, 1<<20 + 1}, {0, math.MaxInt}, {math.MinInt, 0}} {
		if err := m.Reserve(part[0], part[1]); err == nil {
			t.Errorf("Reserve(%d, %d) works", part[0], part[1])
		}
		if err := m.GiveBack(part[0], part[1]); err == nil {
			t.Errorf("GiveBack(%d, %d) works", part[0], part[1])
		}
	}
	if n := resident(t, m); n != 0 {
		t.Errorf("%d bytes are reserved", n)
	}
	m.Close()
	if err := m.Reserve(0, 1); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	if err := m.GiveBack(0, 0); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

// GiveBack costs both processes the whole pages inside, and nothing else.
func TestGiveBack(t *testing.T) {
	page := os.Getpagesize()
	m := createSmall(t, 1<<20)
	o := open(t, m)
	for i := range m.Bytes() {
		m.Bytes()[i] = 'x'
	}
	for _, c := range []struct{ from, to, pages int }{
		{page, page, 0}, {1, 2*page - 1, 0}, {1, 3*page - 1, 1}, {0, page, 1}, {7*page + 1, 1 << 20, 1<<20/page - 8},
	} {
		before := resident(t, m)
		if err := o.GiveBack(c.from, c.to); err != nil || before-resident(t, m) != c.pages*page {
			t.Errorf("GiveBack(%d, %d): %d bytes less, want %d pages (%v)", c.from, c.to, before-resident(t, m), c.pages, err)
		}
	}
	for _, mem := range [][]byte{m.Bytes(), o.Bytes()} {
		if n := bytes.Count(mem, []byte{'x'}); n != 6*page || mem[page-1] != 0 || mem[2*page] != 'x' || mem[8*page] != 0 {
			t.Errorf("%d bytes are left", n)
		}
	}
}

// An old kernel reserves by the file, which Open keeps for that.
func TestReserveByFile(t *testing.T) {
	known := populates
	populates = func() bool { return false }
	t.Cleanup(func() { populates = known })
	m := createSmall(t, 3<<20)
	o := open(t, m)
	if o.File() == nil {
		t.Fatal("Open closed the file")
	}
	if flags, err := fcntl(o.File(), syscall.F_GETFD, 0); err != nil || flags&syscall.FD_CLOEXEC == 0 {
		t.Errorf("it is handed down further: %x, %v", flags, err)
	}
	o.Bytes()[5] = 'x'
	if err := o.Reserve(3, 2<<20+1); err != nil || resident(t, m) != 2<<20+os.Getpagesize() || m.Bytes()[5] != 'x' {
		t.Errorf("%d bytes are reserved (%v)", resident(t, m), err)
	}
	if o.CloseFile(); !errors.Is(o.Reserve(0, 1), errors.ErrUnsupported) {
		t.Error("it reserves by no file")
	}
}

// Nothing is left, neither of what worked nor of what did not.
func TestMemoryLeavesNothing(t *testing.T) {
	before := descriptors(t)
	for range 50 {
		m := create(t, 1<<20)
		o := open(t, m)
		if m.File() == nil || populates() && o.File() != nil {
			t.Fatalf("the files are %v and %v", m.File(), o.File())
		}
		if m.CloseFile() != nil || m.CloseFile() != nil || m.File() != nil {
			t.Fatal("the file is not closed")
		}
		if err := m.Reserve(0, 5); populates() && err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := errors.Join(m.Close(), o.Close()); err != nil || m.Bytes() != nil {
				t.Fatal(err)
			}
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(maps), "memfd:"+fileName) {
		t.Errorf("mappings are left:\n%s", maps)
	}
}

func descriptors(t testing.TB) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// A ring over memory that grows, and is given back.
func TestRingInMemory(t *testing.T) {
	m := createSmall(t, 16<<20)
	o := open(t, m)
	page := os.Getpagesize()
	ring := NewRing(m.Bytes()[page:], m.Word(8), func(from, to int) error { return m.Reserve(page+from, page+to) })
	for i := range uint64(3) {
		room := ring.Room(5 << 20)
		b := ring.Take(len(append(room, "block"...)))
		if view, err := View(o.Bytes()[page:], b); err != nil || string(view) != "block" {
			t.Fatalf("%q, %v", view, err)
		}
		if n := resident(t, m); n != page+ring.High() || n < 5<<20 {
			t.Errorf("%d bytes, of which %d are the ring's", n, ring.High())
		}
		o.Word(8).Store(i + 1)
		if !ring.Idle() {
			t.Fatal("it is not idle")
		}
		if err := m.GiveBack(page, page+ring.High()); err != nil {
			t.Fatal(err)
		}
		if ring.Trim(); resident(t, m) != page || ring.High() != 0 {
			t.Errorf("%d bytes are left", resident(t, m))
		}
	}
}
