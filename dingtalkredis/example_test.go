package dingtalkredis_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// Two processes of a fleet share a token, and together make no more calls than the service permits.
func Example() {
	server := miniredis.NewMiniRedis() // in a program, the fleet's Redis
	if err := server.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	service := dingtalktest.NewServer()
	defer service.Close()
	ctx := context.Background()

	for range 2 {
		rdb := redis.NewClient(&redis.Options{Addr: server.Addr()})
		limiter, err := dingtalkredis.NewLimiter(rdb, service.ClientID())
		if err != nil {
			fmt.Println(err)
			return
		}
		client := service.Client(
			dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(rdb)),
			dingtalk.WithLimiter(limiter),
		)
		departments, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(departments.DeptIDList), "departments below the root")
		if err := limiter.Flush(ctx); err != nil { // because the program ends
			log.Print(err) // the other processes wait a little longer for its last permits
		}
		_ = rdb.Close()
	}

	// Output:
	// 0 departments below the root
	// 0 departments below the root
}

func ExampleNewLimiter() {
	rdb := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
	limiter, err := dingtalkredis.NewLimiter(rdb, "dingxxxxxxxx",
		dingtalkredis.WithRateLimit(dingtalk.RateLimit{PerSecond: 40}), // of the organization's edition
		dingtalkredis.WithAddressLabel("nat-north"),                    // several hosts share this address
		dingtalkredis.WithFleetSize(8),
		dingtalkredis.WithAttemptTimeout(5*time.Second),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = dingtalk.New("dingxxxxxxxx", "secret", dingtalk.WithLimiter(limiter), dingtalk.WithTimeout(5*time.Second))
	fmt.Println(err)

	// Output: <nil>
}

// The prefix separates the keys of several programs.
func ExampleNewTokenStore() {
	rdb := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
	store := dingtalkredis.NewTokenStore(rdb, dingtalkredis.WithPrefix("contacts:"))
	_, err := dingtalk.New("dingxxxxxxxx", "secret", dingtalk.WithTokenStore(store))
	fmt.Println(err)

	// Output: <nil>
}
