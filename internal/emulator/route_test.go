package emulator

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

func TestRoutes_ServeEveryEndpoint(t *testing.T) {
	t.Parallel()
	var served []*contract.Endpoint
	for _, rt := range routes() {
		served = append(served, rt.Endpoint)
	}
	assert.Subset(t, served, append(contract.All(), contract.WithoutMethod()...))
	assert.Subset(t, endpoints(), served)
}
