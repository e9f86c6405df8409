package e2e_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestEnsureUser_ContinuesOnlyAfterAmbiguousOutcomes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		there  bool
		faults func(*dingtalktest.Server)
		action dingtalk.EnsureAction
		class  error
		calls  [3]int // CreateUser, GetUser, UpdateUser
	}{
		"a create that never arrived": {
			faults: func(srv *dingtalktest.Server) { srv.Fail("CreateUser", dingtalktest.DropConnection, 1) },
			action: dingtalk.EnsureCreated, calls: [3]int{2, 1, 0},
		},
		"a create whose response was lost": {
			faults: func(srv *dingtalktest.Server) { srv.Fail("CreateUser", dingtalktest.LostResponse, 1) },
			action: dingtalk.EnsureCreated, calls: [3]int{1, 1, 0},
		},
		"creates that never arrive": {
			faults: func(srv *dingtalktest.Server) { srv.Fail("CreateUser", dingtalktest.DropConnection, 9) },
			class:  dingtalk.ErrOutcomeUnknown, calls: [3]int{3, 3, 0},
		},
		"a page of another site": {
			faults: func(srv *dingtalktest.Server) { srv.Fail("CreateUser", dingtalktest.PortalPage, 1) },
			class:  dingtalk.ErrOutcomeUnknown, calls: [3]int{1, 0, 0},
		},
		"a refusal that says nothing of others": {
			faults: func(srv *dingtalktest.Server) { srv.Fail("CreateUser", dingtalktest.Code(60103), 1) },
			class:  dingtalk.ErrInvalidArgument, calls: [3]int{1, 0, 0},
		},
		"a person who vanishes before the update": {
			there:  true,
			faults: func(srv *dingtalktest.Server) { srv.Fail("UpdateUser", dingtalktest.Code(60121), 1) },
			action: dingtalk.EnsureUpdated, calls: [3]int{2, 2, 2},
		},
		"a read that is refused": {
			there:  true,
			faults: func(srv *dingtalktest.Server) { srv.Fail("GetUser", dingtalktest.PermissionMissing, 1) },
			class:  dingtalk.ErrPermission, calls: [3]int{1, 1, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				if tt.there {
					seeded(srv)
				}
				tt.faults(srv)
				req := zhaoMin()
				req.Title = "Lead"
				res, err := srv.Client().EnsureUser(t.Context(), req)
				if tt.class == nil {
					require.NoError(t, err)
					assert.Equal(t, tt.action, res.Action)
				} else {
					require.ErrorIs(t, err, tt.class)
					assert.Nil(t, res)
				}
				got := [3]int{len(srv.Calls("CreateUser")), len(srv.Calls("GetUser")), len(srv.Calls("UpdateUser"))}
				assert.Equal(t, tt.calls, got)
			})
		})
	}
}

func TestEnsureUser_ReportsAnUpdateThatMayHaveBeenApplied(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		srv.Fail("UpdateUser", dingtalktest.LostResponse, 1)
		srv.Fail("UpdateUser", dingtalktest.PermissionMissing, 1)
		req := zhaoMin()
		req.Title = "Lead"
		_, err := srv.Client().EnsureUser(t.Context(), req)
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
		require.ErrorContains(t, err, "outcome unknown: the change may have been made")
		assert.Equal(t, "EnsureUser", asError(t, err).Op)
	})
}

func TestEnsureUser_ReportsALostCreateWhenTheUpdateIsRefused(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		srv.Fail("CreateUser", dingtalktest.DropConnection, 1)
		srv.Fail("UpdateUser", dingtalktest.PermissionMissing, 1)
		req := zhaoMin()
		req.Title = "Lead"
		_, err := srv.Client().EnsureUser(t.Context(), req)
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
	})
}

// respondingToCreates returns an option that responds to creates with the body.
func respondingToCreates(srv *dingtalktest.Server, body string) dingtalk.Option {
	transport := srv.Transport()
	return dingtalk.WithHTTPClient(&http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		if operationAt(req.URL.Path) != "CreateUser" {
			return transport.RoundTrip(req)
		}
		_, _ = io.Copy(io.Discard, req.Body)
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
	})})
}

func TestEnsureUser_NamesTheHolderOfTheResponse(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client(respondingToCreates(srv, `{"errcode":60104,"errmsg":"x","userid":"holder"}`))
		req := zhaoMin()
		req.Title = "Lead"
		_, err := client.EnsureUser(t.Context(), req)
		require.ErrorIs(t, err, dingtalk.ErrAlreadyExists)
		assert.Equal(t, "holder", asError(t, err).HolderUserID)
		assert.Empty(t, srv.Calls("GetUser"))

		client = srv.Client(respondingToCreates(srv, `{"errcode":60104,"errmsg":"x","userid":"zhao.min"}`))
		res, err := client.EnsureUser(t.Context(), req)
		require.NoError(t, err, "it is the same user")
		assert.Equal(t, dingtalk.EnsureUpdated, res.Action)
	})
}

func TestEnsureUser_RecognizesItsOwnLateCreate(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		transport := srv.Transport()
		creates := 0
		late := roundTripper(func(req *http.Request) (*http.Response, error) {
			if operationAt(req.URL.Path) == "CreateUser" {
				if creates++; creates == 1 { // it arrives only after the client has read back
					_, _ = io.Copy(io.Discard, req.Body)
					return nil, io.ErrUnexpectedEOF
				}
				seeded(srv)
			}
			return transport.RoundTrip(req)
		})
		res, err := srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: late})).EnsureUser(t.Context(), zhaoMin())
		require.NoError(t, err)
		assert.Equal(t, dingtalk.EnsureCreated, res.Action)
	})
}
