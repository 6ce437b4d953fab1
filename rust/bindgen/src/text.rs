//! Puts lines together.

pub const WIDTH: usize = 100;

/// Appends a line, like writeln!, which cannot fail on a String.
macro_rules! line {
    ($to:expr) => { $to.push('\n') };
    ($to:expr, $($format:tt)*) => {{
        use std::fmt::Write;
        writeln!($to, $($format)*).unwrap()
    }};
}
pub(crate) use line;

/// WIT documentation as a C++ comment.
pub fn docs(docs: &wit_parser::Docs, indent: &str) -> String {
    let mut text = String::new();
    for l in docs.contents.as_deref().unwrap_or("").trim_end().lines() {
        line!(
            text,
            "{indent}{}",
            format!("/// {}", l.trim_end()).trim_end()
        );
    }
    text
}

/// `head` `(` items `)` `tail`, broken behind commas where a line would be too long.
pub fn call(indent: &str, head: &str, items: &[String], tail: &str) -> String {
    let one_line = format!("{indent}{head}({}){tail}", items.join(", "));
    if one_line.len() <= WIDTH || items.is_empty() {
        return one_line + "\n";
    }
    let start = format!("{indent}{head}(");
    let longest = items.iter().map(String::len).max().unwrap_or(0);
    let aligned = " ".repeat(start.len());
    if start.len() + longest + tail.len() < WIDTH {
        return fill(&start, &aligned, items, &format!("){tail}"));
    }
    let deeper = format!("{indent}    ");
    format!(
        "{start}\n{}",
        fill(&deeper, &deeper, items, &format!("){tail}"))
    )
}

fn fill(first: &str, next: &str, items: &[String], end: &str) -> String {
    let (mut text, mut current) = (String::new(), first.to_string());
    for (i, item) in items.iter().enumerate() {
        let piece = if i + 1 == items.len() {
            format!("{item}{end}")
        } else {
            format!("{item},")
        };
        let begun = current.len() > next.len().max(first.len());
        if begun && current.len() + 1 + piece.len() > WIDTH {
            line!(text, "{current}");
            current = next.to_string() + &piece;
        } else {
            if begun {
                current.push(' ');
            }
            current += &piece;
        }
    }
    line!(text, "{current}");
    text
}
