package dingtalkbolt

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go/internal/commitqueue"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// group is Updates that share a commit.
type group = []*commitqueue.Update[*writer]

// update runs an Update. Those that are called while one is being committed share the next commit, and so its fsync.
func (s *store) update(ctx context.Context, f func(*writer) error) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.running.Done()
	return s.queue.Do(ctx, f)
}

// errSpoiled is the error of a transaction that has changes of a function that failed. The other functions run again.
var errSpoiled = errors.New("a function failed after it wrote")

// commit runs and commits a group of Updates, and gives each its result.
func (s *store) commit(all group) {
	failures := map[*commitqueue.Update[*writer]]error{}
	rest, err := all, errSpoiled
	for errors.Is(err, errSpoiled) {
		rest, err = s.attempt(rest, failures)
	}
	for _, u := range all {
		u.Finish(cmp.Or(err, failures[u])) // a function that failed may have read what was not committed after all
	}
}

// attempt runs and commits a group of Updates. It notes those that fail, and returns the others.
func (s *store) attempt(all group, failures map[*commitqueue.Update[*writer]]error) (rest group, err error) {
	tx, err := s.db.Begin(true)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	bucket, wrote := tx.Bucket(bucketName), false
	for i, u := range all {
		w := &writer{reader: reader{bucket}}
		if err := u.Run(w); err != nil {
			failures[u] = err
			if w.wrote {
				return append(rest, all[i+1:]...), errSpoiled
			}
			continue
		}
		rest = append(rest, u)
		wrote = wrote || w.wrote
	}
	if !wrote {
		return nil, nil
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("dingtalkbolt: cannot write the file: %w", err)
	}
	s.notify()
	return nil, nil
}

func (s *store) Update(ctx context.Context, f func(mirror.Writer) error) error {
	return s.update(ctx, func(w *writer) error { return f(w) })
}
