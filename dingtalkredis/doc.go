// Package dingtalkredis lets the processes of a fleet share one access token and one rate limit through Redis.
//
//	rdb := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
//	client, err := dingtalk.New(clientID, clientSecret,
//		dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(rdb)),
//		dingtalk.WithLimiter(dingtalkredis.NewLimiter(rdb, dingtalkredis.WithApp(clientID))))
//
// It takes Redis 5 or later, or Valkey, that runs scripts and does not evict keys: one server, Sentinel or Cluster.
// All keys of an app are in one slot. Neither names nor values hold the app's secret; the token is in clear
// unless the client seals it.
package dingtalkredis
