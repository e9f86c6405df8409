package dingtalk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// A secret shows in nothing that is printed, and neither does what it is a part of.
func ExampleSecret() {
	req := dingtalk.CreateUserRequest{Name: "Zhao Min", InitPassword: dingtalk.NewSecret("example-1234")}
	fmt.Println(req.InitPassword, strings.Contains(fmt.Sprintf("%+v", req), "InitPassword:REDACTED"))

	text, err := json.Marshal(dingtalk.UpdateUserRequest{UserID: "zhao.min", InitPassword: req.InitPassword})
	fmt.Println(string(text), err)
	// Output:
	// REDACTED true
	// {"userid":"zhao.min","init_password":"REDACTED"} <nil>
}

func ExampleNewSecret() {
	password := dingtalk.NewSecret("example-1234")
	fmt.Println(password, password.Reveal(), password == dingtalk.NewSecret("example-1234"))
	// Output: REDACTED example-1234 true
}

func ExampleSecret_Reveal() {
	fmt.Println(dingtalk.NewSecret("example-1234").Reveal())
	// Output: example-1234
}

func ExampleSecret_IsZero() {
	fmt.Println(dingtalk.Secret{}.IsZero(), dingtalk.NewSecret("").IsZero(), dingtalk.NewSecret("example-1234").IsZero())
	// Output: true true false
}

// What was encoded does not become a password by decoding it.
func ExampleSecret_UnmarshalText() {
	var password dingtalk.Secret
	err := json.Unmarshal([]byte(`"example-1234"`), &password)
	fmt.Println(password.Reveal(), err)
	fmt.Println(json.Unmarshal([]byte(`"REDACTED"`), &password))
	// Output:
	// example-1234 <nil>
	// dingtalk: the text of a secret was redacted
}

// Requests have department IDs as one string; responses have them as an array.
func ExampleIDList() {
	text, err := json.Marshal(dingtalk.IDList{1, 724960197})
	fmt.Println(string(text), err)

	var ids dingtalk.IDList
	err = json.Unmarshal([]byte(`[1, 724960197]`), &ids)
	fmt.Println(ids, err)
	// Output:
	// "1,724960197" <nil>
	// [1 724960197] <nil>
}

func ExampleCommaList() {
	text, err := json.Marshal(dingtalk.CommaList{"manager_userid", "org_email"})
	fmt.Println(string(text), err)
	// Output: "manager_userid,org_email" <nil>
}

// Dates are midnight in China, which is the day before in UTC.
func ExampleMillis() {
	china := time.FixedZone("UTC+8", 8*60*60)
	hired := dingtalk.Millis{Time: time.Date(2021, time.October, 1, 0, 0, 0, 0, china)}
	text, err := json.Marshal(hired)
	fmt.Println(string(text), err)

	var decoded dingtalk.Millis
	err = json.Unmarshal(text, &decoded)
	fmt.Println(decoded.Format(time.DateOnly), decoded.In(china).Format(time.DateOnly), err)
	// Output:
	// 1633017600000 <nil>
	// 2021-09-30 2021-10-01 <nil>
}

func ExampleNewExtension() {
	fmt.Println(dingtalk.NewExtension(map[string]string{"Hobby": "Chess & Go", "Age": "24"}))
	// Output: {"Age":"24","Hobby":"Chess & Go"}
}

func ExampleExtension_Map() {
	fields, err := dingtalk.Extension(`{"Hobby":"Chess","Age":24}`).Map()
	fmt.Println(fields["Hobby"], fields["Age"], err)
	// Output: Chess 24 <nil>
}

func ExampleNewExtensionI18n() {
	fmt.Println(dingtalk.NewExtensionI18n(map[string]map[string]string{
		"Hobby": {"zh_CN": "国际象棋", "en_US": "Chess"},
	}))
	// Output: {"Hobby":{"en_US":"Chess","zh_CN":"国际象棋"}}
}

func ExampleExtensionI18n_Map() {
	fields, err := dingtalk.ExtensionI18n(`{"Hobby":{"en_US":"Chess"}}`).Map()
	fmt.Println(fields["Hobby"]["en_US"], err)
	// Output: Chess <nil>
}
