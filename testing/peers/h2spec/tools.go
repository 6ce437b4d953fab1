//go:build tools

// Names what scripts/h2spec builds, so that go.mod and go.sum pin it with all that it needs.
package h2spec

import _ "github.com/summerwind/h2spec/cmd/h2spec"
