package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
)

// openDarabonba returns a call by the engine of the vendor's generated clients, made as their generated methods make
// it.
func openDarabonba(s target) (map[string]call, error) {
	address, err := url.Parse(s.url)
	if err != nil {
		return nil, err
	}
	config := &openapi.Config{
		Endpoint: new(address.Host), Protocol: new(strings.ToUpper(address.Scheme)),
	}
	if s.transport != nil {
		config.HttpClient = httpClient{s.httpClient(nil)}
	}
	engine, err := openapi.NewClient(config)
	if err != nil {
		return nil, err
	}
	return map[string]call{getUser: func(ctx context.Context) (any, error) {
		params := &openapi.Params{
			Action: new(getUser), Version: new("v2"), Protocol: config.Protocol,
			Pathname: new(address.Path + getPath), Method: new("POST"),
			AuthType: new("Anonymous"), Style: new("ROA"),
			ReqBodyType: new("json"), BodyType: new("json"),
		}
		req := &openapi.OpenApiRequest{
			Query: map[string]*string{"access_token": new(token)},
			Body:  map[string]any{"userid": new(userID)},
		}
		body, err := engine.CallApiWithCtx(ctx, params, req, &dara.RuntimeOptions{})
		if err != nil {
			return nil, err
		}
		var out generatedResponse
		if err := dara.Convert(body, &out); err != nil {
			return nil, err
		}
		if out.Body == nil || dara.Int64Value(out.Body.ErrCode) != 0 || out.Body.Result == nil {
			return nil, fmt.Errorf("refused: %v", body["body"])
		}
		return out.Body.Result, nil
	}}, nil
}

// httpClient replaces the HTTP client of the engine.
type httpClient struct{ *http.Client }

func (t httpClient) Call(req *http.Request, _ *http.Transport) (*http.Response, error) {
	return t.Do(req)
}
