// Package dingtalkpg keeps the data of a mirror in PostgreSQL, for a fleet: all processes accept events and read, and one
// of them leads.
//
//	pool, err := pgxpool.New(ctx, "postgres://directory@db.example.com/directory")
//	if err != nil {
//		return err
//	}
//	defer pool.Close()
//	store, err := dingtalkpg.Open(ctx, pool)
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//
// It takes PostgreSQL 13 or later. The rows hold people's names and numbers in plain text.
package dingtalkpg
