package dingtalk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// TestSamples_StateTheFactsOfTheContract compares the contract with the documented sample of each endpoint, whose
// comments have the facts that a request does not show.
func TestSamples_StateTheFactsOfTheContract(t *testing.T) {
	t.Parallel()
	names := []string{"api", "decoding"} // hold the exported declarations, and what odd responses decode to
	for _, ep := range contract.All() {
		names = append(names, ep.Name)
		var facts []string
		if ep.Permission != "" {
			facts = append(facts, "# Permission point: "+ep.Permission)
		}
		switch {
		case ep.Write && ep.Repeat == contract.Always:
			facts = append(facts, "# A write, safe to repeat")
		case ep.Write:
			facts = append(facts, "# A write, not safe to repeat")
		}
		comments, req, _ := readRequest(t, filepath.Join("testdata", ep.Name, "documented.request.http"))
		assert.Equal(t, facts, comments, ep.Name)
		assert.Equal(t, ep.Method, req.Method, ep.Name)
		assert.Equal(t, strings.Replace(ep.Path, "{corpId}", sampleCorpID, 1), req.URL.Path, ep.Name)
		assert.Equal(t, ep.Credential == contract.AppToken && ep.API == contract.Legacy, req.URL.Query().Has("access_token"), ep.Name)
	}
	dirs, err := os.ReadDir("testdata")
	require.NoError(t, err)
	var sampled []string
	for _, dir := range dirs {
		sampled = append(sampled, dir.Name())
	}
	assert.ElementsMatch(t, names, sampled, "an endpoint without samples, or samples without an endpoint")
}

func TestSamples_HaveEveryDocumentedField(t *testing.T) {
	t.Parallel()
	for _, ep := range contract.All() {
		t.Run(ep.Name, func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob(filepath.Join("testdata", ep.Name, "*.re*"))
			require.NoError(t, err)
			var samples strings.Builder
			for _, file := range files {
				data, err := os.ReadFile(file)
				require.NoError(t, err)
				samples.Write(data)
			}
			for _, f := range append(flatten(ep.Request), flatten(ep.Response)...) {
				found := strings.Contains(samples.String(), `"`+f+`":`) || strings.Contains(samples.String(), f+"=")
				assert.True(t, found, "no sample has %s", f)
			}
		})
	}
}

// flatten returns the names of the fields and of all that are nested in them.
func flatten(fields []contract.Field) []string {
	var names []string
	for _, f := range fields {
		names = append(append(names, f.Name), flatten(f.Fields)...)
	}
	return names
}
