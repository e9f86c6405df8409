package dingtalk

//go:generate go run ./internal/readme
//go:generate go test -run TestMatrix_IsPrintedInTheDocument ./internal/e2e/matrix -update
