package console

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

func TestSearchPage_ShowsTheMatches(t *testing.T) {
	t.Parallel()
	h := New(staffed(t), "")
	page := open(t, h, "/console/search?q=ZHAO")
	assert.Equal(t, "zhao.min", page.one(t, "tr", "data-userid").attr("data-userid"))
	assert.Equal(t, "People found: 1", page.one(t, "p", "role", "status").text())
	assert.Equal(t, "ZHAO", page.one(t, "input", "id", "search").attr("value"))

	none := open(t, h, "/console/search?q=%22%3E%3Cb%3Eabsent", "Accept-Language", "zh")
	assert.Empty(t, none.all("table"))
	assert.Equal(t, "没有找到“\"><b>absent”。", none.one(t, "p", "role", "status").text())
	assert.Equal(t, `"><b>absent`, none.one(t, "input", "id", "search").attr("value"))

	nothing := open(t, h, "/console/search")
	assert.Empty(t, nothing.all("table"))
	assert.Equal(t, "Enter a part of a name, mobile number, userid or job number.", nothing.one(t, "p", "role", "status").text())
}

func TestSearchPage_SaysHowManyAreNotShown(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for i := range maxFound {
		_, err := s.AddUser(directory.User{UserID: fmt.Sprint("u", i), Name: "Kim"})
		require.NoError(t, err)
	}
	h := New(s, "")
	assert.Equal(t, "People found: 50", open(t, h, "/console/search?q=kim").one(t, "p", "role", "status").text())
	_, err := s.AddUser(directory.User{UserID: "another", Name: "Kim"})
	require.NoError(t, err)
	page := open(t, h, "/console/search?q=kim")
	assert.Len(t, page.all("tr", "data-userid"), maxFound)
	assert.Equal(t, "People found: 51 · The 50 best matches are shown. Type more to narrow them down.",
		page.one(t, "p", "role", "status").text())
}

// BenchmarkPages renders pages of the largest sample organization: of the root, of a crowded department with very many
// pages, of a person, and of searches for what very many, few and no people have.
func BenchmarkPages(b *testing.B) {
	s := newServer(b, emulator.WithSampleOrg(5000, 100_000, 1))
	h := New(s, "")
	crowded := s.Departments()[0]
	var most int64
	for _, d := range s.Departments() {
		if at, _ := s.Branch(d.ID); d.ID != 1 && at.Direct > most {
			crowded, most = d, at.Direct
		}
	}
	for name, target := range map[string]string{
		"root": "/console/", "crowded department": fmt.Sprintf("/console/departments/%d?page=2", crowded.ID),
		"person":          "/console/users/" + s.Members(crowded.ID, 0, 1)[0].UserID,
		"search for many": "/console/search?q=1", "search for few": "/console/search?q=19912345", "search for no one": "/console/search?q=absent+at+all",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				get(b, h, target)
			}
		})
	}
}
