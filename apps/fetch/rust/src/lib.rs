//! A server of `wasi:http`, as other hosts of that world run it too.

wit_bindgen::generate!({ path: "../wit", world: "fetch", generate_all });

use exports::wasi::http::incoming_handler::Guest;
use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::http::types::{
    Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam,
};
use wasi::io::streams::StreamError;

struct Fetch;
export!(Fetch);

impl Guest for Fetch {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let target = request.path_with_query().unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        match path {
            "/" => answer(out, 200, b"hello from Rust\n"),
            "/upper" => upper(request, begin(out, 200, "text/plain")),
            "/events" => events(3, begin(out, 200, "text/event-stream")),
            _ => answer(out, 404, b"there is no such page\n"),
        }
    }
}

/// The head of the answer is on its way; what is written to the body follows.
fn begin(out: ResponseOutparam, status: u16, content_type: &str) -> OutgoingBody {
    let headers = Fields::new();
    headers
        .append("content-type", content_type.as_bytes())
        .expect("that is a header");
    let response = OutgoingResponse::new(headers);
    response
        .set_status_code(status)
        .expect("that is a status");
    let body = response.body().expect("nobody else has it");
    ResponseOutparam::set(out, Ok(response));
    body
}

fn answer(out: ResponseOutparam, status: u16, text: &[u8]) {
    let body = begin(out, status, "text/plain");
    write(&body, std::iter::once(text));
    finish(body);
}

/// Each piece of the body is answered before the next is there.
fn upper(request: IncomingRequest, body: OutgoingBody) {
    let incoming = request.consume().expect("nobody else has it");
    let input = incoming.stream().expect("nobody else has it");
    let pieces = std::iter::from_fn(|| match input.blocking_read(4096) {
        Ok(piece) => Some(piece.to_ascii_uppercase()),
        Err(StreamError::Closed) => None,
        Err(error) => panic!("the body is not whole: {error:?}"),
    });
    write(&body, pieces);
    finish(body);
}

/// Server-sent events, ten a second.
fn events(count: u32, body: OutgoingBody) {
    let events = (0..count).map(|number| {
        if number > 0 {
            subscribe_duration(100_000_000).block();
        }
        format!("data: {number}\n\n")
    });
    write(&body, events);
    finish(body);
}

fn write(body: &OutgoingBody, pieces: impl Iterator<Item = impl AsRef<[u8]>>) {
    let stream = body.write().expect("nobody else has it");
    for piece in pieces {
        stream
            .blocking_write_and_flush(piece.as_ref())
            .expect("the client is there");
    }
}

fn finish(body: OutgoingBody) {
    OutgoingBody::finish(body, None).expect("it is whole");
}
