package app

import urfave "github.com/urfave/cli/v3"

// Func returns a flag whose values are passed to a function, each time that it is given.
func Func(name, usage string, set func(text string) error) urfave.Flag {
	return &urfave.StringFlag{Name: name, Usage: usage, HideDefault: true, Validator: set}
}
