use std::io::Read;

const LIMIT: usize = 64 * 1024;

/// What a client asked for.
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: String,
}

/// Reads one request; `None` for what is broken, cut off or too long.
pub fn read_request(stream: &mut impl Read) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let got = stream.read(&mut chunk).ok().filter(|got| *got > 0)?;
        bytes.extend_from_slice(&chunk[..got]);
        if bytes.len() > LIMIT {
            return None;
        }
        if let Some(request) = parse(&bytes).ok()? {
            return Some(request);
        }
    }
}

/// `Ok(None)` while something is missing.
fn parse(bytes: &[u8]) -> Result<Option<Request>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Request::new(&mut headers);
    let size = match head.parse(bytes)? {
        httparse::Status::Complete(size) => size,
        httparse::Status::Partial => return Ok(None),
    };
    let length = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length: usize = match length {
        None => 0,
        Some(header) => {
            let text = std::str::from_utf8(header.value).map_err(|_| httparse::Error::HeaderValue)?;
            text.trim().parse().map_err(|_| httparse::Error::HeaderValue)?
        }
    };
    let body = match bytes.get(size..size.saturating_add(length)) {
        Some(body) => body,
        None => return Ok(None),
    };
    Ok(Some(Request {
        method: head.method.unwrap_or("").to_owned(),
        path: head.path.unwrap_or("").to_owned(),
        body: String::from_utf8_lossy(body).into_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::read_request;

    #[test]
    fn reads_a_body_as_long_as_announced() {
        let mut sent: &[u8] = b"POST /slug HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello!";
        let request = read_request(&mut sent).unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/slug"));
        assert_eq!(request.body, "hello");
    }

    #[test]
    fn refuses_what_is_cut_off_or_no_request() {
        assert!(read_request(&mut &b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhello"[..]).is_none());
        assert!(read_request(&mut &b"\x16\x03\x01 TLS\r\n\r\n"[..]).is_none());
    }
}
