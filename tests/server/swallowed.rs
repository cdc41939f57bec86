//! A network that takes a request to the server and swallows the answer. It sees what
//! anybody on the way sees: records, their kinds and their lengths.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::spawn;
use std::time::Duration;

/// The kind of a record whose content is encrypted.
const ENCRYPTED: u8 = 0x17;
/// A request is longer than what ends a handshake or says goodbye, bytes.
const REQUEST: usize = 100;

/// A way to a server on which no answer comes back. Returns its address.
pub fn way_to(server: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it has one").to_string();
    let server = server.to_owned();
    spawn(move || {
        for client in listener.incoming() {
            let client = client.expect("a connection");
            let there = TcpStream::connect(&server).expect("it listens");
            carry(client, there);
        }
    });
    address
}

fn carry(client: TcpStream, there: TcpStream) {
    let asked = Arc::new(AtomicBool::new(false));
    let (mut from, mut to) = (
        client.try_clone().expect("a socket"),
        there.try_clone().expect("a socket"),
    );
    let told = Arc::clone(&asked);
    spawn(move || {
        let (mut chunk, mut seen) = ([0; 4_096], Vec::new());
        while let Ok(n @ 1..) = from.read(&mut chunk) {
            seen.extend_from_slice(&chunk[..n]);
            while let [kind, _, _, high, low, ..] = seen[..] {
                let length = usize::from(high) << 8 | usize::from(low);
                if seen.len() < 5 + length {
                    break;
                }
                if kind == ENCRYPTED && length > REQUEST {
                    told.store(true, Ordering::SeqCst);
                }
                seen.drain(..5 + length);
            }
            if to.write_all(&chunk[..n]).is_err() {
                break;
            }
        }
    });
    let (mut from, mut to) = (there, client);
    spawn(move || {
        let short = Some(Duration::from_millis(50));
        from.set_read_timeout(short).expect("a time-out");
        let (mut chunk, mut n_silent) = ([0; 4_096], 0);
        // What is asked is answered in a second; then the line is cut.
        while n_silent < 40 {
            let read = from.read(&mut chunk);
            // Looked at only now: it may have been asked while nothing was to be read.
            let asked = asked.load(Ordering::SeqCst);
            match read {
                Ok(0) => break,
                Ok(_) if asked => {}
                Ok(n) if to.write_all(&chunk[..n]).is_err() => break,
                Ok(_) => {}
                Err(_) => n_silent += usize::from(asked),
            }
        }
        _ = to.shutdown(Shutdown::Both);
    });
}
