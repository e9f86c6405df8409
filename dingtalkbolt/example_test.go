package dingtalkbolt_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkbolt"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "directory")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "directory.db")

	store, err := dingtalkbolt.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = store.Update(context.Background(), func(w mirror.Writer) error {
		return w.Put([]byte("u/zhang"), []byte("Zhang San"))
	})
	fmt.Println(err)

	_, err = dingtalkbolt.Open(path, dingtalkbolt.WithLockTimeout(100*time.Millisecond))
	fmt.Println("a second time:", errors.Is(err, mirror.ErrInUse))

	if err := store.Close(); err != nil {
		fmt.Println(err)
		return
	}
	err = os.WriteFile(path, []byte("not a database"), 0o600)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = dingtalkbolt.Open(path)
	fmt.Println("another file:", errors.Is(err, dingtalkbolt.ErrDamaged))
	// Output:
	// <nil>
	// a second time: true
	// another file: true
}
