package export

import (
	"cmp"
	"context"
	"errors"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// job is one run of an export.
type job struct {
	client   *dingtalk.Client
	fast     bool
	tree     *tree
	out      *records
	encoder  encoder
	progress meter
	failed   []failure
}

// failure describes a department that is not complete.
type failure struct {
	dept   int64 // may be noDepartment
	people int   // how many people could not be read; 0: the rest of the list could not
	err    error
}

// run writes all people who are not written yet. A department that cannot be read is added to the failures; an error
// means that every further call or write would fail.
func (j *job) run(ctx context.Context) error {
	err := j.walk(ctx)
	return cmp.Or(j.out.commit(nil), err)
}

func (j *job) walk(ctx context.Context) error {
	if j.out.size == 0 {
		if _, err := j.out.Write(j.encoder.header()); err != nil {
			return err
		}
	}
	j.progress.update(len(j.out.users))
	for d, err := range j.client.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{}) {
		if err != nil {
			e, ok := errors.AsType[*dingtalk.Error](err)
			if !ok || e.DeptID == 0 || fatal(ctx, err) {
				return err
			}
			j.failed = append(j.failed, failure{dept: e.DeptID, err: err})
			continue
		}
		if !j.tree.has(d.ParentID) {
			j.progress.expect(d.MemberCount)
		}
		j.tree.add(&d)
		if j.out.isDone(d.DeptID) {
			continue
		}
		if err := j.writeDepartment(ctx, d.DeptID, j.members(ctx, d.DeptID)); err != nil {
			return err
		}
	}
	return j.writeUnassigned(ctx)
}

// writeUnassigned writes the people whom the app may see individually, without a department.
func (j *job) writeUnassigned(ctx context.Context) error {
	scopes, err := j.client.GetAuthScopes(ctx)
	switch {
	case errors.Is(err, dingtalk.ErrPermission), errors.Is(err, dingtalk.ErrUnsupported):
		return nil // the walk has covered all departments from the root
	case err != nil:
		return err
	}
	return j.writeDepartment(ctx, noDepartment, j.readEach(ctx, scopes.AuthOrgScopes.AuthedUser))
}

// writeDepartment writes the people of a department. A person who cannot be read does not prevent the others from being
// written.
func (j *job) writeDepartment(ctx context.Context, dept int64, people iter.Seq2[*person, error]) error {
	failed := failure{dept: dept}
	for p, err := range people {
		var record []byte
		if err == nil {
			if j.out.hasUser(p.userid) {
				continue
			}
			record, err = j.record(ctx, p)
		}
		switch {
		case err == nil:
			if err := j.out.add(p.userid, record); err != nil {
				return err
			}
			j.progress.update(len(j.out.users))
		case fatal(ctx, err):
			return err
		case p == nil:
			failed.people, failed.err = 0, err
		case !errors.Is(err, dingtalk.ErrNotFound): // a person who is not found has left since the list was read
			failed.people++
			failed.err = cmp.Or(failed.err, err)
		}
	}
	if failed.err != nil {
		j.failed = append(j.failed, failed)
		return j.out.commit(nil)
	}
	return j.out.commit(&dept)
}

func (j *job) record(ctx context.Context, p *person) ([]byte, error) {
	departments, err := j.tree.departments(ctx, p.depts)
	if err != nil {
		return nil, err
	}
	return j.encoder.record(p, departments)
}

// fatal reports whether an error ends the export: every further call would fail, or the program is interrupted.
func fatal(ctx context.Context, err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ctx.Err() != nil || ok && e.Fatal()
}
