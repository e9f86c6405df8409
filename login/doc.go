// Package login signs the people of one organization in, in the browser and within DingTalk.
//
// In the browser, DingTalk's login page sends the user back with a one-time code. A [Flow] makes the address of the page,
// and turns the code into a [Session], the tokens of the user, and that into a [Member] of the organization.
// [Flow.Handler] does all of it, with a signed cookie against forged sign-ins:
//
//	flow, err := login.New(client, login.Config{RedirectURL: "https://app.example.com/login/callback"})
//	if err != nil {
//		return err
//	}
//	mux.Handle("/login/", flow.Handler(func(w http.ResponseWriter, r *http.Request, m *login.Member, err error) {
//		if err != nil {
//			http.Error(w, "you could not be signed in", http.StatusForbidden)
//			return
//		}
//		startSession(w, m.User.UserID)
//		http.Redirect(w, r, login.ReturnPath(r), http.StatusSeeOther)
//	}))
//
// A link to /login/start?return=/page begins. A page that DingTalk opens within itself has a code already, for
// [Flow.InApp].
//
// Two things that a program may overlook are done here. The profile of a person who has signed in proves neither
// membership nor a mail address: a Member is found by union ID in the app's own organization, and people of others and
// external contacts are refused. And a code is used once: it is never sent a second time, whatever happens.
//
// Every failure is a [*dingtalk.Error]. These are the classes to tell apart:
//
//   - [dingtalk.ErrInvalidAuthCode]: the code or the refresh token is unknown, spent, expired or of another flow: sign in
//     again
//   - [dingtalk.ErrOutcomeUnknown]: the code was sent and no response came, so that it may be spent: sign in again
//   - [dingtalk.ErrPermission]: the person is no member of the organization, has refused, or the app lacks a permission
//     point
//   - [dingtalk.ErrNotFound]: the person was a member, and is no longer there
//   - [dingtalk.ErrInvalidToken]: the access token of the user has expired: [Flow.Refresh]
//
// and besides [ErrState], for a return from the login page that no sign-in in this browser began.
package login
