package provision

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"slices"
	"time"
)

// ID identifies the plan: the journal of one plan cannot be continued with another. A plan and its copy that was stored
// as JSON have the same ID, whichever version of Go wrote or read the JSON.
func (p *Plan) ID() string {
	d := digest{sha256.New()}
	d.text("dingtalk-go provision plan 2") // 1 was the JSON of the plan, which depends on the encoder
	d.text(p.Made.UTC().Format(time.RFC3339Nano))
	d.number(int64(p.People))
	d.number(int64(p.Unlisted))
	d.number(int64(len(p.Notes)))
	for _, note := range p.Notes {
		d.text(note)
	}
	d.number(int64(len(p.Departments)))
	for _, id := range slices.Sorted(maps.Keys(p.Departments)) {
		d.number(id)
		d.text(p.Departments[id])
	}
	d.number(int64(len(p.Items)))
	for i := range p.Items {
		d.item(&p.Items[i])
	}
	return hex.EncodeToString(d.Sum(nil))
}

// digest is a hash over fields. Each follows its length, so that different sequences of fields have different hashes.
type digest struct{ hash.Hash }

func (d digest) item(it *Item) {
	d.text(string(it.Action))
	d.text(it.UserID)
	d.text(it.Name)
	d.number(int64(it.Line))
	d.text(it.UnionID)
	admin := int64(0)
	if it.Admin {
		admin = 1
	}
	d.number(admin)
	d.text(it.Reason)
	d.number(int64(len(it.Changes)))
	for _, c := range it.Changes {
		d.text(c.Field)
		d.text(c.Old)
		d.text(c.New)
	}
}

func (d digest) number(n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n)) //nolint:gosec // only the bits matter
	_, _ = d.Write(b[:])
}

func (d digest) text(s string) {
	d.number(int64(len(s)))
	_, _ = io.WriteString(d, s)
}
