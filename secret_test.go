package dingtalk

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSecret_IsSentInPlain(t *testing.T) {
	t.Parallel()
	password := NewSecret("Passw0rd <&>\u2028\"\\ 钥")
	const want = `"init_password":"Passw0rd <&>` + "\u2028" + `\"\\ 钥"`
	create := CreateUserRequest{Name: redacted, InitPassword: password, DeptIDList: IDList{1, 2}}
	update := UpdateUserRequest{UserID: "u", Name: new(redacted), InitPassword: password}
	type extended struct { // like one of a middleware
		CreateUserRequest
		More map[string]any `json:"more"`
	}
	for body, req := range map[string]any{
		`{"name":"REDACTED","dept_id_list":"1,2",` + want + `}`: create,
		`{"userid":"u","name":"REDACTED",` + want + `}`:         update,
		`[{"userid":"u","name":"REDACTED",` + want + `},null]`:  []*UpdateUserRequest{&update, nil},
		`{"a":{"userid":"u","name":"REDACTED",` + want + `}}`:   map[string]any{"a": [1]any{update}[0]},
		`{"name":"REDACTED","dept_id_list":"1,2",` + want + `,"more":{"x":[1,"REDACTED"]}}`: &extended{
			create, map[string]any{"x": []any{1, redacted}},
		},
		`{"name":"","dept_id_list":""}`: CreateUserRequest{},
		`{"name":"REDACTED"}`:           map[string]string{"name": redacted},
	} {
		got, secrets, err := marshalRequest(req)
		require.NoError(t, err)
		assert.Len(t, secrets, strings.Count(string(got), "init_password"), "the secrets that no error may show")
		assert.Subset(t, []string{password.Reveal()}, secrets)
		assert.Equal(t, body, string(got))
	}
	assert.Equal(t, password, create.InitPassword, "the caller's request is not changed")
}

func TestSecret_EqualsAnotherOfTheSameText(t *testing.T) {
	t.Parallel()
	texts := []string{"a", "b", "REDACTED", "\x00", "caf\xe9", string(make([]byte, 1000))}
	for i, text := range texts {
		secret := NewSecret(text)
		assert.Equal(t, text, secret.Reveal())
		assert.False(t, secret.IsZero())
		for j, other := range texts {
			assert.Equal(t, i == j, secret == NewSecret(other))
		}
	}
	assert.Equal(t, Secret{}, NewSecret(""))
	assert.Empty(t, Secret{}.Reveal())
}

func TestSecret_DecodesFromPlainTextOnly(t *testing.T) {
	t.Parallel()
	req, ok := decodeAs[CreateUserRequest](`{"init_password":"Passw0rd-once"}`)
	require.True(t, ok)
	assert.Equal(t, NewSecret("Passw0rd-once"), req.InitPassword)
	req, ok = decodeAs[CreateUserRequest](`{"init_password":null}`)
	require.True(t, ok)
	assert.Zero(t, req)

	text, err := json.Marshal(CreateUserRequest{InitPassword: NewSecret("Passw0rd-once")})
	require.NoError(t, err)
	assert.ErrorContains(t, json.Unmarshal(text, &req), "redacted", "otherwise REDACTED would become the password")
}

func BenchmarkSecret(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if NewSecret("7c0f1d2e3b4a59687766554433221100").Reveal() == "" {
			b.Fatal("lost")
		}
	}
}
