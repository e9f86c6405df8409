package console

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

func TestUpdates_TellWhenACallArrivesAndEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, emulator.WithLatency(time.Second))
		l := listen(t, New(s, ""), "/console/updates")
		assert.Empty(t, l.heard())
		go sendRaw(t, s, getPath, `{"name":"<script>"}`)
		time.Sleep(minUpdateGap)
		synctest.Wait()
		m := <-l.messages
		assert.Equal(t, "call", m.event)
		assert.Contains(t, m.data, "… in progress")
		time.Sleep(time.Second)
		synctest.Wait()
		m = <-l.messages
		assert.Contains(t, m.data, `<tr role="row" id="call-1" data-call="1" data-op="GetUser" data-code="40000">`)
		assert.Contains(t, m.data, "⚠ credentials")
		assert.Contains(t, m.data, "1.00 s")
		assert.Equal(t, "Requests: 1\n", l.count)
		assert.Empty(t, l.heard())
	})
}

func TestUpdates_AreInTheLanguageOfThePage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		l := listen(t, New(s, ""), "/console/updates", "Accept-Language", "zh")
		sendRaw(t, s, getPath, `{}`)
		time.Sleep(minUpdateGap)
		synctest.Wait()
		assert.Contains(t, (<-l.messages).data, "凭证无效")
	})
}

func TestUpdates_ResumeAfterAReconnect(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		h := New(s, "")
		l := listen(t, h, "/console/updates")
		sendRaw(t, s, getPath, `{}`)
		time.Sleep(minUpdateGap)
		assert.Equal(t, []string{"1 GetUser 40000"}, l.heard())
		l.stop()
		assert.Equal(t, []string{"end"}, l.heard())

		require.NoError(t, s.Fail("GetUser", emulator.Hang, 1))
		go sendRaw(t, s, getPath, `{}`)
		synctest.Wait()
		sendRaw(t, s, subPath, `{}`)
		_, err := s.AddUser(directory.User{})
		require.NoError(t, err)
		again := listen(t, h, "/console/updates?after=ignored-0", "Last-Event-ID", l.last)
		assert.Equal(t, []string{"organization", "2 GetUser 0", "3 ListSubDepartmentIDs 40000"}, again.heard())
		assert.Empty(t, listen(t, h, "/console/updates", "Last-Event-ID", again.last).heard())
	})
}

func TestUpdates_BeginWhenThePageWasMade(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		h := New(s, "/base")
		sendRaw(t, s, subPath, `{}`)
		stream := func(page string) string {
			found := regexp.MustCompile(`sse-connect="([^"]+)"`).FindStringSubmatch(get(t, h, page))
			require.NotNil(t, found)
			return strings.ReplaceAll(found[1], "&amp;", "&")
		}
		log, person := stream("/base/console/log"), stream("/base/console/")
		sendRaw(t, s, getPath, `{}`)
		s.Advance(time.Second)
		assert.Equal(t, []string{"organization", "2 GetUser 40000"}, listen(t, h, log).heard())
		assert.Equal(t, []string{"organization"}, listen(t, h, person).heard(), "it shows no calls")
	})
}

func TestUpdates_HaveTheFilterOfThePage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, emulator.WithLatency(time.Second))
		h := New(s, "")
		token := fetchToken(t, s)
		_, err := s.AddUser(directory.User{UserID: "u"})
		require.NoError(t, err)
		failed, user := listen(t, h, "/console/updates?failed=1"), listen(t, h, "/console/updates?userid=u&op=GetUser")
		require.NoError(t, s.Fail("GetUser", emulator.LostResponse, 1))
		go sendRaw(t, s, subPath, `{}`)
		time.Sleep(time.Millisecond) // so that the calls do not end at the same moment
		go sendRaw(t, s, getPath+"?access_token="+token, `{"userid":"u"}`)
		time.Sleep(2 * minUpdateGap)
		assert.Equal(t, []string{"2 ListSubDepartmentIDs 40000"}, failed.heard())
		assert.Equal(t, []string{"3 GetUser 0"}, user.heard())
		time.Sleep(time.Second)
		assert.Equal(t, []string{"2 ListSubDepartmentIDs 40000", "3 GetUser 0"}, failed.heard(), "it is lost when it ends")
		assert.Equal(t, []string{"3 GetUser 0"}, user.heard())
		assert.Equal(t, "Matching requests: 2\n", failed.count)
		assert.Equal(t, "Matching requests: 1\n", user.count)
	})
}

func TestUpdates_RepeatWhatHappenedWhileThePageWasMade(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := &console{server: s, session: "S", assets: loadAssets()}
	c.templates = c.parseTemplates()
	s.Advance(time.Second)
	made := c.page(func(r *http.Request) (page, error) {
		s.Advance(time.Second)
		return notFound(r)
	})
	body := bodyOf(t, ask(t, made, http.MethodGet, "/console/"))
	assert.Contains(t, body, `sse-connect="/console/updates?after=S-1&amp;only=organization"`)
}

func TestUpdates_RestartAPageOfAnotherServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		h := New(s, "")
		sendRaw(t, s, getPath, `{}`)
		for _, last := range []string{"NUMBER-7", "-", "7"} {
			l := listen(t, h, "/console/updates", "Last-Event-ID", last)
			assert.Equal(t, []string{"restart", "organization"}, l.heard(), last)
			assert.Empty(t, listen(t, h, "/console/updates", "Last-Event-ID", l.last).heard(), "that is done")
		}
	})
}

func TestUpdates_HaveAMinimumGap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		l := listen(t, New(s, ""), "/console/updates")
		time.Sleep(minUpdateGap)
		for range 50 { // ten milliseconds apart
			_, err := s.AddUser(directory.User{})
			require.NoError(t, err)
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(minUpdateGap)
		assert.Len(t, l.heard(), 4, "at once, then every 200 ms")
	})
}

func TestUpdates_AreLimitedToWhatAPageShows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		l := listen(t, New(s, ""), "/console/updates")
		for range maxBacklog + 50 {
			sendRaw(t, s, getPath, `{}`)
		}
		time.Sleep(minUpdateGap)
		heard := l.heard()
		require.Len(t, heard, maxBacklog)
		assert.Equal(t, "51 GetUser 40000", heard[0])
		assert.Equal(t, "350 GetUser 40000", heard[maxBacklog-1])
	})
}

func TestUpdates_SendHeartbeats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := listen(t, New(newServer(t), ""), "/console/updates")
		time.Sleep(minUpdateGap + 4*heartbeat)
		synctest.Wait()
		assert.InDelta(t, 5, l.comments, 1)
		assert.Empty(t, l.heard())
	})
}

func TestUpdates_EndWithTheServer(t *testing.T) {
	t.Parallel()
	s := newServer(t, emulator.WithConsole(func(s *emulator.Server) http.Handler { return New(s, "") }))
	base, err := s.Listen("")
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/console/updates", nil)
	require.NoError(t, err)
	res, err := (&http.Client{}).Do(r)
	require.NoError(t, err)
	assert.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	assert.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	s.Close()
	_, err = io.ReadAll(res.Body)
	assert.NoError(t, err, "it was not cut off")
	require.NoError(t, res.Body.Close())
}
