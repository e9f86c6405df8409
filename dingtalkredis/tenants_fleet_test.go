package dingtalkredis

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

// The fleet of TestTenants_AFleetFetchesOneTokenForEachOrganization.
const (
	fleetProcesses     = 4
	fleetOrganizations = 200
	fleetCallers       = 50 // of each organization, in each process
)

var tenantsProcess = flag.String("tenants-process", "", "the settings of a process of the fleet of tenants, in JSON")

// tenantsSettings are what a process of the fleet is told.
type tenantsSettings struct {
	Redis        string `json:"redis"`
	URL          string `json:"url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	TokenKey     string `json:"token_key"`
}

func (s tenantsSettings) connect(t *testing.T) *tenants.Tenants {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: s.Redis})
	t.Cleanup(func() { _ = rdb.Close() })
	store, key := NewTokenStore(rdb), dingtalk.TokenKey{ID: "k1", Key: dingtalk.NewSecret(s.TokenKey)}
	apps, err := tenants.New(s.ClientID, s.ClientSecret, tenants.Config{
		Tickets: store, TicketKeys: []dingtalk.TokenKey{key}, RateLimit: dingtalk.NoRateLimit,
		Options: []dingtalk.Option{
			dingtalk.WithBaseURL(s.URL), dingtalk.WithTokenStore(store, key), dingtalk.WithTimeout(time.Minute),
			dingtalk.WithLogger(slog.New(slog.NewTextHandler(os.Stderr, nil))),
		},
	})
	require.NoError(t, err)
	return apps
}

func fleetCorpID(i int) string { return fmt.Sprintf("dingcorp%04d", i) }

// TestTenants_Process is a process of the fleet. It waits for a line of input, and then all callers begin at once.
func TestTenants_Process(t *testing.T) { //nolint:paralleltest // it is alone in its process
	if *tenantsProcess == "" {
		t.Skip("it is run by TestTenants_AFleetFetchesOneTokenForEachOrganization")
	}
	var s tenantsSettings
	require.NoError(t, json.Unmarshal([]byte(*tenantsProcess), &s))
	apps := s.connect(t)
	_, err := apps.App().GetAuthInfo(t.Context(), dingtalk.GetAuthInfoRequest{AuthCorpID: fleetCorpID(0)}) // and connect to Redis
	require.NoError(t, err)
	_, err = io.WriteString(os.Stdout, "ready\n")
	require.NoError(t, err)
	_, err = bufio.NewReader(os.Stdin).ReadString('\n')
	require.NoError(t, err)
	var wg sync.WaitGroup
	for i := range fleetOrganizations {
		for caller := range fleetCallers {
			wg.Go(func() {
				client, err := apps.Client(fleetCorpID(i))
				if !assert.NoError(t, err) {
					return
				}
				if caller > 0 {
					_, err := client.Token(t.Context())
					assert.NoError(t, err)
					return
				}
				user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
				if assert.NoError(t, err) {
					assert.Equal(t, "Zhao Min of "+fleetCorpID(i), user.Name)
				}
			})
		}
	}
	wg.Wait()
}

func TestTenants_AFleetFetchesOneTokenForEachOrganization(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts a fleet of processes")
	}
	var opts []dingtalktest.Option
	for i := range fleetOrganizations {
		opts = append(opts, dingtalktest.WithOtherOrganization(fleetCorpID(i), fleetCorpID(i),
			dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min of " + fleetCorpID(i)}))
	}
	srv := dingtalktest.New(t, opts...)
	for i := range fleetOrganizations {
		srv.Authorize(fleetCorpID(i))
	}
	url, err := srv.Listen("")
	require.NoError(t, err)
	s := tenantsSettings{
		Redis: startRedis(t).Addr, URL: url, ClientID: srv.ClientID(), ClientSecret: srv.ClientSecret(),
		TokenKey: "0123456789abcdef0123456789abcdef",
	}
	ticket := event.Event{
		Type: event.SuiteTicketPush, CreatedAt: time.Now(),
		Payload: &event.SuiteTicket{Ticket: event.NewSecret(srv.SendSuiteTicket().Reveal())},
	}
	require.NoError(t, s.connect(t).Accept(t.Context(), ticket), "one process receives the ticket")
	settings, err := json.Marshal(s)
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)

	var wg sync.WaitGroup
	var inputs []io.WriteCloser
	logs := make([]bytes.Buffer, fleetProcesses)
	for i := range fleetProcesses {
		process := exec.CommandContext(t.Context(), self, "-test.run=^TestTenants_Process$", "-test.timeout=5m", "-tenants-process="+string(settings))
		input, err := process.StdinPipe()
		require.NoError(t, err)
		output, err := process.StdoutPipe()
		require.NoError(t, err)
		process.Stderr = &logs[i]
		require.NoError(t, process.Start())
		lines := bufio.NewReader(output)
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready", strings.TrimSpace(line))
		inputs = append(inputs, input)
		wg.Go(func() {
			rest, _ := io.ReadAll(lines)
			assert.NoError(t, process.Wait(), "%s%s", rest, &logs[i])
		})
	}
	start := time.Now()
	for _, input := range inputs { // all are cold
		_, err := io.WriteString(input, "go\n")
		require.NoError(t, err)
	}
	wg.Wait()
	took := time.Since(start)

	rdb := redis.NewClient(&redis.Options{Addr: s.Redis})
	defer func() { _ = rdb.Close() }()
	stats, err := rdb.InfoMap(t.Context(), "stats").Result()
	require.NoError(t, err)
	t.Logf("%d processes × %d organizations × %d callers: %v, %s commands of Redis",
		fleetProcesses, fleetOrganizations, fleetCallers, took.Round(time.Millisecond), stats["Stats"]["total_commands_processed"])
	for i := range logs {
		t.Log(logs[i].String())
	}
	tokens := map[string]int{}
	for _, call := range srv.Calls("GetSuiteCorpToken") {
		require.Zero(t, call.Code)
		tokens[fmt.Sprint(call.Body["authCorpId"])]++
	}
	assert.Len(t, tokens, fleetOrganizations)
	for corpID, n := range tokens {
		assert.Equal(t, 1, n, corpID)
	}
	assert.Len(t, srv.Calls("GetUser"), fleetProcesses*fleetOrganizations)
}
