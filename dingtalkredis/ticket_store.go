package dingtalkredis

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

var _ dingtalk.TicketStore = (*TokenStore)(nil)

// A ticket never expires, so that Redis should be one that keeps its data and evicts no key without an expiry.
var (
	loadTicket = redis.NewScript(`
		local ticket = redis.call('HMGET', KEYS[1], 'value', 'at')
		return {ticket[1] or '', ticket[2] or ''}`)
	saveTicket = redis.NewScript(`
		local at = redis.call('HGET', KEYS[1], 'at')
		if at and tonumber(at) >= tonumber(ARGV[2]) then return 0 end
		redis.call('HSET', KEYS[1], 'value', ARGV[1], 'at', ARGV[2])
		return 1`)
)

// LoadTicket returns the ticket of a third-party app, or dingtalk.ErrNoTicket.
func (s *TokenStore) LoadTicket(ctx context.Context, key string) (dingtalk.StoredTicket, error) {
	const what = "load the ticket"
	reply, err := s.run(ctx, loadTicket, key).StringSlice()
	switch {
	case err != nil:
		return dingtalk.StoredTicket{}, wrapError(what, err)
	case len(reply) != 2:
		return dingtalk.StoredTicket{}, wrapError(what, errors.New("unexpected reply"))
	case reply[1] == "":
		return dingtalk.StoredTicket{}, dingtalk.ErrNoTicket
	}
	millis, err := strconv.ParseInt(reply[1], 10, 64)
	if err != nil {
		return dingtalk.StoredTicket{}, wrapError(what, errors.New("unexpected reply"))
	}
	return dingtalk.StoredTicket{Value: dingtalk.NewSecret(reply[0]), At: time.UnixMilli(millis).UTC()}, nil
}

// SaveTicket stores a ticket without an expiry, unless the stored one is as new or newer.
func (s *TokenStore) SaveTicket(ctx context.Context, key string, ticket dingtalk.StoredTicket) (stored bool, err error) {
	stored, err = s.run(ctx, saveTicket, key, ticket.Value.Reveal(), ticket.At.UnixMilli()).Bool()
	return stored, wrapError("store the ticket", withoutArguments(err))
}
