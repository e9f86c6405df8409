package dingtalk

import "github.com/dingtalk-contacts/dingtalk-go/internal/contract"

// classOf returns the class of a code, or nil for a code that is not documented. A few codes have a different meaning
// for one operation or at the gateway.
func classOf(op string, code int, gateway bool) error {
	switch {
	case code == 40001 && op == contract.GetToken.Name:
		return ErrInvalidCredential // in other operations the token may be wrong instead
	case code == 40000 && gateway:
		return ErrInvalidToken // at the gateway it means that the token is blank
	}
	return classes[code]
}

// classes maps the service's codes, from its global table and the pages of single endpoints.
var classes = classTable(map[error][]int{
	ErrTransient: {-1, contract.RemoteErrorCode, contract.GatewayCode, 999, 1002, 400001},

	ErrUnsupported: {22, 404},

	ErrInvalidToken: {33001, 33009, 40001, 40014, 41001, 42001},

	ErrInvalidCredential: {
		40002, 40013, 40080, 40082, 40083, 40084, 40085, 40088, 40089, 40096, 41002, 41004, 48003,
		853003, 853004, 853005,
	},

	ErrPermission: {
		12012, 40079, 41030, 43007, 48002, 48004, 50002, 50003, 50004, 50005, 60011, 60020, 70001, 400043,
	},

	ErrNotFound: {
		33011, 33012, 34020, 40003, 46004, 60003, 60004, 60067, 60068, 60111, 60121, 60301, 71007, 400040,
	},

	ErrAlreadyExists: {
		22005, 60200, 34021, 40021, 40100, 40101, 60008, 60016, 60021, 60102, 60104, 60106, 60107,
		71006, 400041,
	},

	ErrInvalidArgument: {
		41101, 60204, 34018, 40000, 40009, 40010, 40011, 40025, 40031, 40032, 40033, 40035, 40036, 40038, 40063, 40064,
		40065, 40066, 40068, 40069, 40070, 40091, 40093, 40102, 40104, 41009, 41026, 43001, 43002, 43003,
		43004, 43005, 43009, 44002, 47001, 60001, 60009, 60019, 60022, 60103, 60105, 60109, 60112, 60113,
		60118, 60119, 60122, 60123, 60128, 71008, 71010, 71011, 400002, 400050, 600109, 660000, 853001,
	},

	ErrPrecondition: {
		60203, 60205, 23004, 40019, 40020, 40022, 40023, 40024, 40103, 41054, 45024, 60002, 60005, 60006, 60007, 60010,
		60018, 60110, 60120, 60510, 71009, 71012, 71013, 400051, 400052, 400053, 400054, 853002,
	},

	ErrInvalidAuthCode: {40029, 40078, 42008},

	ErrRateLimited: {
		45009, 90001, 90002, 90003, 90004, 90005, 90006, 90007, 90008, 90009, 90010, 90011, 90012, 90013,
		90014, 90017, 90018, 90019, 90020,
	},
})

// classTable inverts a table of the codes of each class.
func classTable(byClass map[error][]int) map[int]error {
	table := make(map[int]error, 160)
	for class, codes := range byClass {
		for _, code := range codes {
			table[code] = class
		}
	}
	return table
}

// shortThrottle reports whether the code stands for a limit that ends by itself within seconds. The others are bans,
// which a further call prolongs, and quotas.
func shortThrottle(code int) bool {
	switch code {
	case 90002, 90005, 90006, 90018, 90019:
		return true
	}
	return false
}

// isOrganizationBan reports whether the code stands for a ban of one organization, or of an app in it.
func isOrganizationBan(code int) bool { return code == 90003 || code == 90004 }

// isBanCode reports whether the code stands for a ban that lasts minutes and refuses all calls of this app, this
// organization or this address.
func isBanCode(code int) bool {
	switch code {
	case 90001, 90003, 90004, 90017:
		return true
	}
	return false
}
