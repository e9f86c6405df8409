// Package matrix tests the fault matrix: every operation of the client under every fault, injected at every point of a
// call. It contains tests only.
//
// A case is an operation, a fault and an injection point. Its expected outcome is the number of attempts, the classes of
// the error, and whether the server has applied the change. Outcomes depend on the class of the operation and on the
// class of the fault alone, so the expectations are a small table, declared as data in class_test.go:
//
//	                                 operation class
//	fault class   injection point    read     create    update    delete
//	-----------   ---------------    ----     ------    ------    ------
//	unsent        first attempt      2: ok    2: ok     2: ok     2: ok
//	              every attempt      3: T     3: T      3: T      3: T
//	lostApplied   first attempt      2: ok    1: U      2: ok     2: N+U
//	              every attempt      3: T     1: U      3: U      3: U
//	…
//	              first token fetch  one expectation for all operations: the attempts
//	              every token fetch  at the token, and the class of the error
//
//	2: ok means two attempts and no error; T is ErrTransient, N is ErrNotFound, U is ErrOutcomeUnknown.
//
// The files:
//
//   - class_test.go: the operation classes, the injection points, and what each fault class expects
//   - fault_test.go: the faults, each with its class
//   - operation_test.go: the operations, each with its class
//   - network_test.go: an HTTP network in memory, with the faults of connections
//   - response_test.go: the faults of what stands between the client and the service
//   - matrix_test.go, oauth2_test.go: the test of each case
//   - document_test.go: the table of docs/reliability.md, printed from the same data
//
// With -short the matrix is sampled: four representative operations meet every fault, the others one fault of each class
// at their first attempt. The faults that send 16 MiB then meet one operation.
package matrix
