package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (s Sample) String() string {
	return fmt.Sprintf("%d departments, %d people, seed %d", s.Departments, s.Users, s.Seed)
}

// dump returns all that an organization holds.
func dump(t *testing.T, s *Organization) string {
	t.Helper()
	text, err := json.Marshal([]any{s.Departments(), s.Users(), s.RoleGroups(), s.Roles()})
	require.NoError(t, err)
	return string(text)
}

// withoutZeros removes fields without a value, so that a new field of the model does not change the sum.
func withoutZeros(v any) any {
	switch v := v.(type) {
	case []any:
		for _, entry := range v {
			withoutZeros(entry)
		}
	case map[string]any:
		maps.DeleteFunc(v, func(_ string, field any) bool {
			field = withoutZeros(field)
			return field == nil || field == "" || field == false || field == json.Number("0") || field == "0001-01-01T00:00:00Z"
		})
	}
	return v
}

// Programs rely on the IDs and names of a sample organization.
func TestSample_IsTheSameOnEveryRunAndMachine(t *testing.T) {
	t.Parallel()
	for size, want := range map[Sample]string{
		{60, 700, 7}:   "1fb49eda42f072a9b1459d91e8a1d2bd2be33822ede7a77d600630abf8964f49",
		{900, 300, 42}: "39ec7833cc361ecb10a2802258ad7ac42de4e1a866c7af88f690099a5943b708",
	} {
		t.Run(size.String(), func(t *testing.T) {
			t.Parallel()
			d := json.NewDecoder(strings.NewReader(dump(t, newSample(t, size, Config{Scope: WholeOrganization()}))))
			d.UseNumber()
			var all any
			require.NoError(t, d.Decode(&all))
			text, err := json.Marshal(withoutZeros(all))
			require.NoError(t, err)
			sum := sha256.Sum256(text)
			assert.Equal(t, want, hex.EncodeToString(sum[:]), "if the sample was changed on purpose, this is its new sum")
		})
	}
}

func TestSample_DependsOnlyOnItsArguments(t *testing.T) {
	t.Parallel()
	size := Sample{60, 700, 7}
	want := dump(t, newSample(t, size, Config{Scope: WholeOrganization()}))
	for name, c := range map[string]Config{
		"once more":         {Scope: WholeOrganization()},
		"for another app":   {Scope: NewScope(nil, nil)},
		"with other fields": {Scope: WholeOrganization(), CustomFields: []string{"Pet"}},
	} {
		if dump(t, newSample(t, size, c)) != want { // the difference might be a megabyte long
			t.Errorf("%s: another organization", name)
		}
	}
	seen := map[string]Sample{want: size}
	for _, other := range []Sample{{60, 700, 8}, {60, 700, 7 << 32}, {60, 701, 7}, {61, 700, 7}} {
		got := dump(t, newSample(t, other, Config{Scope: WholeOrganization()}))
		assert.Zero(t, seen[got], "%v", other)
		seen[got] = other
	}
}

func TestSample_IsRefusedOutsideItsBounds(t *testing.T) {
	t.Parallel()
	for want, size := range map[string]Sample{
		"a sample organization has 0 to 50000 departments, not 50001": {Departments: MaxSampleDepartments + 1},
		"a sample organization has 0 to 50000 departments, not -1":    {Departments: -1, Users: 10},
		"a sample organization has 0 to 500000 people, not 99999999":  {Departments: 10, Users: 99_999_999},
		"a sample organization has 0 to 500000 people, not -1":        {Users: -1},
	} {
		_, err := NewSample(t.Context(), Config{}, size)
		require.EqualError(t, err, want)
	}
	require.NoError(t, Sample{Departments: MaxSampleDepartments, Users: MaxSampleUsers}.Check())
}

// endsAfter is a context that ends after it was asked a number of times.
type endsAfter struct {
	context.Context
	asked, times int
}

func (c *endsAfter) Err() error {
	if c.asked++; c.asked > c.times {
		return context.Canceled
	}
	return nil
}

func TestSample_EndsWithTheContext(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]Sample{
		"among the departments": {Departments: 1000}, "among the people": {Users: 1000},
	} {
		ctx := &endsAfter{Context: t.Context(), times: 400}
		_, err := NewSample(ctx, Config{}, size)
		require.ErrorIs(t, err, context.Canceled, name)
		assert.Equal(t, 402, ctx.asked, "%s: it is asked once more, for the cause", name)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("interrupted")
	cancel(cause)
	_, err := NewSample(ctx, Config{}, Sample{Departments: 1, Users: 1})
	require.ErrorIs(t, err, cause)
}

func TestSample_MorePeopleDoNotChangeTheDepartments(t *testing.T) {
	t.Parallel()
	bare := func(users int) []Department {
		departments := newSample(t, Sample{60, users, 7}, Config{}).Departments()
		for i := range departments { // without what names people
			departments[i].UserPermits, departments[i].OuterPermitUsers = nil, nil
			departments[i].DeptManagerUserIDList, departments[i].OrgDeptOwner = nil, ""
		}
		return departments
	}
	want := bare(0)
	require.Len(t, want, 61)
	assert.Equal(t, want, bare(1))
	assert.Equal(t, want, bare(700))
}
