package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// route joins a documented endpoint with what it does here.
type route struct {
	*contract.Endpoint
	handle  func(*Server, args) (any, error)
	legacy  []contract.Field  // read though no longer documented
	aliases map[string]string // other names of documented fields
	unset   map[string]int    // fields whose absence has a code of its own
	terse   bool              // no errmsg in a success
}

// routes gathers what the domains offer.
func routes() []*route {
	return slices.Concat(tokenRoutes(), userRoutes(), userListRoutes(), departmentRoutes(), roleRoutes())
}

func tokenRoutes() []*route {
	return []*route{
		{
			Endpoint: &contract.GetToken, handle: (*Server).getToken,
			aliases: map[string]string{"corpid": "appkey", "corpsecret": "appsecret"},
		},
		{Endpoint: &contract.GetOAuth2Token, handle: (*Server).getOAuth2Token},
		{Endpoint: &contract.GetAuthScopes, handle: (*Server).getAuthScopes},
	}
}

func userRoutes() []*route {
	return []*route{
		{Endpoint: &contract.CreateUser, handle: (*Server).createUser},
		{Endpoint: &contract.GetUser, handle: (*Server).getUser},
		{
			Endpoint: &contract.UpdateUser, handle: (*Server).updateUser,
			legacy: []contract.Field{{Name: "mobile", Type: contract.String}}, // in the official Java SDK still
		},
		{Endpoint: &contract.DeleteUser, handle: (*Server).deleteUser},
	}
}

// perform takes a call through the gates and the checks that the table asks for, and does its work.
func (s *Server) perform(r *request, rt *route) (any, error) {
	if err := s.gates(r, rt); err != nil {
		return nil, err
	}
	fields, err := s.fields(r, rt)
	if err != nil {
		return nil, err
	}
	a, err := decoder{strict: s.config.strict}.object(s.spec(rt), fields)
	if err != nil {
		return nil, err
	}
	if err := rt.check(a); err != nil {
		return nil, err
	}
	return rt.handle(s, a)
}

// fields finds what was sent: in the query of a GET, in the body of a POST. Reads documented as POST
// work by GET as well. The new API is not known to be as liberal.
func (s *Server) fields(r *request, rt *route) (fields, error) {
	exact := s.config.strict || isNew(rt.Path)
	switch {
	case rt.Method == http.MethodGet && r.method != http.MethodGet:
		return nil, refuse(43001)
	case rt.Method == http.MethodGet:
		query := textFields(r.query)
		if !rt.Anonymous {
			delete(query, "access_token")
		}
		return rt.rename(query, s.config.strict), nil
	case r.method == http.MethodGet && !rt.Write && !exact:
		query := textFields(r.query)
		delete(query, "access_token")
		return query, nil
	case r.method != http.MethodPost:
		return nil, refuse(43002)
	case r.malformed:
		return nil, refuse(400002, "the body is neither a JSON object nor a form")
	case exact && r.isForm:
		return nil, refuse(400002, "the body is a form")
	case exact && !r.declaredJSON:
		return nil, refuse(400002, "the content type is not application/json")
	}
	if s.config.strict {
		for name := range r.query {
			if name != "access_token" {
				return nil, refuse(400002, name+" is in the query")
			}
		}
	}
	return r.body, nil
}

// rename puts the values of old names under the documented ones.
func (rt *route) rename(in fields, strict bool) fields {
	if strict {
		return in
	}
	for alias, name := range rt.aliases {
		if _, sent := in[name]; !sent && in[alias] != nil {
			in[name] = in[alias]
		}
	}
	return in
}

func (s *Server) spec(rt *route) []contract.Field {
	if s.config.strict || rt.legacy == nil {
		return rt.Request
	}
	return append(append([]contract.Field{}, rt.Request...), rt.legacy...)
}

// missing is the refusal of a call without a required field. Outside the gateway its text names the old
// name of the parameter first.
func (rt *route) missing(name string) error {
	if code := rt.unset[name]; code != 0 {
		return refuse(code, name+" is missing")
	}
	if isTop(rt.Path) {
		return refuse(400002, name+" is missing")
	}
	for alias, current := range rt.aliases {
		if current == name {
			name = alias + " or " + name
		}
	}
	return &refusal{code: 40035, text: "缺少参数 " + name}
}

// apiName is how the gateway calls a path: dingtalk.oapi.v2.user.get.
func apiName(path string) string {
	return "dingtalk.oapi." + strings.ReplaceAll(strings.TrimPrefix(path, topPrefix), "/", ".")
}
