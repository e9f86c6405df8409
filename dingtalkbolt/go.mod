module github.com/dingtalk-contacts/dingtalk-go/dingtalkbolt

go 1.26.0

replace github.com/dingtalk-contacts/dingtalk-go => ../

require (
	github.com/dingtalk-contacts/dingtalk-go v0.0.0
	github.com/stretchr/testify v1.12.1
	go.etcd.io/bbolt v1.5.0
)

require (
	github.com/coder/websocket v1.8.15 // indirect
	github.com/go-resty/resty/v2 v2.17.2 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
