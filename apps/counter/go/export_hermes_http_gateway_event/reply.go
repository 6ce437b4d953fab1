// Package export_hermes_http_gateway_event handles requests: the functions of an exported interface
// are defined in a package of that name.
package export_hermes_http_gateway_event

import (
	"fmt"
	"strconv"

	wit "go.bytecodealliance.org/pkg/wit/types"

	gateway "wit_component/hermes_http_gateway_api"
	kv "wit_component/hermes_kv_store_api"
	logging "wit_component/hermes_logging_api"
)

// Reply counts requests in the key-value store: POST /api/count answers with the new count.
func Reply(_ []byte, _ gateway.Headers, path, method string) wit.Option[gateway.HttpGatewayResponse] {
	if method != "POST" || path != "/api/count" {
		return wit.None[gateway.HttpGatewayResponse]() // Not ours: the gateway makes it a 404.
	}
	count := uint64(1)
	if before := kv.KvAdd("count", wit.Some(kv.MakeKvValuesKvU64(1))); before.IsSome() {
		count += before.Some().KvU64()
	}
	info(fmt.Sprintf("Go counted %d", count))
	return wit.Some(gateway.MakeHttpGatewayResponseHttp(gateway.HttpResponse{
		Code:    200,
		Headers: gateway.Headers{{F0: "content-type", F1: []string{"text/plain"}}},
		Body:    []byte(strconv.FormatUint(count, 10)),
	}))
}

func info(message string) {
	text, number := wit.None[string](), wit.None[uint32]()
	logging.Log(logging.Level_Info, text, text, number, number, text, message, text)
}
