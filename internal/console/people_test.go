package console

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestInitials_OfNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"欧阳明慧": "明慧", "赵敏": "赵敏", "赵": "赵", "Zhao Min": "ZM", "jean-luc de la Tour": "JT", "张伟 (Will)": "张伟", "Ana 🌻": "A",
		"": "", "🌻": "", "a1": "A", "Ольга": "О",
	} {
		assert.Equal(t, want, initials(name), name)
	}
}
