"""One writer a format: each turns a `Document` into bytes, escaping every text for its own format."""
