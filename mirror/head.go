package mirror

import (
	"context"
	"errors"
	"fmt"
)

// The errors of Open for a store that this mirror cannot use.
var (
	// ErrOtherOrganization is a store of another app, host or organization.
	ErrOtherOrganization = errors.New("the store belongs to another app, host or organization")
	// ErrNewerSchema is a store that a later release of this package has written.
	ErrNewerSchema = errors.New("the store was written by a later release")
)

// head names what a store holds. It is the only record that every release can read.
type head struct {
	Schema   int    `json:"schema"`
	ClientID string `json:"client_id"`
	Host     string `json:"host"`
	CorpID   string `json:"corp_id,omitzero"` // empty until it is known
}

var headKey = stateKey("head")

// schema is the version of the store that this release writes.
const schema = 1

// migrations bring a store of the version that is their index to the next one.
var migrations = [schema]func(w Writer) error{
	func(Writer) error { return errors.New("version 0 was never released") },
}

// openHead checks that the store belongs to want, and writes the head of an empty one. A store of an older schema is
// migrated, in this one transaction.
func openHead(ctx context.Context, s Store, want head, steps []func(Writer) error) (head, error) {
	var h head
	err := s.Update(ctx, func(w Writer) error {
		stored, err := get(w, headKey)
		if err != nil {
			return err
		}
		if stored == nil {
			h = want
			h.Schema = len(steps)
			return w.Put(headKey, encode(h))
		}
		if h, err = decode[head](stored); err != nil {
			return err
		}
		if err := h.check(want, len(steps)); err != nil {
			return err
		}
		for ; h.Schema < len(steps); h.Schema++ {
			if err := steps[h.Schema](w); err != nil {
				return fmt.Errorf("mirror: migrate the store from version %d: %w", h.Schema, err)
			}
		}
		if h.CorpID == "" {
			h.CorpID = want.CorpID
		}
		return w.Put(headKey, encode(h))
	})
	return h, err
}

func (h head) check(want head, newest int) error {
	mismatch := func(what, stored, now string) error {
		return fmt.Errorf("mirror: %w: its %s is %q and not %q", ErrOtherOrganization, what, stored, now)
	}
	switch {
	case h.Schema > newest:
		return fmt.Errorf("mirror: %w: version %d, and this one reads up to %d", ErrNewerSchema, h.Schema, newest)
	case h.Schema < 0:
		return fmt.Errorf("mirror: the store has the version %d", h.Schema)
	case h.ClientID != want.ClientID:
		return mismatch("client ID", h.ClientID, want.ClientID)
	case h.Host != want.Host:
		return mismatch("host", h.Host, want.Host)
	case h.CorpID != want.CorpID && h.CorpID != "" && want.CorpID != "":
		return mismatch("organization", h.CorpID, want.CorpID)
	}
	return nil
}

// get returns the value of one key.
func get(r Reader, key []byte) ([]byte, error) {
	values, err := r.Get(key)
	if err != nil {
		return nil, err
	}
	return values[0], nil
}
