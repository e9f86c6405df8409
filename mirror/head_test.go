package mirror

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestOpen_RefusesTheStoreOfAnother(t *testing.T) {
	t.Parallel()
	srv, other := dingtalktest.New(t), dingtalktest.New(t)
	store := NewMemoryStore()
	_, err := Open(t.Context(), srv.Client(), store, WithCorpID("ding1"))
	require.NoError(t, err)
	_, err = Open(t.Context(), srv.Client(), store)
	require.NoError(t, err, "a mirror that does not know its organization")
	for name, open := range map[string]func() (*Mirror, error){
		"app": func() (*Mirror, error) { return Open(t.Context(), other.Client(), store) },
		"host": func() (*Mirror, error) {
			return Open(t.Context(), srv.Client(dingtalk.WithBaseURL(dingtalk.BaseURLChina)), store)
		},
		"organization": func() (*Mirror, error) { return Open(t.Context(), srv.Client(), store, WithCorpID("ding2")) },
	} {
		_, err := open()
		require.ErrorIs(t, err, ErrOtherOrganization, name)
	}
}

func TestOpen_TakesTheOrganizationOfTheClient(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	harbor, meadow := srv.Client(dingtalk.WithCorpToken("dingharbor")), srv.Client(dingtalk.WithCorpToken("dingmeadow"))
	store := NewMemoryStore()
	_, err := Open(t.Context(), harbor, store)
	require.NoError(t, err)
	_, err = Open(t.Context(), meadow, store)
	require.ErrorIs(t, err, ErrOtherOrganization, "the store of another organization of the same app")
	m, err := Open(t.Context(), harbor, store, WithCorpID("dingharbor"))
	require.NoError(t, err)
	require.Equal(t, "dingharbor", *m.corpID.Load())
	_, err = Open(t.Context(), harbor, NewMemoryStore(), WithCorpID("dingmeadow"))
	require.EqualError(t, err, "mirror: WithCorpID: dingmeadow is not the organization of the client, dingharbor")
}

func TestOpen_RefusesWrongArguments(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	_, err := Open(t.Context(), nil, NewMemoryStore())
	require.Error(t, err)
	_, err = Open(t.Context(), srv.Client(), nil)
	require.Error(t, err)
	_, err = Open(t.Context(), srv.Client(), NewMemoryStore(), WithRetention(0, 1))
	require.Error(t, err)
	_, err = Open(t.Context(), srv.Client(), NewMemoryStore(), WithDetailInterval(-1))
	require.Error(t, err)
	_, err = Open(t.Context(), srv.Client(), NewMemoryStore(), nil)
	require.Error(t, err)
	_, err = Open(t.Context(), srv.Client(), NewMemoryStore(), WithLogger(nil))
	require.NoError(t, err)
}

func TestOpen_RefusesANewerSchema(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	store := NewMemoryStore()
	_, err := Open(t.Context(), srv.Client(), store)
	require.NoError(t, err)
	m, err := Open(t.Context(), srv.Client(), store)
	require.NoError(t, err)
	require.NoError(t, store.Update(t.Context(), func(w Writer) error {
		b, err := get(w, headKey)
		require.NoError(t, err)
		h, err := decode[head](b)
		require.NoError(t, err)
		h.Schema++
		return w.Put(headKey, encode(h))
	}))
	_, err = Open(t.Context(), srv.Client(), store)
	require.ErrorIs(t, err, ErrNewerSchema)
	require.ErrorIs(t, m.Run(t.Context()), ErrNewerSchema, "a mirror that was open before")
}

func TestOpen_RefusesADamagedHead(t *testing.T) {
	t.Parallel()
	store := NewMemoryStore()
	require.NoError(t, store.Update(t.Context(), func(w Writer) error { return w.Put(headKey, []byte("{")) }))
	_, err := Open(t.Context(), dingtalktest.New(t).Client(), store)
	require.ErrorContains(t, err, "damaged")
}

// A made-up version 0 had the users under another prefix. Its migration is one transaction, which another failure undoes.
func TestMigration_IsOneTransaction(t *testing.T) {
	t.Parallel()
	store := NewMemoryStore()
	want := head{ClientID: "app", Host: "host"}
	require.NoError(t, store.Update(t.Context(), func(w Writer) error {
		require.NoError(t, w.Put(headKey, encode(head{ClientID: "app", Host: "host"})))
		return w.Put([]byte("Uzhao.min"), []byte(`{"name":"Zhao Min"}`))
	}))
	move := func(w Writer) error {
		b, err := get(w, []byte("Uzhao.min"))
		if err != nil {
			return err
		}
		if err := w.Delete([]byte("Uzhao.min")); err != nil {
			return err
		}
		return w.Put(UserKey("zhao.min").encode(), b)
	}
	broken := errors.New("broken")
	_, err := openHead(t.Context(), store, want, []func(Writer) error{move, func(Writer) error { return broken }})
	require.ErrorIs(t, err, broken)
	require.Contains(t, dump(t, store), "Uzhao.min")

	h, err := openHead(t.Context(), store, want, []func(Writer) error{move})
	require.NoError(t, err)
	require.Equal(t, 1, h.Schema)
	require.NotContains(t, dump(t, store), "Uzhao.min")
	require.NoError(t, store.View(context.Background(), func(r Reader) error { //nolint:usetesting // not the end of the test
		b, err := get(r, UserKey("zhao.min").encode())
		require.JSONEq(t, `{"name":"Zhao Min"}`, string(b))
		return err
	}))
}
