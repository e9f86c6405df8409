// Mirror keeps a copy of an emulator in a file until it is complete.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkbolt"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

func run() error {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	store, err := dingtalkbolt.Open("directory.db")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	m, err := mirror.Open(ctx, srv.Client(), store)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	err = m.Ready(ctx)
	if err == nil {
		err = m.View(ctx, func(v *mirror.View) error {
			user, err := v.User("zhao.min")
			if err == nil {
				fmt.Println(user.Name)
			}
			return err
		})
	}
	cancel()
	<-ended
	return errors.Join(err, store.Close())
}

func main() {
	if err := run(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
