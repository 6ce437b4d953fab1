// Package export_hermes_http_gateway_event handles requests: the functions of an exported interface
// are defined in a package of that name.
package export_hermes_http_gateway_event

import (
	wit "go.bytecodealliance.org/pkg/wit/types"

	gateway "wit_component/hermes_http_gateway_api"
	logging "wit_component/hermes_logging_api"
)

// Reply answers GET /api/hello.
func Reply(_ []byte, _ gateway.Headers, path, method string) wit.Option[gateway.HttpGatewayResponse] {
	if method != "GET" || path != "/api/hello" {
		// It goes to the next module, and then is not found.
		return wit.None[gateway.HttpGatewayResponse]()
	}
	text, number := wit.None[string](), wit.None[uint32]()
	logging.Log(logging.Level_Info, text, text, number, number, text, "somebody says hello", text)
	return wit.Some(gateway.MakeHttpGatewayResponseHttp(gateway.HttpResponse{
		Code:    200,
		Headers: gateway.Headers{{F0: "content-type", F1: []string{"text/plain"}}},
		Body:    []byte("hello from @name@\n"),
	}))
}
