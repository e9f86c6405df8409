// Open asks for a store on a server that does not exist.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkpg"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

func open(ctx context.Context) (mirror.Store, error) {
	pool, err := pgxpool.New(ctx, "postgres://directory@127.0.0.1:1/directory")
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	return dingtalkpg.Open(ctx, pool)
}

func main() {
	store, err := open(context.Background())
	fmt.Println(err)
	if store != nil || err == nil {
		os.Exit(1)
	}
}
