package dingtalk

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// fill sets each field of a struct to a value that is not zero.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Interface().(type) {
		case bool:
			f.SetBool(true)
		case Millis:
			f.Set(reflect.ValueOf(Millis{time.UnixMilli(1666108800000)}))
		case []int64:
			f.Set(reflect.ValueOf([]int64{1, 2}))
		default:
			switch f.Kind() {
			case reflect.String:
				f.SetString(v.Type().Field(i).Name)
			case reflect.Int64:
				f.SetInt(int64(i) + 1)
			}
		}
	}
}

// TestUserInDept_ConvertsEveryCommonField compares the fields that both types have, by name.
func TestUserInDept_ConvertsEveryCommonField(t *testing.T) {
	t.Parallel()
	var listed UserInDept
	fill(reflect.ValueOf(&listed).Elem())
	var user User
	fill(reflect.ValueOf(&user).Elem())
	compare := func(from, to reflect.Value) {
		common := 0
		for i := range from.NumField() {
			name := from.Type().Field(i).Name
			got := to.FieldByName(name)
			if !got.IsValid() {
				continue
			}
			common++
			assert.Equal(t, from.Field(i).Interface(), got.Interface(), name)
			assert.NotZero(t, got.Interface(), name)
		}
		assert.Equal(t, 27, common)
	}
	compare(reflect.ValueOf(listed), reflect.ValueOf(*listed.User()))
	compare(reflect.ValueOf(user), reflect.ValueOf(user.inDept()))
}

// TestError_UnderKeepsEveryField fails when a field of Error is added and lost on the way up.
func TestError_UnderKeepsEveryField(t *testing.T) {
	t.Parallel()
	inner := Error{RequiredScopes: []string{"a"}, Err: assert.AnError, RetryAfter: 1, class: ErrPermission, unknown: true}
	v := reflect.ValueOf(&inner).Elem()
	for _, f := range v.Fields() {
		switch {
		case !f.CanSet():
		case f.Kind() == reflect.String:
			f.SetString("x")
		case f.Kind() == reflect.Int || f.Kind() == reflect.Int64:
			f.SetInt(7)
		}
	}
	outer := inner.under("Outer")
	want := inner
	want.Op, want.Err, want.DeptID, want.unknown = "Outer", &inner, 0, false
	assert.Equal(t, want, *outer)
}
