// Package mirror keeps a local copy of an organization's directory in step with DingTalk: users, departments, roles and
// who has them, with a feed of all changes.
//
//	writes := mirror.NewWrites()
//	client, err := dingtalk.New(clientID, clientSecret, dingtalk.WithMiddleware(writes.Middleware))
//	store, err := dingtalkbolt.Open("directory.db")
//	m, err := mirror.Open(ctx, client, store, mirror.WithWrites(writes))
//	receiver, err := stream.New(clientID, clientSecret, m, stream.WithGap(m.Gap))
//
//	go receiver.Run(ctx) // stores what events name; a handler of package callback does as well
//	go m.Run(ctx)        // reads it, and scans
//
//	err = m.Ready(ctx) // the first scan is complete
//	err = m.View(ctx, func(v *mirror.View) error {
//		for u, err := range v.Members(dept) { … }
//	})
//	for change, err := range m.Changes(ctx, saved) { … }
//
// The program examples/mirror does all of this.
//
// # What it promises
//
// DingTalk gives no versions, loses events, sends them twice or late, and lists are read page by page while people
// move. So an event only makes an entity dirty: it is read again, and again some seconds later unless the read shows
// what the event announced. Scans find what no event told. What the mirror shows follows these rules:
//
//   - An accepted event is stored before it is acknowledged, and is forgotten only when a read that began after it is in.
//   - One read of an entity runs at a time, and no read replaces what a later one showed. Where two reads overlap and
//     differ, the entity is read again.
//   - An entity is removed only when the service says so of this entity, never because a list does not show it. A flood
//     of removals is held back; see [Mirror.AllowMassRemoval]. So is one that follows a change of the app's contact
//     scope, unless a scan ten minutes later finds the same contact scope.
//
// What that guarantees, if the service shows each entity as it is or was a moment ago:
//
//   - Every row was true at some moment, and no row goes back in time.
//   - After an event the row is right as soon as the entity is no longer dirty, which takes a second or so, even if reads
//     show the change up to 30 seconds late.
//   - Without any event it is right after the first complete scan that began after the change: every 15 minutes, or
//     less often where a scan takes longer than a twelfth of that. The fields that no list shows (see [User]) are read
//     in turn, two users a second, but each at most once an hour, see [WithDetailInterval].
//   - The feed is ordered, complete and resumable, and applying it to a [View] gives each later View.
//
// The mirror is consistent with its feed, not with one moment of the whole organization. Fields that no call shows, and
// everything while permission points are missing, are outside of these guarantees.
//
// # Processes
//
// A [Store] holds everything, in one file (dingtalkbolt), in a database for several processes (dingtalkpg), or in
// memory. Of several processes one leads: it alone reads from the service. All of them accept events and serve Views
// and Changes. Where the service refuses every call, or the store every write, reading pauses, and [Mirror.Status] of
// every process shows why.
//
// # Privacy
//
// The store holds personal data. [WithFieldFilter] removes fields before they are stored, [WithoutHistory] keeps former
// values out of the feed, [WithRetention] bounds it, and [Mirror.Forget] erases one user.
package mirror
