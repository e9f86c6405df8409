package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestSearch_FindsPeopleByTheirFields(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, u := range []directory.User{
		{UserID: "anna.1", Name: "Anna Müller", Mobile: "13800000001", JobNumber: "E-7"},
		{UserID: "zoe", Name: "ANNA", Mobile: "+852-51234567", JobNumber: "e-71"},
		{UserID: "joanna", Name: "赵敏", Mobile: "13900001380"},
		{UserID: "bare", Name: "赵"},
		{UserID: "ÉCOLE", Name: "École"},
	} {
		_, err := s.AddUser(u)
		require.NoError(t, err)
	}
	for text, want := range map[string][]string{
		"anna":            {"zoe", "anna.1", "joanna"}, // all of it, the beginning, a part
		" Anna M ":        {"anna.1"},
		"MÜLLER":          {"anna.1"},
		"école":           {"ÉCOLE"},
		"赵":               {"bare", "joanna"},
		"敏":               {"joanna"},
		"e-7":             {"anna.1", "zoe"},
		"138":             {"anna.1", "joanna"},
		"138 0000 0001":   {"anna.1"},
		"138-0000-0001":   {"anna.1"},
		"+86-13800000001": {"anna.1"},
		"+86 138":         {"anna.1"},
		"+8613":           {"anna.1", "joanna"},
		"+852 51234567":   {"zoe"},
		"51234567":        {"zoe"},
		"8525":            nil,
		"+1380":           nil,
		"joanna.":         nil,
		"":                nil,
		"  ":              nil,
		"müller\x00anna":  nil,
		"13800000001 9":   nil,
	} {
		var got []string
		found, total := s.Search(text, 10)
		for _, u := range found {
			got = append(got, u.UserID)
		}
		assert.Equal(t, want, got, "%q", text)
		assert.Equal(t, len(want), total, "%q", text)
	}
}

func TestSearch_ReturnsTheBestAndCountsAll(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for i := range 300 {
		_, err := s.AddUser(directory.User{UserID: fmt.Sprint("p", i), Name: "Kim"})
		require.NoError(t, err)
	}
	_, err := s.AddUser(directory.User{UserID: "exactly", Name: "P2"})
	require.NoError(t, err)
	for range 5 { // in the same order each time
		found, total := s.Search("p2", 4)
		var got []string
		for _, u := range found {
			got = append(got, u.UserID)
		}
		assert.Equal(t, []string{"p2", "exactly", "p20", "p200"}, got)
		assert.Equal(t, 112, total)
	}
}

func TestSearch_FollowsChanges(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	names := func() (out []string) {
		found, _ := a.server.Search("kim", 10)
		for _, u := range found {
			out = append(out, u.Name)
		}
		return out
	}
	for i := range 4 {
		a.seed(directory.User{UserID: fmt.Sprint("u", i), Name: fmt.Sprint("Kim ", i)})
	}
	assert.Equal(t, []string{"Kim 0", "Kim 1", "Kim 2", "Kim 3"}, names())
	a.post(updatePath, `{"userid":"u1","name":"Lee"}`)
	a.post(updatePath, `{"userid":"u2","title":"Chief"}`)
	a.seed(directory.User{UserID: "u9", Name: "Kim 9"})
	assert.Equal(t, []string{"Kim 0", "Kim 2", "Kim 3", "Kim 9"}, names())
	chief, _ := a.server.Search("kim 2", 1)
	assert.Equal(t, "Chief", chief[0].Title)
	for _, userid := range []string{"u0", "u9", "u2"} {
		a.post(deletePath, `{"userid":"`+userid+`"}`)
	}
	assert.Equal(t, []string{"Kim 3"}, names())
	a.post(deletePath, `{"userid":"u3"}`)
	assert.Empty(t, names())
	a.seed(directory.User{UserID: "u3", Name: "Kim again"})
	assert.Equal(t, []string{"Kim again"}, names())
	found, total := a.server.Search("lee", 1)
	assert.Equal(t, []any{1, "u1"}, []any{total, found[0].UserID}, "who stayed is still found")
}

func TestSearch_RanksByTheBestValue(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, u := range []directory.User{
		{UserID: "kit9", Name: "Zkit"}, {UserID: "b", Name: "Akit"}, {UserID: "xkit", Name: "Kitten"}, {UserID: "skit", Name: "Kit"},
	} {
		_, err := s.AddUser(u)
		require.NoError(t, err)
	}
	var names []string
	found, _ := s.Search("kit", 9)
	for _, u := range found {
		names = append(names, u.Name)
	}
	assert.Equal(t, []string{"Kit", "Kitten", "Zkit", "Akit"}, names)
}

func TestSearch_ReturnsCopies(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, err := s.AddUser(directory.User{UserID: "u", Name: "Kim"})
	require.NoError(t, err)
	for range 2 {
		found, _ := s.Search("kim", 1)
		assert.Equal(t, []int64{1}, found[0].DeptIDList)
		found[0].DeptIDList[0] = 2
	}
}
