package dingtalk

import (
	"context"
	"fmt"
	"strings"
)

// envelopeForms returns the members of envelopes: codes, texts and what stands beside them.
func envelopeForms() []form {
	var texts []string
	for _, value := range []string{
		`0`, `-0`, `00`, `0.0`, `0e0`, `-1`, `88`, `60121`, `60121.0`, `2147483647`, `9223372036854775808`, `"0"`, `" 0 "`, `"00"`, `"+0"`,
		`"60121"`, `" 60121 "`, `"\u0030"`, `"\u0036\u0030121"`, `""`, `" "`, `"x"`, `"isv.denied"`, `null`, `true`, `{}`, `[]`, `[0]`, `{"a":1}`,
	} {
		for _, members := range []string{
			// Codes, with the name in other cases and more than once.
			`"errcode":$`, `"ErrCode":$`, `"\u0065rrcode":$`, `"ErrCode":$,"errcode":0`, `"errcode":0,"ErrCode":$`, `"errcode":0,"errcode":$`,
			`"errcode":60121,"errcode":$`, `"errcode":0,"errmsg":"m","sub_code":$,"sub_msg":"s"`,
			`"errcode":15,"errmsg":"m","sub_code":$,"sub_msg":"s"`, `"errcode":88,"errmsg":"m","sub_code":$,"sub_msg":"s"`,
			`"errcode":60121,"errmsg":"m","sub_code":$`, `"errcode":88,"sub_code":"40014","sub_code":$`, `"errcode":88,"SUB_CODE":$`,
			// What stands beside them.
			`"errcode":88,"errmsg":$`, `"errcode":88,"sub_code":"60011","sub_msg":$`, `"errcode":60121,"request_id":$`,
			`"errcode":60104,"userid":$`, `"errcode":60121,"result":$`, `"errcode":0,"status":$`,
			// Refusals of the new API.
			`"code":$`, `"Code":$,"message":"m"`, `"code":"x","message":$,"requestid":$`, `"code":"x","code":$`,
			`"code":"x","accessdenieddetail":$`, `"code":"x","accessdenieddetail":{"requiredScopes":$}`,
			`"code":"x","accessdenieddetail":{"requiredScopes":["a",$]}`,
		} {
			texts = append(texts, strings.ReplaceAll(members, "$", value))
		}
	}
	for _, status := range []string{
		`1111`, `"1111"`, `1111.0`, `1112`, `null`, `{}`, `[1111]`, `1111,"status":0`, `0,"status":1111`, `0,"STATUS":1111`, `1111,"wait":"x"`,
	} {
		texts = append(texts, `"status":`+status, `"STATUS":`+status)
	}
	for _, text := range []string{
		`"\ud83d"`, "\"\xff\"", `"m\u0000\n"`, `"ding talk error[subcode=40014,submsg=x]"`, `"ding talk error[\u0073ubcode=40014]"`,
		`"{requiredScopes=[a, b]}"`, "\"{requiredScopes=[\xff]}\"", `"ok"`, `"\u006fk"`, `"OK"`,
	} {
		for _, code := range []string{"0", "60121", "88", "60011"} {
			texts = append(texts, `"errcode":`+code+`,"errmsg":`+text+`,"request_id":`+text)
		}
		texts = append(texts, `"code":"x","message":`+text+`,"requestid":`+text)
	}
	return forms(texts...)
}

// envelopeBody is a response that envelopes are decoded in.
type envelopeBody struct {
	name   string
	status int
	body   string // $ is the place of the envelope's members
	call   func(context.Context, *Client) (any, error)
}

// envelopeBodies returns a response for each place of the payload.
func envelopeBodies() []envelopeBody {
	return []envelopeBody{
		{"a read", 200, `{$,"result":{"userid":"u"}}`, readUser},
		{"a read", 200, `{"result":{"userid":"u"},$}`, readUser},
		{"a read", 400, `{$}`, readUser},
		{"a write", 200, `{$,"result":null}`, writeUser},
		{"a token", 200, `{$,"access_token":"t"}`, appToken},
		{"a token of the new API", 200, `{$,"accessToken":"t"}`, oauth2Token},
		{"a token of the new API", 400, `{$}`, oauth2Token},
	}
}

func readUser(ctx context.Context, c *Client) (any, error) {
	user, err := c.GetUser(ctx, GetUserRequest{})
	if err != nil {
		return nil, err
	}
	return *user, nil
}

func writeUser(ctx context.Context, c *Client) (any, error) {
	return nil, c.UpdateUser(ctx, UpdateUserRequest{})
}

// damage is a way to damage a body, and the bodies that are damaged in it, at each byte in turn.
type damage struct {
	kind   string
	bodies []string
}

// damages returns a user and a refusal in all kinds of damage.
func damages() []damage {
	const user = `{"errcode":0,"errmsg":"ok","result":{"userid":"赵\u8d75","hide_mobile":true,"hired_date":1666108800000,` +
		`"extension":"{\"a\":\"1\"}","dept_id_list":[1,-20],"role_list":[{"id":10}],"union_emp_ext":{},"x":[{"y":null}]},"request_id":"r"}`
	bodies := []string{user, strings.Replace(user, "true", `"true"`, 1), `{"errcode":60121,"errmsg":"m","request_id":"r"}`}
	var all []damage
	for i, body := range bodies {
		add := func(kind string, damaged func(before, after string) string) {
			d := damage{kind: fmt.Sprintf("%s, %s", []string{"a user", "a user with a lenient form", "a refusal"}[i], kind)}
			for at := range len(body) {
				d.bodies = append(d.bodies, damaged(body[:at], body[at:]))
			}
			all = append(all, d)
		}
		add("cut short", func(before, _ string) string { return before })
		add("without a byte", func(before, after string) string { return before + after[1:] })
		for _, other := range []string{`"`, `0`, `,`, `{`, `\`, ` `, "\xff", "\x00"} {
			add(fmt.Sprintf("with %+q instead of a byte", other), func(before, after string) string { return before + other + after[1:] })
		}
		add("with a byte in front", func(before, after string) string { return after[:1] + before + after })
		add("with its beginning behind", func(before, after string) string { return before + after + before })
	}
	return all
}
