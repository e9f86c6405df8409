package dingtalk

//go:generate go run ./internal/readme
