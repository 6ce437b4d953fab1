// Package export_wasi_http_incoming_handler is a server of wasi:http, as other hosts of that world run
// it too: the functions of an exported interface are defined in a package of that name.
package export_wasi_http_incoming_handler

import (
	"bytes"
	"fmt"
	"strings"

	wit "go.bytecodealliance.org/pkg/wit/types"

	clock "wit_component/wasi_clocks_monotonic_clock"
	http "wit_component/wasi_http_types"
)

// Handle answers one request.
func Handle(request *http.IncomingRequest, out *http.ResponseOutparam) {
	path, _, _ := strings.Cut(request.PathWithQuery().SomeOr(""), "?")
	switch path {
	case "/":
		answer(out, 200, "hello from Go\n")
	case "/upper":
		upper(request, begin(out, 200, "text/plain"))
	case "/events":
		events(3, begin(out, 200, "text/event-stream"))
	default:
		answer(out, 404, "there is no such page\n")
	}
}

// The head of the answer is on its way; what is written to the body follows.
func begin(out *http.ResponseOutparam, status uint16, contentType string) *http.OutgoingBody {
	headers := http.MakeFields()
	headers.Append("content-type", []byte(contentType)).Ok()
	response := http.MakeOutgoingResponse(headers)
	response.SetStatusCode(status).Ok()
	body := response.Body().Ok()
	http.ResponseOutparamSet(out, wit.Ok[*http.OutgoingResponse, http.ErrorCode](response))
	return body
}

// Writes pieces, each at once, until there are no more.
func write(body *http.OutgoingBody, pieces func(yield func([]byte) bool)) {
	stream := body.Write().Ok()
	for piece := range pieces {
		stream.BlockingWriteAndFlush(piece).Ok() // The client is there.
	}
	stream.Drop()
	http.OutgoingBodyFinish(body, wit.None[*http.Fields]()).Ok()
}

func answer(out *http.ResponseOutparam, status uint16, text string) {
	write(begin(out, status, "text/plain"), func(yield func([]byte) bool) { yield([]byte(text)) })
}

// Each piece of the body is answered before the next is there.
func upper(request *http.IncomingRequest, body *http.OutgoingBody) {
	input := request.Consume().Ok().Stream().Ok()
	write(body, func(yield func([]byte) bool) {
		for {
			piece := input.BlockingRead(4096)
			if piece.IsErr() || !yield(bytes.ToUpper(piece.Ok())) {
				return
			}
		}
	})
}

// Server-sent events, ten a second.
func events(count int, body *http.OutgoingBody) {
	write(body, func(yield func([]byte) bool) {
		for number := range count {
			if number > 0 {
				clock.SubscribeDuration(100_000_000).Block()
			}
			if !yield(fmt.Appendf(nil, "data: %d\n\n", number)) {
				return
			}
		}
	})
}
