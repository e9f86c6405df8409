package service

import "github.com/dingtalk-contacts/dingtalk-go"

// The environment variables of the programs.
const (
	EnvClientID     = "DINGTALK_CLIENT_ID"
	EnvClientSecret = "DINGTALK_CLIENT_SECRET"
	EnvBaseURL      = "DINGTALK_BASE_URL"
	envMobile       = "DINGTALK_MOBILE"
)

// Env describes the variables that choose the target, for cli.Help.
const Env = "  " + EnvClientID + ", " + EnvClientSecret + "\n" +
	"        the app's credentials, from the developer console; unused with -emulator\n" +
	"  " + EnvBaseURL + "\n" +
	"        the service's address, by default " + dingtalk.BaseURLInternational + ";\n" +
	"        an app of mainland China needs " + dingtalk.BaseURLChina

// EnvMobile describes the variable that NewUser reads, for cli.Help.
const EnvMobile = "  " + envMobile + "\n" +
	"        the mobile number of the user to create, unless -mobile is given"
