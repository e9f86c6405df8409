module github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk

go 1.26.0

replace (
	github.com/dingtalk-contacts/dingtalk-go => ../../
	github.com/dingtalk-contacts/dingtalk-go/dingtalkbolt => ../../dingtalkbolt
)

require (
	github.com/dingtalk-contacts/dingtalk-go v0.0.0
	github.com/dingtalk-contacts/dingtalk-go/dingtalkbolt v0.0.0-00010101000000-000000000000
	github.com/schollz/progressbar/v3 v3.19.1
	github.com/stretchr/testify v1.12.1
	github.com/urfave/cli/v3 v3.14.0
	golang.org/x/sync v0.24.0
	golang.org/x/sys v0.49.0
)

require (
	github.com/coder/websocket v1.8.15 // indirect
	github.com/go-resty/resty/v2 v2.17.2 // indirect
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	go.etcd.io/bbolt v1.5.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/term v0.47.0 // indirect
)
