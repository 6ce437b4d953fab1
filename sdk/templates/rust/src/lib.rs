//! Answers `GET /api/hello`.

wit_bindgen::generate!({ path: "wit", world: "component", generate_all });

use exports::hermes::http_gateway::event::{Bstr, Guest, Headers, HttpGatewayResponse};
use hermes::http_gateway::api::HttpResponse;
use hermes::logging::api::{Level, log};

struct Component;
export!(Component);

impl Guest for Component {
    fn reply(_: Bstr, _: Headers, path: String, method: String) -> Option<HttpGatewayResponse> {
        if (method.as_str(), path.as_str()) != ("GET", "/api/hello") {
            return None; // It goes to the next module, and then is not found.
        }
        log(Level::Info, None, None, None, None, None, "somebody says hello", None);
        Some(HttpGatewayResponse::Http(HttpResponse {
            code: 200,
            headers: vec![("content-type".into(), vec!["text/plain".into()])],
            body: "hello from @name@\n".into(),
        }))
    }
}
