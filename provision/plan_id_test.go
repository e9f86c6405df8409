package provision_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// fullPlan returns a plan with a value in every field, among them texts that JSON encoders write in different ways.
func fullPlan() *provision.Plan {
	return &provision.Plan{
		Made: time.Date(2026, time.September, 1, 10, 0, 0, 0, time.UTC), People: 7, Unlisted: 2, Notes: []string{"<&>\u2028\u007f\x00", "赵"},
		Departments: map[int64]string{1: "/", 4300000001: "/研发中心", -3: ""},
		Items: []provision.Item{
			{
				Action: provision.ActionUpdate, UserID: "a", Name: "\U0001f600", Line: 2, UnionID: "u", Admin: true, Reason: "r",
				Changes: []provision.Change{{Field: "title", Old: "\ufffd", New: `"\`}, {Field: "remark", Old: "old", New: "new"}},
			},
			{Action: provision.ActionConflict},
		},
	}
}

func TestPlanID_IsTheSameOnAllVersionsOfGo(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "8b397d7ffd56fdafd243364b2fa7f9945609087811310fc22eff32853a8cff3b", fullPlan().ID())
	checkJSONRoundTrip(t, fullPlan())
	checkJSONRoundTrip(t, &provision.Plan{})
	local := fullPlan()
	local.Made = local.Made.In(time.FixedZone("UTC+8", 8*60*60))
	assert.Equal(t, fullPlan().ID(), local.ID())
}

// TestPlanID_DependsOnEveryField changes one value after another, including fields that may be added later.
func TestPlanID_DependsOnEveryField(t *testing.T) {
	t.Parallel()
	seen := map[string]string{fullPlan().ID(): "nothing"}
	for n := 0; ; n++ {
		plan, left := fullPlan(), n
		where := mutate(reflect.ValueOf(plan).Elem(), &left, "plan")
		if where == "" {
			require.Greater(t, n, 25)
			return
		}
		id := plan.ID()
		assert.Empty(t, seen[id], where)
		seen[id] = where
	}
}

// mutate changes the n-th value within v, and returns its path.
func mutate(v reflect.Value, n *int, path string) string {
	due := func() bool { *n--; return *n < 0 }
	switch v.Kind() {
	case reflect.String:
		if due() {
			v.SetString(v.String() + "x")
			return path
		}
	case reflect.Bool:
		if due() {
			v.SetBool(!v.Bool())
			return path
		}
	case reflect.Int, reflect.Int64:
		if due() {
			v.SetInt(v.Int() + 1)
			return path
		}
	case reflect.Struct:
		if made, isTime := reflect.TypeAssert[time.Time](v); isTime {
			if due() {
				v.Set(reflect.ValueOf(made.Add(time.Nanosecond)))
				return path
			}
			return ""
		}
		for i := range v.NumField() {
			if where := mutate(v.Field(i), n, path+"."+v.Type().Field(i).Name); where != "" {
				return where
			}
		}
	case reflect.Slice:
		if due() {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			return path + " (one more)"
		}
		for i := range v.Len() {
			if where := mutate(v.Index(i), n, fmt.Sprint(path, i)); where != "" {
				return where
			}
		}
	case reflect.Map:
		if due() {
			v.SetMapIndex(reflect.ValueOf(int64(99)), reflect.ValueOf(""))
			return path + " (one more)"
		}
		if due() {
			v.SetMapIndex(reflect.ValueOf(int64(1)), reflect.ValueOf("/x"))
			return path
		}
	default:
		panic(v.Kind())
	}
	return ""
}

// TestPlanID_SurvivesJSON checks plans of random texts.
func TestPlanID_SurvivesJSON(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 8)) //nolint:gosec // a repeatable sequence
		text := func() string {
			runes := make([]rune, r.IntN(6))
			for i := range runes {
				runes[i] = []rune{'a', '"', '\\', '<', '\u2028', '\u2029', 0, '\x1f', '\x7f', '\u0080', '\ufffd', '\ufeff', '赵', '\U0001f600', rune(r.IntN(0x10ffff))}[r.IntN(15)]
			}
			return string(runes)
		}
		plan := &provision.Plan{Made: time.Unix(r.Int64N(1<<33), 0).UTC(), People: r.IntN(9), Notes: []string{text()}, Departments: map[int64]string{r.Int64(): text()}}
		for range r.IntN(4) {
			plan.Items = append(plan.Items, provision.Item{UserID: text(), Name: text(), Reason: text(), Changes: []provision.Change{{Field: text(), Old: text(), New: text()}}})
		}
		kept, err := json.Marshal(plan)
		require.NoError(t, err)
		var again provision.Plan
		require.NoError(t, json.Unmarshal(kept, &again))
		require.Equal(t, plan.ID(), again.ID(), "seed %d: %s", seed, kept)
	}
}
