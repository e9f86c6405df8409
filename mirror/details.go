package mirror

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"
)

// The details of a user, which no list shows, are read after the user was found or has changed, and one user after another
// all the time: this bounds how old they are where no event tells of a change. That is two users a second, or 172,800 calls a
// day, but no user is read more often than WithDetailInterval says.

var detailCursorKey = stateKey("details")

// detailLoop reads one user after another.
func (l *leader) detailLoop(ctx context.Context) error {
	const step = 64 // how many users a restart may repeat
	round := time.Now()
	for n := 0; ; n++ {
		if err := sleep(ctx, l.m.opt.detailEvery); err != nil {
			return err
		}
		k, found, again, err := l.nextDetails(ctx)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if again {
			if err := sleep(ctx, time.Until(round.Add(l.m.opt.detailRound))); err != nil {
				return err
			}
			round = time.Now()
		}
		l.detailCursor = k.encode()
		if _, err := l.refresh(ctx, k, SourceDetails, nil); err != nil && !isServiceError(err) {
			return err
		}
		if n%step == 0 {
			if err := l.storeCursor(ctx); err != nil {
				return err
			}
		}
	}
}

// storeCursor stores how far the details were read, unless that user is gone.
func (l *leader) storeCursor(ctx context.Context) error {
	return l.lease.Update(ctx, func(w Writer) error {
		if row, err := get(w, l.detailCursor); err != nil || row == nil {
			return err
		}
		return w.Put(detailCursorKey, l.detailCursor)
	})
}

// forgetCursor removes the stored cursor if it names the user: after a restart the details are read from the first user on.
func (t *transaction) forgetCursor(user Key) error {
	b, err := get(t, detailCursorKey)
	if err != nil || !bytes.Equal(b, user.encode()) {
		return err
	}
	return t.Delete(detailCursorKey)
}

var errFound = errors.New("found")

// nextDetails returns the user after the one whose details were read last. Again reports whether it is the first user once more.
func (l *leader) nextDetails(ctx context.Context) (k Key, found, again bool, err error) {
	err = l.m.store.View(ctx, func(r Reader) error {
		if l.detailCursor == nil {
			b, err := get(r, detailCursorKey)
			if err != nil {
				return err
			}
			l.detailCursor = slices.Clone(b)
		}
		first := []byte{prefixUser}
		for n, from := range [][]byte{append(bytes.Clone(l.detailCursor), 0), first} {
			if !bytes.HasPrefix(from, first) {
				continue
			}
			err := r.Range(from, below(first), func(key, _ []byte) (err error) {
				if k, err = decodeKey(key); err != nil {
					return err
				}
				return errFound
			})
			if errors.Is(err, errFound) {
				found, again = true, n > 0 && l.detailCursor != nil
				return nil
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return k, found, again, err
}
