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

// Two processes of a fleet share a token, and make no more calls together than the service permits.
func Example() {
	server := miniredis.NewMiniRedis() // in a program, the fleet's Redis
	if err := server.Start(); err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	service := dingtalktest.NewServer()
	defer service.Close()
	ctx := context.Background()

	for range 2 {
		rdb := redis.NewClient(&redis.Options{Addr: server.Addr()})
		limiter := dingtalkredis.NewLimiter(rdb, dingtalkredis.WithApp(service.ClientID()))
		client := service.Client(
			dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(rdb)),
			dingtalk.WithLimiter(limiter),
		)
		departments, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(departments.DeptIDList), "departments below the root")
		if err := limiter.Flush(ctx); err != nil { // for the program ends
			log.Print(err) // the others wait a little longer for its last permits
		}
		_ = rdb.Close()
	}

	// Output:
	// 0 departments below the root
	// 0 departments below the root
}

func ExampleNewLimiter() {
	rdb := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
	limiter := dingtalkredis.NewLimiter(rdb,
		dingtalkredis.WithApp("dingxxxxxxxx"),
		dingtalkredis.WithPerSecond(40),             // what the organisation's edition permits
		dingtalkredis.WithAddressLabel("nat-north"), // several hosts are behind it
		dingtalkredis.WithFleetSize(8),
		dingtalkredis.WithAttemptTimeout(5*time.Second),
	)
	_, err := dingtalk.New("dingxxxxxxxx", "secret", dingtalk.WithLimiter(limiter), dingtalk.WithTimeout(5*time.Second))
	fmt.Println(err)

	// Output: <nil>
}

// The keys of several programs are told apart by their prefix.
func ExampleNewTokenStore() {
	rdb := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
	store := dingtalkredis.NewTokenStore(rdb, dingtalkredis.WithPrefix("contacts:"))
	_, err := dingtalk.New("dingxxxxxxxx", "secret", dingtalk.WithTokenStore(store))
	fmt.Println(err)

	// Output: <nil>
}
