package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/passes/scannererr"
	"golang.org/x/tools/go/analysis/suite/vet"
	"golang.org/x/tools/go/packages"
)

// typeCheck parses and type-checks packages and all that they import, of which it skips the bodies of functions, and returns
// the errors.
func typeCheck(pkgs []*packages.Package) (findings []string) {
	fset := token.NewFileSet()
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		for _, err := range p.Errors {
			findings = append(findings, err.Error())
		}
		p.Fset = fset
		for _, err := range check(p, slices.Contains(pkgs, p)) {
			findings = append(findings, err.Error())
		}
	})
	return findings
}

// check type-checks one package. What it imports has been checked.
func check(p *packages.Package, bodies bool) (errs []error) {
	if p.PkgPath == "unsafe" {
		p.Types = types.Unsafe
		return nil
	}
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(p.Fset, name, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		p.Syntax = append(p.Syntax, file)
	}
	config := types.Config{
		Importer: imports(p.Imports), Sizes: p.TypesSizes, IgnoreFuncBodies: !bodies,
		Error: func(err error) { errs = append(errs, err) },
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	p.TypesInfo = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
		Scopes: map[ast.Node]*types.Scope{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
	p.Types, _ = config.Check(p.PkgPath, p.Fset, p.Syntax, p.TypesInfo) // config.Error has the errors
	p.IllTyped = len(errs) > 0
	if !bodies {
		p.Syntax, p.TypesInfo = nil, nil
	}
	return errs
}

// imports holds what a package imports, by the paths in its source.
type imports map[string]*packages.Package

func (i imports) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := i[path]; p != nil && p.Types != nil {
		return p.Types, nil
	}
	return nil, errors.New("it is not there")
}

// analyze runs the analyzers on packages that have been type-checked.
func analyze(pkgs []*packages.Package) (findings []string, err error) {
	alone := slices.DeleteFunc(slices.Clone(vet.Suite), func(a *analysis.Analyzer) bool {
		return needsFacts(a) || a == scannererr.Analyzer // which go vet of Go 1.26 does not have
	})
	graph, err := checker.Analyze(alone, pkgs, nil)
	if err != nil {
		return nil, err
	}
	for act := range graph.All() {
		if act.Err != nil {
			return nil, fmt.Errorf("%v: %w", act, act.Err)
		}
		if !act.IsRoot {
			continue
		}
		for _, d := range act.Diagnostics {
			findings = append(findings, fmt.Sprintf("%v: %s (%s)", act.Package.Fset.Position(d.Pos), d.Message, act.Analyzer))
		}
	}
	return findings, nil
}

// needsFacts reports whether an analyzer needs facts about imported packages.
func needsFacts(a *analysis.Analyzer) bool {
	return len(a.FactTypes) > 0 || slices.ContainsFunc(a.Requires, needsFacts)
}
