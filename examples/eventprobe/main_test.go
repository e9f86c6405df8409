package main

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// fullTimes are the times of a run on a service.
var fullTimes = times{
	wait: 15 * time.Second, repeats: 5 * time.Minute, after: 3 * time.Minute,
	gaps: []time.Duration{time.Minute, 10 * time.Minute, time.Hour},
}

// probeOn runs the probe on an emulator, in virtual time, and interrupts it after a time, unless that is 0. Nothing that
// it has made may be left.
func probeOn(t *testing.T, srv *dingtalktest.Server, interruption time.Duration) (*report, error) {
	t.Helper()
	return probeWith(t, srv, fullTimes, interruption)
}

func probeWith(t *testing.T, srv *dingtalktest.Server, times times, interruption time.Duration) (*report, error) {
	t.Helper()
	group, err := srv.AdminClient().CreateRoleGroup(t.Context(), dingtalk.CreateRoleGroupRequest{Name: "Projects"})
	require.NoError(t, err)
	time.Sleep(time.Second) // so that the event of the group is no event of a write
	departments := len(srv.Departments())
	org := &organization{
		client: srv.Client(), name: "eventprobe test", userID: "example-1", mobile: "13800001234", groupID: group.GroupID,
	}
	ctx := t.Context()
	if interruption > 0 {
		limited, cancel := context.WithTimeout(ctx, interruption)
		defer cancel()
		ctx = limited
	}
	r, err := observe(ctx, org, srv.ClientID(), srv.ClientSecret(), times, t.Logf)
	assert.Len(t, srv.Departments(), departments)
	assert.Empty(t, srv.Users())
	_, roleErr := srv.AdminClient().GetRole(t.Context(), dingtalk.GetRoleRequest{RoleID: org.role.id})
	assert.ErrorIs(t, roleErr, dingtalk.ErrNotFound)
	return r, err
}

// checkEvents compares the events of each write with those that the emulator has sent.
func checkEvents(t *testing.T, srv *dingtalktest.Server, r *report) {
	t.Helper()
	require.Len(t, r.writes, 20)
	for _, o := range r.writes {
		var want, got []string
		for _, e := range srv.Events() {
			if e.Time.Equal(o.ended) { // a call takes no virtual time
				want = append(want, e.Type+" "+e.ID)
			}
		}
		for _, pushes := range byID(o.pushes) {
			got = append(got, string(pushes[0].event.Type)+" "+pushes[0].event.ID)
		}
		assert.ElementsMatch(t, want, got, o.write)
		require.NoError(t, o.err, o.write)
	}
}

func TestProbe_ReportsWhatTheEmulatorDoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		r, err := probeOn(t, srv, 0)
		require.NoError(t, err)
		checkEvents(t, srv, r)
		for i, want := range []string{"LATER", "no reply in time"} {
			for _, d := range srv.Deliveries("org_dept_modify") {
				if d.EventID == r.repeats[i].pushes[0].event.ID {
					assert.Contains(t, d.Answer, want)
				}
			}
		}
		golden(t, "testdata/report.txt", r.String())
	})
}

// column returns the cells of a column, without its title.
func column(rows [][]string, n int) []string {
	var cells []string
	for _, row := range rows[1:] {
		cells = append(cells, row[n])
	}
	return cells
}

// TestProbe_ReportsWhatIsConfigured compares the report with what an option of the emulator or a disturbance changes.
func TestProbe_ReportsWhatIsConfigured(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options     []dingtalktest.Option
		disturbance dingtalktest.Disturbance
		check       func(*testing.T, *report)
	}{
		"no events of own writes": {
			options: []dingtalktest.Option{dingtalktest.WithoutOwnEvents()},
			check: func(t *testing.T, r *report) {
				for _, o := range r.writes {
					assert.Empty(t, o.pushes, o.write)
				}
				assert.Empty(t, r.repeats)
				assert.Empty(t, r.gaps)
				assert.Contains(t, r.String(), "- repeats, and what is sent after a time without a connection: no event came")
			},
		},
		"no events of moves": {
			options: []dingtalktest.Option{dingtalktest.WithoutMoveEvents()},
			check: func(t *testing.T, r *report) {
				for _, o := range r.writes {
					silent := o.write == "move a person" || strings.Contains(o.write, "again") || o.write == "write the same job number again"
					assert.Equal(t, silent, len(o.pushes) == 0, o.write)
				}
			},
		},
		"other retries": {
			options: []dingtalktest.Option{dingtalktest.WithStreamRetries(30*time.Second, 2*time.Minute, time.Minute)},
			check: func(t *testing.T, r *report) {
				assert.Equal(t, []string{"30s, 2m30s, 3m30s", "30s, 2m30s, 3m30s"}, column(r.repeatRows(), 1))
			},
		},
		"retries that last longer than the probe refuses": {
			options: []dingtalktest.Option{dingtalktest.WithStreamRetries(slices.Repeat([]time.Duration{70 * time.Second}, 8)...)},
			check: func(t *testing.T, r *report) {
				assert.Equal(t, []string{"1m10s, 2m20s, 3m30s, 4m40s", "1m10s, 2m20s, 3m30s, 4m40s"}, column(r.repeatRows(), 1))
			},
		},
		"no retries": {
			options: []dingtalktest.Option{dingtalktest.WithStreamRetries()},
			check: func(t *testing.T, r *report) {
				assert.Equal(t, []string{"never", "never"}, column(r.repeatRows(), 1))
				assert.Equal(t, []string{"never", "never", "never"}, column(r.gapRows(), 1))
				assert.Equal(t, []string{"never", "never", "never"}, column(r.gapRows(), 2))
			},
		},
		"events that are kept for five minutes": {
			options: []dingtalktest.Option{dingtalktest.WithEventRetention(5 * time.Minute), dingtalktest.WithStreamRetries()},
			check: func(t *testing.T, r *report) {
				assert.Equal(t, []string{"after 0s", "never", "never"}, column(r.gapRows(), 1))
				assert.Equal(t, []string{"after 0s", "after 0s", "after 0s"}, column(r.gapRows(), 2))
			},
		},
		"other pings": {
			options: []dingtalktest.Option{dingtalktest.WithStreamPing(7 * time.Second)},
			check: func(t *testing.T, r *report) {
				assert.Contains(t, r.connectionRows(), []string{"time between pings", "7s to 7s, median 7s"})
			},
		},
		"connections that end": {
			options: []dingtalktest.Option{dingtalktest.WithStreamAge(187 * time.Second), dingtalktest.WithStreamPing(0)},
			check: func(t *testing.T, r *report) {
				assert.Contains(t, r.connectionRows(), []string{"time between pings", "fewer than two pings came"})
				require.NotEmpty(t, r.connections.endings)
				assert.Contains(t, r.connectionRows(), []string{"ended by the service", "after 3m17s: connection is expired"})
			},
		},
		"reads that lag": {
			options: []dingtalktest.Option{dingtalktest.WithReadLag(2 * time.Second)},
			check: func(t *testing.T, r *report) {
				for _, o := range r.writes {
					if o.reads != notRead {
						assert.Equal(t, "after 2s, later than the event", o.reading(o.ended), o.write)
					}
				}
			},
		},
		"events that come twice": {
			disturbance: dingtalktest.Disturbance{Types: []string{"org_dept_create"}, Double: 1},
			check: func(t *testing.T, r *report) {
				assert.Equal(t, "org_dept_create (2 times)", r.writeRows()[1][1])
				assert.Positive(t, r.connections.again)
			},
		},
		"late events": {
			disturbance: dingtalktest.Disturbance{Delay: 10 * time.Second},
			check: func(t *testing.T, r *report) {
				late := 0
				for _, o := range r.writes {
					for _, in := range o.pushes {
						if in.at.Sub(o.ended) > time.Second {
							late++
						}
					}
				}
				assert.Greater(t, late, 5)
			},
		},
		"events without an ID": {
			disturbance: dingtalktest.Disturbance{OmitID: 1},
			check:       func(t *testing.T, r *report) { assert.Equal(t, "deptId [number]; no eventId", r.writeRows()[1][4]) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := dingtalktest.New(t, tt.options...)
				srv.Disturb(1, tt.disturbance)
				r, err := probeOn(t, srv, 0)
				require.NoError(t, err)
				if tt.disturbance.OmitID == 0 {
					checkEvents(t, srv, r)
				}
				tt.check(t, r)
			})
		})
	}
}

func TestProbe_RecordsWhatAnAdministratorChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithoutOwnEvents())
		go func() {
			time.Sleep(5 * time.Minute)
			user, _ := srv.User("example-1")
			user.Telephone = "1135"
			srv.SetUser(user)
		}()
		withConsole := fullTimes
		withConsole.console = 10 * time.Minute
		r, err := probeWith(t, srv, withConsole, 0)
		require.NoError(t, err)
		var rows [][]string
		for _, row := range r.writeRows() {
			if row[1] == "user_modify_org" {
				rows = append(rows, row)
			}
		}
		require.Len(t, rows, 1)
		assert.Equal(t, []string{"changes in the admin console", "user_modify_org", "-", "-"}, rows[0][:4])
		assert.Contains(t, rows[0][4], "; changed: telephone")
		assert.NotContains(t, r.String(), "-console was not given")
	})
}

func TestProbe_LeavesEventsAboutOthersToOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		var id string
		go func() {
			time.Sleep(time.Minute)
			id = srv.Emit("user_add_org", map[string]any{"userId": []string{"zhao.min"}})
		}()
		r, err := probeOn(t, srv, 0)
		require.NoError(t, err)
		refused := 0
		for _, d := range srv.Deliveries("user_add_org") {
			if d.EventID == id {
				assert.Equal(t, dingtalktest.DeliveryRefused, d.Outcome)
				refused++
			}
		}
		assert.Equal(t, 3, refused, "it is sent again, and then given up")
		assert.Equal(t, 3, r.connections.foreign)
	})
}

func TestProbe_CleansUpAfterAnInterruption(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{1, 20 * time.Second, 50 * time.Second, 2 * time.Minute, 6 * time.Minute, 30 * time.Minute} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := dingtalktest.New(t)
				r, err := probeOn(t, srv, after)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Contains(t, r.String(), "what follows the error")
			})
		})
	}
}

func TestProbe_CleansUpAfterAFailure(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"CreateDepartment", "CreateUser", "CreateRole", "DeleteUser"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := dingtalktest.New(t)
				srv.Fail(op, dingtalktest.Code(400002), 1)
				r, err := probeOn(t, srv, 0)
				if op == "DeleteUser" { // it is made again at the end
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
				}
				assert.Contains(t, r.String(), "the write failed: dingtalk: "+op)
			})
		})
	}
}

func TestEventprobe_NamesWhatMayRemain(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("DeleteUser", dingtalktest.PermissionMissing, 2)
	code, _, errOut := clitest.Run(t.Context(), "eventprobe", run, clitest.Environment(t, srv), "", append(short, "-yes", "-mobile", "13800001234")...)
	require.Equal(t, 1, code)
	require.Len(t, srv.Users(), 1)
	require.Contains(t, errOut, "user "+srv.Users()[0].UserID+" may still be in the organization")
}

// short are the arguments of a run in real time.
var short = []string{"-wait", "10ms", "-repeats", "10ms", "-gaps", "10ms", "-after", "10ms"}

func TestEventprobe_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{
		Name: "eventprobe", Run: run, Writes: true, Operation: "CreateDepartment", OnEmulator: short, OnService: short,
		Env: map[string]string{"DINGTALK_MOBILE": "13800001234"},
	})
}

func TestEventprobe_RefusesTimesThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		`-gaps: "soon" is not a time such as 10m`: {"-gaps", "1m,soon"},
		"-wait must be positive":                  {"-wait", "0"},
	} {
		code, out, errOut := clitest.Run(t.Context(), "eventprobe", run, nil, "", append(args, "-emulator")...)
		assert.Equal(t, 2, code)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out)
	}
}

// golden compares the output with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
