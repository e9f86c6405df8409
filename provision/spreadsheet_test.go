package provision_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestNewPlan_NamesNumbersThatASpreadsheetHasAltered(t *testing.T) {
	t.Parallel()
	const columns = "userid,name,dept_id_list,mobile,telephone,job_number,extension.ID card\n"
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		for row, want := range map[string]string{
			"a,A,1,1.37111E+10,,,":                      `mobile: "1.37111E+10" is a number that a spreadsheet has shortened; format the column as text`,
			`a,A,1,"1,37111E+10",,,`:                    `mobile: "1,37111E+10" is a number that`,
			"a,A,1,1.37111e10,,,":                       `mobile: "1.37111e10" is a number that`,
			"a,A,1,1E10,,,":                             `mobile: "1E10" is a number that`,
			"a,A,1,13900000001.0,,,":                    `mobile: "13900000001.0" is a fraction, not a telephone number; format the column as text`,
			"a,A,1,13900000001,5.71888E+11,,":           `telephone: "5.71888E+11" is a number that`,
			"a,A,1,13900000001,,1.2E+11,":               `job_number: "1.2E+11" is a number that`,
			"a,A,1,13900000001,,,1.10101E+17":           `extension.ID card: "1.10101E+17" is a number that`,
			"12e3,A,1,13900000001,0571-88,1.0,11010E17": "",
			"a,A+1,1,+852-51234567,0571-88,E+7,7E":      "",
		} {
			plan := newPlan(t, srv, columns+row+"\n", provision.Options{})
			if want == "" {
				assert.Equal(t, provision.ActionCreate, plan.Items[0].Action, row)
				continue
			}
			assert.Equal(t, provision.ActionConflict, plan.Items[0].Action, row)
			assert.Contains(t, plan.Items[0].Reason, want)
		}
	})
}
