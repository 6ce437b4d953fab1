//! What cannot be generated is refused with its place.

use std::fs;
use std::path::PathBuf;

/// A WIT folder that is gone after the test.
struct Wit(PathBuf);

impl Wit {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bindgen-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("test.wit"), text).unwrap();
        Wit(path)
    }

    /// The message, its paths below the folder.
    fn error(&self, world: &str) -> String {
        let error = hermes_bindgen::generate(&self.0, world)
            .err()
            .expect("it is refused");
        error
            .to_string()
            .replace(&format!("{}/", self.0.display()), "")
    }
}

impl Drop for Wit {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The error for the items, on line 3 each, of an imported and of an exported interface.
fn refused(name: &str, api: &str, event: &str) -> String {
    let text = format!(
        "package hermes:test;\ninterface api {{\n{api}\n}}\ninterface event {{\n{event}\n}}\n\
         world engine {{ import api; export event; }}\n"
    );
    Wit::new(name, &text).error("engine")
}

#[test]
fn types_without_a_form() {
    let cases = [
        (
            "send: func(bytes: stream<u8>);",
            "test.wit:3:19: a stream is not supported",
        ),
        (
            "send: func() -> future<u8>;",
            "test.wit:3:17: a future is not supported",
        ),
        (
            "type ages = map<string, u8>;",
            "test.wit:3:6: a map is not supported",
        ),
        (
            "type key = list<u8, 32>;",
            "test.wit:3:6: a list of fixed length is not supported",
        ),
        (
            "log: func(e: error-context);",
            "test.wit:3:11: an error-context is not supported",
        ),
        (
            "record r { e: option<list<error-context>> }",
            "test.wit:3:22: an error-context is not supported",
        ),
    ];
    for (i, (api, message)) in cases.iter().enumerate() {
        assert_eq!(refused(&format!("type-{i}"), api, ""), *message, "{api}");
    }
}

#[test]
fn borrows_that_would_outlive_their_call() {
    let cases = [
        (
            "resource r; all: func(items: list<borrow<r>>);",
            "test.wit:3:42: a borrowed resource in a list is not supported",
        ),
        (
            "resource r; maybe: func(item: option<borrow<r>>);",
            "test.wit:3:45: a borrowed resource in an option is not supported",
        ),
        (
            "resource r; record pair { a: borrow<r>, b: u8 }",
            "test.wit:3:37: a borrowed resource in a record is not supported",
        ),
        (
            "resource r; type lent = borrow<r>; f: func(r: lent);",
            "test.wit:3:18: a name for a borrowed resource is not supported",
        ),
    ];
    for (i, (api, message)) in cases.iter().enumerate() {
        assert_eq!(refused(&format!("borrow-{i}"), api, ""), *message, "{api}");
    }
}

#[test]
fn functions_without_a_form() {
    let cases = [
        (
            "send: async func();",
            "test.wit:3:1: an async function is not supported",
        ),
        (
            "/// Now @waiting, now @blocking.\nsend: func();",
            "test.wit:4:1: the documentation says both @waiting and @blocking",
        ),
        (
            "resource r; /// @waiting\nopen: func() -> result<r>;",
            "test.wit:4:17: a resource as the reply of a @waiting function is not supported",
        ),
        (
            "f: func(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8);",
            "test.wit:3:1: a function of more than 10 parameters is not supported",
        ),
    ];
    for (i, (api, message)) in cases.iter().enumerate() {
        assert_eq!(
            refused(&format!("function-{i}"), api, ""),
            *message,
            "{api}"
        );
    }
}

#[test]
fn events_that_move_resources() {
    let api = "resource r;";
    let cases = [
        (
            "use api.{r}; on: func(item: r);",
            "test.wit:6:23: a resource that an event gives away is not supported",
        ),
        (
            "use api.{r}; on: func() -> option<r>;",
            "test.wit:6:28: a resource as the reply to an event is not supported",
        ),
        (
            "resource mine; on: func();",
            "test.wit:6:10: a resource that guests define is not supported",
        ),
    ];
    for (i, (event, message)) in cases.iter().enumerate() {
        assert_eq!(
            refused(&format!("event-{i}"), api, event),
            *message,
            "{event}"
        );
    }
}

#[test]
fn names_that_meet_in_cpp() {
    assert_eq!(
        refused("names-1", "type path = string;", "type path = list<u8>;"),
        "test.wit:6:6: another 'Path' is in the C++ namespace of the package"
    );
    assert_eq!(
        refused(
            "names-2",
            "resource r { get: static func(); } r-get: func();",
            ""
        ),
        "test.wit:3:36: another function has this name in C++"
    );
}

#[test]
fn worlds_with_more_than_interfaces() {
    let wit = Wit::new(
        "world",
        "package hermes:test;\nworld engine {\n  import log: func();\n}\n",
    );
    assert_eq!(
        wit.error("engine"),
        "test.wit:3:10: a function or type outside an interface is not supported"
    );
    assert!(wit.error("other").ends_with("there is no world 'other'"));
}

#[test]
fn text_that_is_no_wit() {
    let wit = Wit::new(
        "syntax",
        "package hermes:test;\ninterface api {\n  get: fun();\n}\n",
    );
    let message = wit.error("engine");
    assert!(message.contains("test.wit:3:8"), "{message}");
}
