// Package provision brings the people of an organisation in line with a list. It plans what is to be created,
// changed and deleted, for a person to read, and carries the plan out, in as many pieces as it takes.
//
//	plan, err := provision.Make(ctx, client, provision.CSV(file), provision.Options{})
//	if err != nil {
//		return err
//	}
//	_, _ = plan.WriteTo(os.Stdout) // nothing has been written yet
//
//	report, err := plan.Apply(ctx, client, provision.ApplyOptions{Journal: "people.journal"})
//
// Lists come as [CSV], as [JSONLines], or as any sequence of [Person]. Each names who it is about by the userid,
// and says of them only what it has to say: a field that it leaves out stays as it is, and emptying one is said
// in so many words.
//
// # Safety
//
//   - [Make] only reads; it could not write if it wanted to. So does Apply with DryRun, which looks whether a plan
//     still holds.
//   - [Plan.Apply] does what the plan shows and nothing else. It reads whoever is to be changed or deleted once
//     more, and leaves alone who is not as the plan found them: nothing is overwritten that the plan does not
//     show. Whoever is there already is not created, nor changed in place of that.
//   - What cannot be brought about is a [Conflict] that says why: a mobile number, mail address or extension number
//     of somebody else, a number that would have to change, what two rows claim, departments and managers that are
//     not there. The rest of the list goes on.
//   - Nobody is deleted unless Options.Delete asks for it; nor then, if anything of the list or the organisation
//     could not be read; nor administrators, nor people who are also in departments that the list is not about; nor
//     people whom any row names or claims to have the number, address or name of, however broken the row, and
//     however the value is written. More than a twentieth of the people is refused as a whole unless ApplyOptions
//     permit it.
//   - Neither plan nor journal holds a password, and both are for the eyes of those who may see the directory. The
//     journal holds userids and the service's refusals, a plan names and numbers, too.
//
// # Interruptions
//
// With a journal Apply may end at any moment, by a cancelled context, a kill or a power cut: applied again, the
// plan goes on. A line is on the disk before each person is written, and once the disk has failed nothing more is sent. Where the outcome is missing, the person is
// read back, and what was done is not done again. A journal belongs to one plan and one process at a time. What
// failed is tried again, what is done is not.
//
// What may pass, such as throttles and lost answers, is tried again on the way. A refused token, a missing
// permission, a ban or a quota stops everything at once, and so does an outage; see [dingtalk.Error.Fatal].
//
// # What it cannot know
//
//   - It is not documented that an empty text empties a field. Where the list asks for that, Apply reads the person
//     again, and reports a field that stayed as it was.
//   - A plan does not know whose organisation it was made for. What it changes or deletes elsewhere are conflicts,
//     for people are known by their union ID, but what it creates would be created: keep plans of several
//     organisations apart, as examples/import does.
//   - Where a create may have been made before a kill, somebody else may have made it in the meantime: a person with
//     the userid and mobile number of the plan is taken for the plan's own, and brought to what it says.
//   - What the app has no field permission for looks empty, and is sent each time. Holders of mobile numbers are then
//     looked up before anybody is deleted; holders of mail addresses, extension numbers, job numbers and login names
//     cannot be.
//   - A person who is moved between departments while the organisation is read may be missed. They are not deleted,
//     and not created either: the service refuses a userid that is taken.
package provision
