package crashtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

const (
	maxRows = 5   // of a writer
	logged  = 100 // Updates
	padding = 50_000
)

func writerKey(id int) []byte   { return fmt.Appendf(nil, "w/%d", id) }
func rowKey(id, i int) []byte   { return fmt.Appendf(nil, "r/%d/%d", id, i) }
func logKey(total int) []byte   { return fmt.Appendf(nil, "log/%012d", total) }
func largeKey(id int) []byte    { return fmt.Appendf(nil, "large/%d", id) }
func largeValue(n int) []byte   { return bytes.Repeat(fmt.Appendf(nil, "%d ", n), padding/8) }
func prefixEnd(p []byte) []byte { return append(p[:len(p)-1:len(p)-1], p[len(p)-1]+1) }

var totalKey = []byte("total")

// number returns a count that is stored, or 0.
func number(r mirror.Reader, key []byte) (int, error) {
	values, err := r.Get(key)
	if err != nil || values[0] == nil {
		return 0, err
	}
	return strconv.Atoi(string(values[0]))
}

// write makes the nth Update of a writer: it counts its own and those of all, replaces its rows by n%maxRows + 1 others,
// and logs itself.
func write(tx mirror.Writer, id, n int) error {
	total, err := number(tx, totalKey)
	if err != nil {
		return err
	}
	value := []byte(strconv.Itoa(n))
	rows, err := rowsOf(tx, id)
	for key := range rows {
		err = errors.Join(err, tx.Delete([]byte(key)))
	}
	for i := range n%maxRows + 1 {
		err = errors.Join(err, tx.Put(rowKey(id, i), value))
	}
	if n%25 == 0 {
		err = errors.Join(err, tx.Put(largeKey(id), largeValue(n)))
	}
	return errors.Join(
		err,
		tx.Put(writerKey(id), value),
		tx.Put(totalKey, []byte(strconv.Itoa(total+1))),
		tx.Put(logKey(total+1), fmt.Appendf(nil, "%d %d", id, n)),
		tx.Delete(logKey(total+1-logged)),
	)
}

// rowsOf returns the rows of a writer.
func rowsOf(r mirror.Reader, id int) (map[string]string, error) {
	rows := map[string]string{}
	prefix := fmt.Appendf(nil, "r/%d/", id)
	err := r.Range(prefix, prefixEnd(prefix), func(key, value []byte) error {
		rows[string(key)] = string(value)
		return nil
	})
	return rows, err
}

// Check fails if the store lacks an Update that was acknowledged, or has a part of one. A writer may have made one that was
// not: it is noted as well.
func (a Acks) Check(ctx context.Context, store mirror.Store) error {
	return store.View(ctx, func(r mirror.Reader) error {
		sum := 0
		counts := make([]int, writers)
		for id := range writers {
			n, err := checkWriter(r, id)
			if err != nil {
				return err
			}
			if n != a[id] && n != a[id]+1 {
				return fmt.Errorf("writer %d: %w: found %d of %d acknowledged", id, errLost, n, a[id])
			}
			a[id], counts[id] = n, n
			sum += n
		}
		return checkLog(r, sum, counts)
	})
}

// checkWriter checks the rows of a writer, and returns its count.
func checkWriter(r mirror.Reader, id int) (int, error) {
	n, err := number(r, writerKey(id))
	if err != nil {
		return 0, err
	}
	rows, err := rowsOf(r, id)
	if err != nil {
		return 0, err
	}
	if want := n%maxRows + 1; n > 0 && len(rows) != want {
		return 0, fmt.Errorf("writer %d: found %d rows of %d after Update %d", id, len(rows), want, n)
	}
	for key, value := range rows {
		if value != strconv.Itoa(n) {
			return 0, fmt.Errorf("writer %d: the row %s is of Update %s, not %d", id, key, value, n)
		}
	}
	values, err := r.Get(largeKey(id), []byte("abandoned"))
	if err != nil {
		return 0, err
	}
	if n >= 25 && !bytes.Equal(values[0], largeValue(n/25*25)) {
		return 0, fmt.Errorf("writer %d: the large value is not of Update %d", id, n/25*25)
	}
	if values[1] != nil {
		return 0, errors.New("an Update that failed was committed")
	}
	return n, nil
}

// checkLog checks the count of all Updates, and that the log has the latest of them, each once.
func checkLog(r mirror.Reader, sum int, counts []int) error {
	total, err := number(r, totalKey)
	if err != nil {
		return err
	}
	if total != sum {
		return fmt.Errorf("found %d Updates of all writers, and a total of %d", sum, total)
	}
	var entries []string
	err = r.Range([]byte("log/"), []byte("log0"), func(_, value []byte) error {
		entries = append(entries, string(value))
		return nil
	})
	if err != nil {
		return err
	}
	if want := min(total, logged); len(entries) != want {
		return fmt.Errorf("the log has %d entries instead of %d", len(entries), want)
	}
	slices.Reverse(entries)
	for _, entry := range entries {
		var id, n int
		if _, err := fmt.Sscan(entry, &id, &n); err != nil {
			return err
		}
		if n != counts[id] {
			return fmt.Errorf("the log has Update %d of writer %d instead of %d", n, id, counts[id])
		}
		counts[id]--
	}
	return nil
}
