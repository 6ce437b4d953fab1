//! Counts requests in the key-value store: `POST /api/count` answers with the new count.

wit_bindgen::generate!({ path: "../wit", world: "counter", generate_all });

use exports::hermes::http_gateway::event::{Bstr, Guest, Headers, HttpGatewayResponse};
use hermes::http_gateway::api::HttpResponse;
use hermes::kv_store::api::{KvValues, kv_add};
use hermes::logging::api::{Level, log};

struct Counter;
export!(Counter);

impl Guest for Counter {
    fn reply(_: Bstr, _: Headers, path: String, method: String) -> Option<HttpGatewayResponse> {
        if (method.as_str(), path.as_str()) != ("POST", "/api/count") {
            return None; // Not ours: the gateway makes it a 404.
        }
        let before = match kv_add("count", Some(&KvValues::KvU64(1))) {
            Some(KvValues::KvU64(count)) => count,
            _ => 0,
        };
        let count = before + 1;
        let message = format!("Rust counted {count}");
        log(Level::Info, None, None, None, None, None, &message, None);
        Some(HttpGatewayResponse::Http(HttpResponse {
            code: 200,
            headers: vec![("content-type".into(), vec!["text/plain".into()])],
            body: count.to_string().into(),
        }))
    }
}
