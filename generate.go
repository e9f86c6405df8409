package dingtalk

//go:generate go run ./internal/readme
//go:generate go test -run TestTheMatrixIsPrinted -update .
