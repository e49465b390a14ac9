//! JSON-RPC: from octets to requests and notifications, and back.

use serde_json::{Value, json};

/// What a client sends.
#[derive(Clone, Debug)]
pub(crate) enum Incoming {
    /// Something that is no JSON-RPC; with the answer to it.
    Malformed(Value),
    /// Something that is told.
    Notification { method: String, params: Value },
    /// Something that is asked.
    Request { id: Value, method: String, params: Value },
    /// An answer to what the server asked; the server asks nothing that matters.
    Response,
}

/// Why a request has no result.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Refusal {
    code: i32,
    message: String,
}

impl Refusal {
    /// The parameters are not those of the method.
    pub(crate) fn parameters(error: &serde_json::Error) -> Self {
        Self { code: -32602, message: format!("the parameters do not fit: {error}") }
    }

    /// No such method.
    pub(crate) fn method(method: &str) -> Self {
        Self { code: -32601, message: format!("there is no method `{method}`") }
    }

    /// Not at this moment.
    pub(crate) fn order(message: &str) -> Self {
        Self { code: -32600, message: message.to_owned() }
    }

    /// Nothing but `initialize` comes first.
    pub(crate) fn uninitialized() -> Self {
        Self { code: -32002, message: "`initialize` comes first".to_owned() }
    }

    /// The client took the request back.
    pub(crate) fn cancelled() -> Self {
        Self { code: -32800, message: "taken back".to_owned() }
    }

    /// It can be asked, and the answer is no; the editor shows the sentence.
    pub(crate) fn failed(message: String) -> Self {
        Self { code: -32803, message }
    }

    /// The answer.
    pub(crate) fn answer(self, id: &Value) -> Value {
        json!({"jsonrpc": "2.0", "id": id, "error": {"code": self.code, "message": self.message}})
    }
}

impl Incoming {
    /// Reads one message.
    pub(crate) fn read(body: &[u8]) -> Self {
        let Ok(message) = serde_json::from_slice::<Value>(body) else {
            let refusal = Refusal { code: -32700, message: "this is not JSON".to_owned() };
            return Self::Malformed(refusal.answer(&Value::Null));
        };
        let id = message.get("id").cloned().filter(|it| !it.is_null());
        let method = message.get("method").and_then(Value::as_str).map(str::to_owned);
        let params = message.get("params").cloned().unwrap_or(Value::Null);
        match (method, id) {
            (Some(method), Some(id)) if id.is_number() || id.is_string() => {
                Self::Request { id, method, params }
            }
            (Some(method), None) => Self::Notification { method, params },
            (None, Some(_)) if has_outcome(&message) => Self::Response,
            (_, id) => {
                let refusal = Refusal::order("this is no request");
                Self::Malformed(refusal.answer(&id.unwrap_or(Value::Null)))
            }
        }
    }

    /// The request that this message takes back.
    pub(crate) fn takes_back(&self) -> Option<&Value> {
        match self {
            Self::Notification { method, params } if method == "$/cancelRequest" => {
                params.get("id")
            }
            Self::Malformed(_)
            | Self::Notification { .. }
            | Self::Request { .. }
            | Self::Response => None,
        }
    }
}

fn has_outcome(message: &Value) -> bool {
    message.get("result").is_some() || message.get("error").is_some()
}

/// A result.
pub(crate) fn answer(id: &Value, result: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "result": result})
}

/// Something the client is told.
pub(crate) fn notification(method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}
