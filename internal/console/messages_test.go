package console

import (
	"strings"
	"testing"
	"text/template/parse"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMessages_ExistInBothLanguages(t *testing.T) {
	t.Parallel()
	said := allMessages()
	require.NotEmpty(t, said)
	for key, both := range said {
		assert.NotEmpty(t, strings.TrimSpace(both.en), key)
		assert.NotEmpty(t, strings.TrimSpace(both.zh), key)
		assert.Equal(t, strings.Count(both.en, "%"), strings.Count(both.zh, "%"), "%s: as much is put into it", key)
	}
}

func TestMessages_KeysAreUnique(t *testing.T) {
	t.Parallel()
	total := 0
	for _, table := range tables() {
		total += len(table)
	}
	assert.Len(t, allMessages(), total)
}

// Keys that templates compose are not covered here, but by the tests of their pages.
func TestMessages_UsedByTemplatesExist(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, page := range (&console{}).parseTemplates()[english] {
		for _, part := range page.Templates() {
			if part.Tree != nil {
				textsIn(part.Tree.Root, used)
			}
		}
	}
	require.Greater(t, len(used), 10)
	said := allMessages()
	for key := range used {
		assert.Contains(t, said, key)
	}
}

// textsIn collects the keys that a part of a template passes to t.
func textsIn(node parse.Node, used map[string]bool) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				textsIn(child, used)
			}
		}
	case *parse.ActionNode:
		textsIn(n.Pipe, used)
	case *parse.TemplateNode:
		textsIn(n.Pipe, used)
	case *parse.IfNode:
		branchTexts(&n.BranchNode, used)
	case *parse.RangeNode:
		branchTexts(&n.BranchNode, used)
	case *parse.WithNode:
		branchTexts(&n.BranchNode, used)
	case *parse.PipeNode:
		if n != nil {
			for _, command := range n.Cmds {
				textsIn(command, used)
			}
		}
	case *parse.CommandNode:
		if name, ok := n.Args[0].(*parse.IdentifierNode); ok && name.Ident == "t" && len(n.Args) > 1 {
			if key, ok := n.Args[1].(*parse.StringNode); ok {
				used[key.Text] = true
			}
		}
		for _, arg := range n.Args {
			textsIn(arg, used)
		}
	}
}

func branchTexts(n *parse.BranchNode, used map[string]bool) {
	textsIn(n.Pipe, used)
	textsIn(n.List, used)
	textsIn(n.ElseList, used)
}
