// Share makes a client whose token and rate limit are shared through Redis, on a server that does not exist.
package main

import (
	"fmt"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis"
)

func main() {
	server := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	limiter, err := dingtalkredis.NewLimiter(server, "dingexample")
	if err == nil {
		_, err = dingtalk.New("dingexample", "example-secret",
			dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(server)), dingtalk.WithLimiter(limiter))
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("a client for a fleet")
}
