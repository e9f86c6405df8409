// Package dingtalkredis shares one access token and one rate limit among the processes of a fleet through Redis.
//
//	rdb := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
//	limiter, err := dingtalkredis.NewLimiter(rdb, clientID)
//	if err != nil {
//		return err
//	}
//	client, err := dingtalk.New(clientID, clientSecret,
//		dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(rdb)), dingtalk.WithLimiter(limiter))
//
// It takes Redis 5 or later, or Valkey, that runs scripts and does not evict keys: one server, Sentinel or Cluster.
// All keys of an app are in one slot. Neither names nor values hold the app's secret. The token is stored in plain
// text unless the client seals it.
package dingtalkredis
