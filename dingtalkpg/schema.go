package dingtalkpg

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// version is that of the tables. A process refuses newer ones.
const version = 1

// schema holds the names of what a mirror has in the database.
type schema struct {
	name    string // quoted, as the other two
	rows    string
	head    string
	channel string // of notifications
	lock    int64  // of Updates
}

func newSchema(name string) schema {
	sum := sha256.Sum256([]byte("dingtalk-mirror:" + name))
	return schema{
		name:    pgx.Identifier{name}.Sanitize(),
		rows:    pgx.Identifier{name, "rows"}.Sanitize(),
		head:    pgx.Identifier{name, "head"}.Sanitize(),
		channel: "dingtalk_mirror_" + hex.EncodeToString(sum[:8]),
		lock:    int64(binary.BigEndian.Uint64(sum[:])),
	}
}

// create creates what is missing, in a transaction. An administrator may have created the schema.
func (s *schema) create(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", s.lock); err != nil {
		return err
	}
	var hasSchema, hasTables bool
	err := tx.QueryRow(ctx, "select to_regnamespace($1) is not null, to_regclass($2) is not null", s.name, s.head).Scan(&hasSchema, &hasTables)
	if err != nil {
		return err
	}
	if hasTables {
		return s.checkVersion(ctx, tx)
	}
	statements := []string{
		"create schema " + s.name,
		"create table " + s.rows + " (key bytea primary key, value bytea not null)",
		"create table " + s.head + " (version integer not null, fence bigint not null, expires timestamptz not null)",
		fmt.Sprintf("insert into %s values (%d, 0, 'epoch')", s.head, version),
	}
	if hasSchema {
		statements = statements[1:]
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) checkVersion(ctx context.Context, tx pgx.Tx) error {
	var found int
	if err := tx.QueryRow(ctx, "select version from "+s.head).Scan(&found); err != nil {
		return err
	}
	return s.accept(found)
}

// accept refuses the tables of a newer release.
func (s *schema) accept(found int) error {
	if found > version {
		return fmt.Errorf("the tables in the schema %s are of a newer release: version %d, and this one knows %d", s.name, found, version)
	}
	return nil
}
