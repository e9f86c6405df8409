// Package provision brings the people of an organization in line with a list. It makes a plan of what is to be created,
// updated and deleted, for people to review, and carries the plan out, across interruptions.
//
//	plan, err := provision.NewPlan(ctx, client, provision.CSV(file), provision.Options{})
//	if err != nil {
//		return err
//	}
//	_, _ = plan.WriteTo(os.Stdout) // nothing has been written yet
//
//	report, err := plan.Apply(ctx, client, provision.ApplyOptions{Journal: "people.journal"})
//
// Lists are read by [CSV] or [JSONLines], or are any sequence of [Person]. Each row identifies a person by the userid
// and sets only the fields that it holds: other fields stay unchanged, and a field is cleared only if the row requests
// it explicitly.
//
// # Safety
//
//   - [NewPlan] only reads: it has no access to the methods that write. The same holds for Apply with DryRun, which
//     checks whether a plan is still valid.
//   - [Plan.Apply] does what the plan shows and nothing else. It reads each user again before an update or deletion,
//     and skips a user who is not as the plan found them: nothing is overwritten that the plan does not show. A user
//     who already exists is neither created nor updated instead.
//   - What cannot be done is an [ActionConflict] with a reason: a mobile number, email address or extension number of
//     another person, a number that would have to change, values that two rows claim, unknown departments and managers.
//     The rest of the list is processed.
//   - No one is deleted unless Options.Delete asks for it; and even then not if any part of the list or the
//     organization could not be read; nor administrators, nor people who are also in departments that the list is not
//     about; nor people whose userid, number, address or name any row names or claims, however broken the row, and in
//     any spelling. A plan that deletes more than a twentieth of the people is refused as a whole unless ApplyOptions
//     permit it.
//   - Neither plan nor journal holds a password. Both are only for people who may see the directory: the journal holds
//     userids and the refusals of the service, a plan also names and numbers.
//
// # Interruptions
//
// With a journal, Apply may end at any time, by a canceled context, a kill or a power failure: applied again, the plan
// continues. Each person has a line in the journal, which is on the disk before that person is written; once the disk
// has failed, nothing more is sent. If the result is missing, the person is read again, and what was done is not done
// again. A journal belongs to one plan, and to one process at a time. What failed is tried again; what is done is not.
//
// Temporary errors, such as throttling and lost responses, are retried. A refused token, a missing permission, a
// ban or an exhausted quota stops everything at once, and so does an outage; see [dingtalk.Error.Fatal].
//
// # Limitations
//
//   - It is not documented that an empty text clears a field. If the list asks for that, Apply reads the user again and
//     reports a field that was not cleared.
//   - A plan does not record the organization that it was made for. In another organization, its updates and deletions
//     are conflicts, because users are recognized by their union ID, but its creates would be carried out: keep plans
//     of several organizations apart, as dingtalk import does.
//   - If a create may have been made before a kill, another program may have made it after the kill: a user with the
//     userid and mobile number of the plan is taken for the plan's own, and updated to match it.
//   - Fields for which the app has no permission look empty, and are sent each time. Holders of mobile numbers are then
//     looked up before anyone is deleted; holders of email addresses, extension numbers, job numbers and login names
//     cannot be looked up.
//   - A person who is moved between departments while the organization is read may be missed. They are not deleted, and
//     not created either: the service refuses a userid that is taken.
package provision
