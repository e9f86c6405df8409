package login_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

func TestMember_IsTheUserOfTheOrganization(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	for name, flow := range map[string]*login.Flow{"named": newFlow(t, srv), "open": openFlow(t, srv)} {
		for userID, admin := range map[string]bool{"zhao.min": true, "li.na": false} {
			session := sessionOf(t, srv, flow, userID)
			assert.Equal(t, srv.CorpID(), session.CorpID)
			assert.WithinDuration(t, time.Now().Add(2*time.Hour), session.Expires, time.Minute)
			m, err := flow.Member(t.Context(), session)
			require.NoError(t, err, name)
			assert.Equal(t, userID, m.User.UserID)
			assert.Equal(t, m.User.UnionID, m.UnionID)
			assert.Equal(t, map[string]string{"named": srv.CorpID()}[name], m.CorpID, "the one that was checked")
			assert.Equal(t, admin, m.Admin)
			assert.Zero(t, m.AdminLevel)
		}
	}
}

func TestMember_IsNotOfAnOrganizationThatWasNotChecked(t *testing.T) {
	t.Parallel()
	srv := newServer(t, dingtalktest.WithOtherOrganization("dingboth", "Both", dingtalktest.User{UserID: "min", UnionID: "zhaominiE"}))
	flow := openFlow(t, srv)
	session := sessionOf(t, srv, flow, "min") // zhao.min, who is a member of both organizations, chose the other one
	require.Equal(t, "dingboth", session.CorpID)
	m, err := flow.Member(t.Context(), session)
	require.NoError(t, err)
	assert.Equal(t, "zhao.min", m.User.UserID, "of the app's organization")
	assert.Empty(t, m.CorpID)
	_, err = newFlow(t, srv).Member(t.Context(), session)
	require.ErrorIs(t, err, dingtalk.ErrPermission)
}

func TestMember_RefusesPeopleWhoAreNoMembers(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	named, open := newFlow(t, srv), openFlow(t, srv)
	for name, tt := range map[string]struct {
		flow   *login.Flow
		userID string
		class  error
		text   string
	}{
		"another organization":                {named, "mei.tan", dingtalk.ErrPermission, "the person signed in with another organization"},
		"another organization, not named":     {open, "mei.tan", dingtalk.ErrPermission, "the person is not a member of the organization"},
		"an external contact":                 {named, "buyer", dingtalk.ErrPermission, "the person is an external contact"},
		"an external contact, not named":      {open, "buyer", dingtalk.ErrPermission, "the person is an external contact"},
		"a member who was removed":            {named, "li.na", dingtalk.ErrNotFound, "the person is no longer a member of the organization"},
		"a member who was removed, not named": {open, "li.na", dingtalk.ErrPermission, "the person is not a member of the organization"},
	} {
		session := sessionOf(t, srv, tt.flow, tt.userID)
		if tt.userID == "li.na" {
			require.NoError(t, srv.Client().DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "li.na"}))
		}
		m, err := tt.flow.Member(t.Context(), session)
		require.ErrorIs(t, err, tt.class, name)
		require.ErrorContains(t, err, "dingtalk: login.Member: ")
		require.ErrorContains(t, err, tt.text)
		for _, other := range []error{dingtalk.ErrPermission, dingtalk.ErrNotFound} {
			assert.Equal(t, other == tt.class, asError(t, err).Is(other), name) //nolint:errorlint // identity is meant
		}
		assert.Equal(t, tt.class, asError(t, err).Class(), name)
		assert.Nil(t, m)
		if tt.userID == "li.na" {
			srv.AddUser(dingtalktest.User{UserID: "li.na", UnionID: "linaiE"})
		}
	}
}

func TestMember_ChecksTheSessionFirst(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	flow := newFlow(t, srv)
	for _, s := range []*login.Session{nil, {}} {
		_, err := flow.Member(t.Context(), s)
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		assert.ErrorContains(t, err, "there is no access token")
	}
	session := sessionOf(t, srv, flow, "zhao.min")
	session.CorpID = ""
	_, err := flow.Member(t.Context(), session)
	require.ErrorIs(t, err, dingtalk.ErrPermission)
	assert.ErrorContains(t, err, "the organization that the person signed in with is not known")
	assert.Empty(t, srv.Calls("GetMe"))
	m, err := openFlow(t, srv).Member(t.Context(), session)
	require.NoError(t, err)
	assert.Empty(t, m.CorpID)
}

func TestMember_PassesTheErrorsOfItsCallsOn(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"GetMe", "GetUserIDByUnionID", "GetUser"} {
		for name, tt := range map[string]struct {
			fault dingtalktest.Fault
			class error
		}{
			"no permission": {dingtalktest.PermissionMissing, dingtalk.ErrPermission},
			"busy":          {dingtalktest.SystemBusy, dingtalk.ErrTransient},
			"a page":        {dingtalktest.HTTPStatus(502), dingtalk.ErrTransient},
			"half of it":    {dingtalktest.BadJSON, dingtalk.ErrTransient},
			"throttled":     {dingtalktest.Throttled, dingtalk.ErrRateLimited},
		} {
			t.Run(op+", "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv := newServer(t)
					flow := newFlow(t, srv)
					session := sessionOf(t, srv, flow, "zhao.min")
					srv.Fail(op, tt.fault, 9)
					m, err := flow.Member(t.Context(), session)
					require.ErrorIs(t, err, tt.class)
					assert.Equal(t, op, asError(t, err).Op)
					assert.Nil(t, m)
				})
			})
		}
	}
}

func TestMember_RefusesAProfileWithoutUnionIDAndAnExpiredToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t)
		flow := newFlow(t, srv)
		session := sessionOf(t, srv, flow, "zhao.min")
		srv.Fail("GetMe", dingtalktest.Omit("unionId"), 3)
		_, err := flow.Member(t.Context(), session)
		require.ErrorIs(t, err, dingtalk.ErrTransient)
		assert.ErrorContains(t, err, `the response lacks "unionId"`)
		assert.Empty(t, srv.Calls("GetUserIDByUnionID"))

		time.Sleep(time.Until(session.Expires))
		_, err = flow.Member(t.Context(), session)
		require.ErrorIs(t, err, dingtalk.ErrInvalidToken)
		session, err = flow.Refresh(t.Context(), session)
		require.NoError(t, err)
		_, err = flow.Member(t.Context(), session)
		require.NoError(t, err)
	})
}

func TestInApp_FindsTheMemberOnce(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	flow := newFlow(t, srv)
	code := srv.IssueCode("zhao.min")
	m, err := flow.InApp(t.Context(), code)
	require.NoError(t, err)
	assert.Equal(t, "zhao.min", m.User.UserID)
	assert.Equal(t, "zhaominiE", m.UnionID)
	assert.Equal(t, srv.CorpID(), m.CorpID)
	assert.True(t, m.Admin)
	assert.EqualValues(t, 1, m.AdminLevel)

	for name, code := range map[string]string{"spent": code, "of the login page": codeOf(t, srv, flow, "zhao.min"), "none": "", "unknown": "c0ffee00"} {
		m, err = flow.InApp(t.Context(), code)
		require.ErrorIs(t, err, dingtalk.ErrInvalidAuthCode, name)
		assert.Nil(t, m)
	}
	code = srv.IssueCode("zhao.min")
	srv.Fail("GetUserByCode", dingtalktest.LostResponse, 1)
	_, err = flow.InApp(t.Context(), code)
	require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
	assert.ErrorContains(t, err, "request a new one")
	srv.Fail("GetUser", dingtalktest.Code(60121), 1)
	_, err = flow.InApp(t.Context(), srv.IssueCode("zhao.min"))
	require.ErrorIs(t, err, dingtalk.ErrNotFound)
}

func TestInApp_NamesTheUnionID(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	flow := newFlow(t, srv)
	srv.Fail("GetUserByCode", dingtalktest.Omit("unionid"), 1)
	m, err := flow.InApp(t.Context(), srv.IssueCode("zhao.min"))
	require.NoError(t, err)
	assert.Equal(t, "zhaominiE", m.UnionID, "as the user has it")

	srv.Fail("GetUserByCode", dingtalktest.Omit("unionid"), 1)
	srv.Fail("GetUser", dingtalktest.Omit("unionid"), 1)
	m, err = flow.InApp(t.Context(), srv.IssueCode("zhao.min"))
	require.ErrorIs(t, err, dingtalk.ErrTransient)
	require.ErrorContains(t, err, "DingTalk's responses have no union ID of the person")
	assert.Nil(t, m)
}

func TestFlow_SignsNoOtherPersonInByAMixedUpResponse(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	mixUp := func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			err := next(ctx, call)
			switch res := call.Response.(type) {
			case *dingtalk.GetUserIDByUnionIDResponse:
				res.UserID = "li.na"
			case *dingtalk.GetUserByCodeResponse:
				res.UserID = "li.na"
			}
			return err
		}
	}
	flow := newFlow(t, srv, dingtalk.WithMiddleware(mixUp))
	m, err := flow.Member(t.Context(), sessionOf(t, srv, flow, "zhao.min"))
	require.ErrorIs(t, err, dingtalk.ErrTransient)
	assert.ErrorContains(t, err, "dingtalk: login.Member: transient failure: DingTalk's responses are about different people")
	assert.Nil(t, m)
	m, err = flow.InApp(t.Context(), srv.IssueCode("zhao.min"))
	require.ErrorIs(t, err, dingtalk.ErrTransient)
	assert.Nil(t, m)
}

func TestSession_PrintsNoSecret(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	flow := newFlow(t, srv, dingtalk.WithLogger(logger))
	code := codeOf(t, srv, flow, "zhao.min")
	session, err := flow.Exchange(t.Context(), code)
	require.NoError(t, err)
	m, err := flow.Member(t.Context(), session)
	require.NoError(t, err)
	text, err := json.Marshal([]any{session, m})
	require.NoError(t, err)
	logger.Info("x", "session", session, "member", m, "flow", fmt.Sprint(flow))
	_, refused := flow.Exchange(t.Context(), code)
	later, err := flow.Refresh(t.Context(), session)
	require.NoError(t, err)
	shown := fmt.Sprintf("%v %+v %#v %s %v %+v %v %#v", *session, session, session, text, *m, flow, refused, later) + log.String()
	for _, secret := range []string{code, session.AccessToken.Reveal(), session.RefreshToken.Reveal(), later.AccessToken.Reveal(), later.RefreshToken.Reveal(), srv.ClientSecret()} {
		require.NotEmpty(t, secret)
		assert.NotContains(t, shown, secret)
	}
}
