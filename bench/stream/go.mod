module github.com/dingtalk-contacts/dingtalk-go/bench/stream

go 1.26.0

replace github.com/dingtalk-contacts/dingtalk-go => ../../

require (
	github.com/dingtalk-contacts/dingtalk-go v0.0.0
	github.com/open-dingtalk/dingtalk-stream-sdk-go v0.9.1
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/coder/websocket v1.8.15 // indirect
	github.com/go-resty/resty/v2 v2.17.2 // indirect
	github.com/google/uuid v1.3.0 // indirect
	github.com/gorilla/websocket v1.5.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
)
