//! An HTTP server: GET /health, and POST /slug, which answers with the body as a part of an address.

mod request;
mod slug;

use request::{read_request, Request};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use slug::slug;
use std::io::{Result, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

fn main() -> Result<()> {
    let port = std::env::var("PORT").ok().and_then(|text| text.parse().ok()).unwrap_or(8080);
    let listener = TcpListener::bind(("0.0.0.0", port))?;
    eprintln!("rust-api listens on port {port}");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    // The first process of a container is not ended by signals that it does not take.
    Signals::new([SIGINT, SIGTERM])?.forever().next();
    Ok(())
}

fn serve(mut stream: TcpStream) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let (status, body) = match read_request(&mut stream) {
        None => ("400 Bad Request", r#"{"error":"bad request"}"#.to_owned()),
        Some(request) => answer(&request),
    };
    let length = body.len() + 1;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}\n"
    )
}

fn answer(request: &Request) -> (&'static str, String) {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/health") => ("200 OK", r#"{"status":"ok"}"#.to_owned()),
        // A slug has no character that JSON would escape.
        ("POST", "/slug") => ("200 OK", format!(r#"{{"slug":"{}"}}"#, slug(&request.body))),
        _ => ("404 Not Found", r#"{"error":"not found"}"#.to_owned()),
    }
}
