use std::fmt;

/// Says where the WIT asks for something that cannot be generated.
#[derive(Debug)]
pub struct Error {
    /// `file:line:column`, or empty where the message has it.
    location: String,
    message: String,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Error {
            location: String::new(),
            message: message.into(),
        }
    }

    pub(crate) fn at(location: String, message: impl Into<String>) -> Self {
        Error {
            location,
            message: message.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.location.is_empty() {
            write!(f, "{}: ", self.location)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
