package dingtalkbolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// open opens a store that is closed with the test.
func openStore(t *testing.T, path string) *store {
	t.Helper()
	s, err := Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s.(*store)
}

func newPath(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "directory.db")
}

// fill stores n rows.
func fill(t *testing.T, s mirror.Store, n int) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(w mirror.Writer) error {
		for i := range n {
			if err := w.Put(fmt.Appendf(nil, "u/%06d", i), fmt.Appendf(nil, "the user with the number %d", i)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// content returns all rows of a store.
func content(t *testing.T, s mirror.Store) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, s.View(t.Context(), func(r mirror.Reader) error {
		return r.Range(nil, nil, func(key, value []byte) error {
			fmt.Fprintf(&b, "%s=%s\n", key, value)
			return nil
		})
	}))
	return b.String()
}

func TestOpen_CreatesAFileThatOnlyItsOwnerCanRead(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	openStore(t, path)
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

func TestOpen_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := Open(filepath.Join(dir, "none", "directory.db"))
	require.EqualError(t, err, "dingtalkbolt: cannot open "+filepath.Join(dir, "none", "directory.db")+": its directory does not exist: create it, or choose another one")

	_, err = Open(dir)
	require.EqualError(t, err, "dingtalkbolt: cannot open "+dir+": it is a directory")

	path := newPath(t)
	openStore(t, path)
	_, err = Open(path, WithLockTimeout(0), nil)
	require.ErrorIs(t, err, mirror.ErrInUse)
	require.EqualError(t, err, "dingtalkbolt: cannot open "+path+": the store is in use by another process")
}

func TestOpen_RefusesAFileOfAnotherProgram(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("userid,name\n", 1000)), 0o600))
	_, err := Open(path)
	require.ErrorIs(t, err, ErrDamaged)

	path = newPath(t)
	db, err := bolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket([]byte("sessions"))
		return err
	}))
	require.NoError(t, db.Close())
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = Open(path)
	require.ErrorIs(t, err, ErrDamaged)
	require.ErrorContains(t, err, `it has a bucket "sessions"`)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// A damaged file is refused, unless the damage is in a page that is not in use.
func TestOpen_RefusesADamagedFile(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s, err := Open(path)
	require.NoError(t, err)
	fill(t, s, 600)
	fill(t, s, 300)
	want := content(t, s)
	pageSize, pages := s.(*store).db.Info().PageSize, usedPages(t, s.(*store))
	require.NoError(t, s.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	damages := map[string]func(data []byte, page int) []byte{
		"zeroed": func(data []byte, page int) []byte { clear(data[page*pageSize:][:pageSize]); return data },
		"other": func(data []byte, page int) []byte {
			copy(data[page*pageSize:][:pageSize], data[(page+1)*pageSize:])
			return data
		},
		"no header": func(data []byte, page int) []byte {
			copy(data[page*pageSize:], strings.Repeat("\xff", 64))
			return data
		},
		"one bit": func(data []byte, page int) []byte { data[page*pageSize+pageSize/4] ^= 4; return data },
		"cut off": func(data []byte, page int) []byte { return data[:page*pageSize+100] },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, refused, step := newPath(t), 0, 1
			if testing.Short() {
				step = 5
			}
			for page := 0; page < pages; page += step {
				require.NoError(t, os.WriteFile(path, damage([]byte(string(whole)), page), 0o600))
				s, err := Open(path)
				if err != nil {
					require.ErrorIs(t, err, ErrDamaged, "page %d", page)
					refused++
					continue
				}
				assert.Equal(t, want, content(t, s), "page %d", page)
				require.NoError(t, s.Close())
			}
			assert.Greater(t, refused, pages/step/4, "of %d pages", pages)
		})
	}
}

// A page that is its own descendant would be followed forever.
func TestOpen_RefusesAFileWithACycle(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s, err := Open(path)
	require.NoError(t, err)
	fill(t, s, 600)
	pageSize, pages := s.(*store).db.Info().PageSize, usedPages(t, s.(*store))
	require.NoError(t, s.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	branches := 0
	for page := range pages {
		at := page * pageSize
		if binary.NativeEndian.Uint16(whole[at+pageFlags:]) != branchPage {
			continue
		}
		branches++
		data := bytes.Clone(whole)
		binary.NativeEndian.PutUint64(data[at+pageHeader+branchChild:], uint64(page))
		require.NoError(t, os.WriteFile(path, data, 0o600))
		_, err := Open(path)
		if err != nil { // it may be a page of an earlier transaction
			require.ErrorIs(t, err, ErrDamaged)
			require.ErrorContains(t, err, "is in two places")
			return
		}
	}
	require.Fail(t, "no branch page is in use", "of %d", branches)
}

// usedPages is the number of pages up to the last one in use.
func usedPages(t *testing.T, s *store) int {
	t.Helper()
	var size int64
	require.NoError(t, s.db.View(func(tx *bolt.Tx) error {
		size = tx.Size()
		return nil
	}))
	return int(size) / s.db.Info().PageSize
}
