package dingtalktest

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// fill sets each field of a value to a different value that is not zero.
func fill(v reflect.Value, n *int64) {
	*n++
	if _, isTime := reflect.TypeAssert[time.Time](v); isTime {
		v.Set(reflect.ValueOf(time.Unix(*n, 0)))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(*n)
	case reflect.String:
		v.SetString("text " + time.Unix(*n, 0).String())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, n)
		}
	default:
		panic("a field of a kind that this test does not know: " + v.Kind().String())
	}
}

// zeroFields returns the names of the fields of a value that are zero, at any depth.
func zeroFields(name string, v reflect.Value) []string {
	if v.IsZero() {
		return []string{name}
	}
	var zero []string
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			zero = append(zero, zeroFields(name, v.Index(i))...)
		}
	case reflect.Pointer:
		return zeroFields(name, v.Elem())
	case reflect.Struct:
		if _, isTime := reflect.TypeAssert[time.Time](v); isTime {
			return nil
		}
		for f, field := range v.Fields() {
			zero = append(zero, zeroFields(name+"."+f.Name, field)...)
		}
	default:
	}
	return zero
}

func filled[T any]() T {
	var v T
	var n int64
	fill(reflect.ValueOf(&v).Elem(), &n)
	return v
}

func TestConvert_DropsNoField(t *testing.T) {
	t.Parallel()
	u := filled[User]()
	assert.Empty(t, zeroFields("User", reflect.ValueOf(toUser(u))))
	assert.Equal(t, u, fromUser(toUser(u)))
	stored := filled[directory.User]()
	assert.Empty(t, zeroFields("User", reflect.ValueOf(fromUser(stored))))
	assert.Equal(t, stored, toUser(fromUser(stored)))

	d := filled[Department]()
	assert.Empty(t, zeroFields("Department", reflect.ValueOf(toDepartment(d))))
	assert.Equal(t, d, fromDepartment(toDepartment(d)))
	storedDept := filled[directory.Department]()
	assert.Equal(t, storedDept, toDepartment(fromDepartment(storedDept)))

	l := filled[Leave]()
	assert.Equal(t, l, fromLeave(toLeave(l)))
}

func TestConvert_KeepsAbsentValuesAbsent(t *testing.T) {
	t.Parallel()
	assert.Equal(t, directory.User{}, toUser(User{}))
	assert.Equal(t, User{}, fromUser(directory.User{}))
	assert.Equal(t, directory.Department{}, toDepartment(Department{}))
	assert.Equal(t, Department{}, fromDepartment(directory.Department{}))
}

func TestOption_IsPassedOn(t *testing.T) {
	t.Parallel()
	e, err := emulator.New(emulatorOptions([]Option{WithCredentials("a", "b"), WithBasePath("/p"), WithConsole()})...)
	if assert.NoError(t, err) {
		t.Cleanup(e.Close)
		assert.Equal(t, []string{"a", "b", "/p"}, []string{e.ClientID(), e.ClientSecret(), e.BasePath()})
		assert.Implements(t, (*http.Handler)(nil), e)
	}
}
