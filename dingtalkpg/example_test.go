package dingtalkpg_test

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkpg"
)

func ExampleOpen() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	pool, err := pgxpool.New(ctx, "postgres://directory:secret@127.0.0.1:1/directory") // where nothing listens
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()

	store, err := dingtalkpg.Open(ctx, pool,
		dingtalkpg.WithSchema("directory"),       // several mirrors in one database
		dingtalkpg.WithLeaseTime(30*time.Second), // of the process that leads
	)
	if err != nil {
		fmt.Println("PostgreSQL cannot be reached")
		return
	}
	defer func() { _ = store.Close() }()
	// Output: PostgreSQL cannot be reached
}
