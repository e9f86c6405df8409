package provision

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

const planID = "7c0f1d2e3b4a5968"

func journalText(lines ...string) string {
	return string(headerLine(planID)) + strings.Join(lines, "")
}

const (
	beginA  = `{"begin":"a","at":"2026-09-01T10:00:00Z"}` + "\n"
	doneA   = `{"end":"a","result":"done","at":"2026-09-01T10:00:01Z"}` + "\n"
	failedA = `{"end":"a","result":"failed","reason":"x","at":"2026-09-01T10:00:01Z"}` + "\n"
	beginB  = `{"begin":"b","at":"2026-09-01T10:00:00Z"}` + "\n"
)

func TestJournal_ReadsItsEntries(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]entry{
		"":                                                          {},
		"\x00\x00\x00":                                              {},
		string(headerLine(planID)):                                  {},
		string(headerLine(planID)[:10]):                             {},
		journalText(beginA):                                         {"a": {open: true}},
		journalText(beginA, doneA):                                  {"a": {result: ResultDone}},
		journalText(beginA, failedA):                                {"a": {}},
		journalText(beginA, failedA, beginA):                        {"a": {open: true}},
		journalText(beginA, failedA, beginA, doneA):                 {"a": {result: ResultDone}},
		journalText(beginA, doneA, beginA):                          {"a": {result: ResultDone}},
		journalText(beginA, beginB, doneA):                          {"a": {result: ResultDone}, "b": {open: true}},
		journalText(beginA, doneA[:20]):                             {"a": {open: true}},
		journalText(beginA, strings.TrimSuffix(doneA, "\n")):        {"a": {open: true}},
		journalText(beginA, "\x00\x00\x00\x00\x00\x00\x00"):         {"a": {open: true}},
		journalText(strings.Replace(doneA, "done", "no change", 1)): {"a": {result: ResultNoChange}},
	} {
		known, good, err := readJournal([]byte(text), planID)
		require.NoError(t, err, text)
		assert.Equal(t, want, known, text)
		assert.True(t, good == 0 || text[good-1] == '\n')
	}
	for text, want := range map[string]string{
		journalText(beginA, "garbage\n", doneA):       "provision: line 3 of the journal is damaged; make another plan, which is always safe",
		journalText(beginA, "{}\n"):                   "provision: line 3 of the journal is damaged; make another plan, which is always safe",
		journalText(`{"begin":"a","end":"a"}` + "\n"): "provision: line 2 of the journal is damaged; make another plan, which is always safe",
		journalText("\n"):                             "provision: line 2 of the journal is damaged; make another plan, which is always safe",
		"some file of mine\nwith lines\n":             "provision: the file is not a journal",
		"some file of mine":                           "provision: the file is not a journal",
		`{"made":"2026-09-01T10:00:00Z"}` + "\n":      "provision: the file is not a journal",
		`{"made":"2026-09-01T10:00:00Z"}`:             "provision: the file is not a journal",
		string(headerLine("another")) + beginA:        "provision: the journal belongs to another plan",
		strings.Replace(journalText(), `:2,`, `:1,`, 1): "provision: the journal has version 1, and this program reads version 2: " +
			"continue with the program that started it, or make another plan, which is always safe",
	} {
		_, _, err := readJournal([]byte(text), planID)
		require.EqualError(t, err, want, text)
	}
}

func TestJournal_ContinuesAfterTheLastCompleteLine(t *testing.T) {
	t.Parallel()
	whole := journalText(beginA, doneA, beginB, `{"end":"b","reason":"`+strings.Repeat("x", 80))
	for n := range len(whole) + 1 {
		path := filepath.Join(t.TempDir(), "journal")
		require.NoError(t, os.WriteFile(path, []byte(whole[:n]), 0o600))
		j, err := openJournal(path, planID)
		require.NoError(t, err, whole[:n])
		require.NoError(t, j.begin("c"))
		require.NoError(t, j.end("c", ResultDone, ""))
		require.NoError(t, j.close())

		j, err = openJournal(path, planID)
		require.NoError(t, err)
		assert.Equal(t, ResultDone, j.entries["c"].result)
		assert.Equal(t, n >= len(journalText(beginA, doneA)), j.entries["a"].result == ResultDone)
		require.NoError(t, j.close())
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.True(t, bytes.HasPrefix(text, headerLine(planID)))
		assert.True(t, bytes.HasSuffix(text, []byte("}\n")))
	}
}

func TestJournal_DoesNotTouchOtherFiles(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a list of mine", "a list\nof mine\n", journalText(beginA, "garbage\n"), string(headerLine("another"))} {
		path := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := openJournal(path, planID)
		require.ErrorContains(t, err, path)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, text, string(after))
	}
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, headerLine("another"), 0o600))
	_, err := openJournal(path, planID)
	require.ErrorIs(t, err, ErrOtherPlan)
}

func TestJournal_IsLockedWhileInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j, err := openJournal(path, planID)
	require.NoError(t, err)
	_, err = openJournal(path, planID)
	require.ErrorIs(t, err, ErrJournalInUse)
	require.NoError(t, j.begin("a"))
	require.NoError(t, j.close())
	j, err = openJournal(path, planID)
	require.NoError(t, err)
	assert.True(t, j.entries["a"].open)
	require.NoError(t, j.close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestJournal_AcceptsConcurrentWrites(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j, err := openJournal(path, planID)
	require.NoError(t, err)
	var open sync.WaitGroup
	for i := range 100 {
		open.Go(func() {
			id := fmt.Sprint("p", i)
			assert.NoError(t, j.begin(id))
			j.syncing <- struct{}{}
			assert.Positive(t, j.synced)
			<-j.syncing
			if i%2 == 0 {
				assert.NoError(t, j.end(id, ResultDone, "with a\nline break and \x00"))
			}
		})
	}
	open.Wait()
	require.NoError(t, j.close())
	j, err = openJournal(path, planID)
	require.NoError(t, err)
	require.Len(t, j.entries, 100)
	for i := range 100 {
		assert.Equal(t, i%2 == 1, j.entries[fmt.Sprint("p", i)].open)
	}
	require.NoError(t, j.close())
}

func TestJournal_ReportsWriteErrors(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j, err := openJournal(path, planID)
	require.NoError(t, err)
	require.NoError(t, j.file.Close()) // simulates a failed disk
	err = j.begin("a")
	require.ErrorIs(t, err, os.ErrClosed)
	require.ErrorContains(t, err, "provision: journal: ")
	require.ErrorIs(t, j.end("a", ResultDone, ""), os.ErrClosed)
	require.Error(t, j.close())
}

// FuzzJournal looks for a text that crashes the reader, or whose continuation cannot be read.
func FuzzJournal(f *testing.F) {
	for _, seed := range []string{"", journalText(), journalText(beginA, doneA, beginB), journalText(beginA, failedA)[:80], "x", "\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		known, good, err := readJournal(data, planID)
		if err != nil {
			assert.NotErrorIs(t, err, ErrJournalInUse)
			return
		}
		require.LessOrEqual(t, good, len(data))
		text := data[:good:good]
		if good == 0 {
			text = headerLine(planID)
		}
		again, end, err := readJournal(text, planID)
		require.NoError(t, err)
		assert.Equal(t, known, again, "what is cut off has no entries")
		assert.Equal(t, len(text), end)
		more, _, err := readJournal(append(text, beginA...), planID)
		require.NoError(t, err)
		assert.True(t, more["a"].open || more["a"].result != "")
	})
}

// TestApply_WritesNothingWithoutAJournalLine simulates a full disk.
func TestApply_WritesNothingWithoutAJournalLine(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	list := List(
		Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: "a", Name: "A", Mobile: "13800000001", DeptIDList: []int64{1}}},
		Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: "b", Name: "B", Mobile: "13800000002", DeptIDList: []int64{1}}},
	)
	plan, err := NewPlan(t.Context(), srv.Client(), list, Options{})
	require.NoError(t, err)
	a := newApplier(plan, srv.Client(), ApplyOptions{})
	require.NoError(t, a.prepare())
	a.journal, err = openJournal(filepath.Join(t.TempDir(), "journal"), plan.ID())
	require.NoError(t, err)
	require.NoError(t, a.journal.file.Close())
	_, err = a.run(t.Context())
	require.ErrorIs(t, err, os.ErrClosed)
	assert.Equal(t, 2, a.report.Count(ResultPending))
	assert.Empty(t, srv.Calls("CreateUser"))
}

func TestJournal_WritesNothingAfterAnIncompleteLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j, err := openJournal(path, planID)
	require.NoError(t, err)
	require.NoError(t, j.begin("a"))
	disk := j.file
	_, err = disk.Write([]byte(doneA[:20])) // and then the disk is full
	require.NoError(t, err)
	readOnly, err := os.Open(path)
	require.NoError(t, err)
	j.file = osFile{readOnly}
	require.Error(t, j.end("a", ResultDone, ""))
	require.NoError(t, j.file.Close())
	j.file = disk // the disk has space again
	require.Error(t, j.end("b", ResultDone, ""))
	require.Error(t, j.begin("c"))
	require.NoError(t, j.close())

	j, err = openJournal(path, planID)
	require.NoError(t, err)
	assert.Equal(t, map[string]entry{"a": {open: true}}, j.entries)
	require.NoError(t, j.close())
}
