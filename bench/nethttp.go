package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
)

// pooled returns a transport of net/http that keeps idle connections for all goroutines.
func pooled() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 512
	return t
}

// openNetHTTP returns the calls as written by hand with net/http and encoding/json.
func openNetHTTP(own http.RoundTripper) func(target) (map[string]call, error) {
	return func(s target) (map[string]call, error) {
		var person newUser
		if err := json.Unmarshal(createRequest, &person); err != nil {
			return nil, err
		}
		hc := s.httpClient(own)
		return map[string]call{
			getUser: func(ctx context.Context) (any, error) {
				return post[user](ctx, hc, s.url+getPath, userQuery{UserID: userID})
			},
			createUser: func(ctx context.Context) (any, error) {
				return post[created](ctx, hc, s.url+createPath, person)
			},
			listUsers: func(ctx context.Context) (any, error) {
				return post[page](ctx, hc, s.url+listPath, pageQuery{DeptID: 1, Size: pageSize})
			},
		}, nil
	}
}

func post[T any](ctx context.Context, hc *http.Client, address string, in any) (*T, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"?access_token="+url.QueryEscape(token), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var out envelope[T]
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, err
	}
	return out.unwrap(resp.StatusCode)
}

func (e *envelope[T]) unwrap(status int) (*T, error) {
	switch {
	case status != http.StatusOK:
		return nil, fmt.Errorf("status %d", status)
	case e.ErrCode != 0:
		return nil, fmt.Errorf("errcode %d: %s", e.ErrCode, e.ErrMsg)
	case e.Result == nil:
		return nil, errors.New("no result")
	}
	return e.Result, nil
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// openLean returns calls with everything prepared and pooled that can be, which is about the minimum that net/http and
// encoding/json allow.
func openLean(s target) (map[string]call, error) {
	hc := s.httpClient(pooled())
	address, err := url.Parse(s.url + getPath + "?access_token=" + token)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"lean"}}
	return map[string]call{getUser: func(ctx context.Context) (any, error) {
		body, err := json.Marshal(userQuery{UserID: userID})
		if err != nil {
			return nil, err
		}
		req := (&http.Request{
			Method: http.MethodPost, URL: address, Host: address.Host, Header: header,
			Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		}).WithContext(ctx)
		resp, err := hc.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		buffer := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(buffer)
		buffer.Reset()
		if _, err := buffer.ReadFrom(resp.Body); err != nil {
			return nil, err
		}
		var out envelope[user]
		if err := json.Unmarshal(buffer.Bytes(), &out); err != nil {
			return nil, err
		}
		return out.unwrap(resp.StatusCode)
	}}, nil
}
