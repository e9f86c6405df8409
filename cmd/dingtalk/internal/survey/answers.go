package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// do makes a call with a request of its own, and returns the outcome.
func (p *prober) do(ctx context.Context, op dingtalk.Operation, req any) string {
	return p.outcome(p.client.Do(ctx, op, req, nil))
}

func (p *prober) tokenOutcome(ctx context.Context, id, secret string) string {
	c, err := p.newClient(id, secret)
	if err == nil {
		_, err = c.Token(ctx)
	}
	return p.outcome(err)
}

func (p *prober) withWrongToken(call func(c *dingtalk.Client) error) string {
	c, err := p.newClient(p.config.ClientID, p.config.ClientSecret, dingtalk.WithTokenSource(dingtalk.StaticToken(invented("token"))))
	if err == nil {
		err = call(c)
	}
	return p.outcome(err)
}

func repeatedToken(ctx context.Context, p *prober) string {
	var expires []string
	var tokens []string
	for _, fetch := range []func(context.Context) (dingtalk.Token, error){p.client.Token, p.client.RenewToken} {
		token, err := fetch(ctx)
		if err != nil {
			p.stopped = true // every further call would meet it
			return p.outcome(err)
		}
		tokens = append(tokens, token.Value.Reveal())
		body := p.rec.lastObject()
		seconds, _ := body["expires_in"].(json.Number)
		expires = append(expires, seconds.String())
	}
	return fmt.Sprintf("the same: %t; expires_in %s, then %s", tokens[0] == tokens[1], expires[0], expires[1])
}

func emptyList(ctx context.Context, p *prober) string {
	const most = 20 // departments to look at
	looked := 0
	for d, err := range p.client.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{}) {
		switch {
		case err != nil:
			return p.outcome(err)
		case d.OwningMemberCount == 0:
			if err := p.client.Do(ctx, userList, map[string]any{"dept_id": d.DeptID, "cursor": 0, "size": 100}, nil); err != nil {
				return p.outcome(err)
			}
			body := p.rec.lastObject()
			result, _ := body["result"].(map[string]any)
			return listForm(result)
		}
		if looked++; looked == most {
			break
		}
	}
	return "there is no such department"
}

func listForm(result map[string]any) string {
	list, found := result["list"]
	entries, _ := list.([]any)
	switch {
	case !found:
		return "left out"
	case list == nil:
		return "null"
	case len(entries) == 0:
		return "empty"
	}
	return "not empty"
}

// searchOffset searches for a character of names that several people have, two at a time.
func searchOffset(ctx context.Context, p *prober) string {
	u, err := p.anyUser(ctx)
	if u == nil {
		return p.outcome(err)
	}
	const size = 2
	for _, r := range u.Name {
		page := func(offset int64) []string {
			res, searchErr := p.client.SearchUsers(ctx, dingtalk.SearchUsersRequest{QueryWord: string(r), Offset: offset, Size: size})
			if err = searchErr; err != nil {
				return nil
			}
			return res.List
		}
		first, second, third := page(0), page(1), page(2)
		switch {
		case err != nil:
			return p.outcome(err)
		case len(first) < size || len(third) == 0:
			continue // too few people have the character
		case slices.Equal(third, second):
			return "neither"
		case len(second) > 0 && second[0] == first[1]:
			return "records"
		case !slices.Contains(second, first[0]) && !slices.Contains(second, first[1]):
			return "pages"
		}
	}
	return "undecided"
}

// anyUser returns a user of one of the topmost departments, or nil.
func (p *prober) anyUser(ctx context.Context) (*dingtalk.User, error) {
	const most = 20 // departments to look at
	looked := 0
	for d, err := range p.client.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{}) {
		if err != nil {
			return nil, err
		}
		list, err := p.client.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: d.DeptID})
		if err != nil {
			return nil, err
		}
		if len(list.UserIDList) > 0 {
			return p.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: list.UserIDList[0]})
		}
		if looked++; looked == most {
			break
		}
	}
	return nil, nil //nolint:nilnil // there is none
}

func leaveOrder(ctx context.Context, p *prober) string {
	res, err := p.client.ListLeaveRecords(ctx, dingtalk.ListLeaveRecordsRequest{StartTime: time.Now().UTC().AddDate(0, 0, -364).Format(time.RFC3339)})
	if err != nil {
		return p.outcome(err)
	}
	times := make([]string, len(res.Records))
	for i, r := range res.Records {
		times[i] = r.LeaveTime // in one form, so that texts have the order of times
	}
	switch {
	case len(slices.Compact(slices.Clone(times))) < 2:
		return "too few to tell"
	case slices.IsSorted(times):
		return "oldest first"
	}
	slices.Reverse(times)
	if slices.IsSorted(times) {
		return "latest first"
	}
	return "none"
}

func userShape(ctx context.Context, p *prober) string {
	_, err := p.anyUser(ctx)
	return p.outcome(err)
}

func number(n int) string { return strconv.Itoa(n) }

func statusText(status int) string { return "HTTP " + strconv.Itoa(status) }
