//! What is typed into a terminal, read on a thread of its own: so that a program that
//! waits for something else notices a key.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Lines as they are typed.
pub struct Keys {
    typed: Receiver<Vec<u8>>,
    line: Vec<u8>,
    n_read: usize,
    ended: bool,
}

impl Keys {
    /// Those of an input, from now on.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn of(input: impl Read + Send + 'static) -> io::Result<Self> {
        let (send, typed) = channel();
        thread::Builder::new().name("keys".into()).spawn(move || {
            let mut input = BufReader::new(input);
            loop {
                let mut line = Vec::new();
                // An input that breaks has ended.
                let n = input.read_until(b'\n', &mut line).unwrap_or(0);
                if n == 0 || send.send(line).is_err() {
                    return;
                }
            }
        })?;
        Ok(Keys {
            typed,
            line: Vec::new(),
            n_read: 0,
            ended: false,
        })
    }

    /// Waits for a line, and no longer than this; whether there was one.
    pub fn pressed(&mut self, wait: Duration) -> bool {
        if self.n_read < self.line.len() {
            self.n_read = self.line.len();
            return true;
        }
        if self.ended {
            thread::sleep(wait);
            return false;
        }
        match self.typed.recv_timeout(wait) {
            Ok(_) => true,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => {
                self.ended = true;
                thread::sleep(wait);
                false
            }
        }
    }
}

impl Read for Keys {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let there = self.fill_buf()?;
        let n = there.len().min(into.len());
        into[..n].copy_from_slice(&there[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Keys {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.n_read >= self.line.len() && !self.ended {
            self.n_read = 0;
            match self.typed.recv() {
                Ok(line) => self.line = line,
                Err(_) => {
                    self.line = Vec::new();
                    self.ended = true;
                }
            }
        }
        Ok(&self.line[self.n_read..])
    }

    fn consume(&mut self, n: usize) {
        self.n_read = (self.n_read + n).min(self.line.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_typed_and_an_end_is_an_end() {
        let mut keys = Keys::of(&b"one\ntwo\nthree"[..]).expect("a thread");
        let mut line = String::new();
        assert_eq!(keys.read_line(&mut line).ok(), Some(4));
        assert!(keys.pressed(Duration::from_secs(20)), "two");
        line.clear();
        assert_eq!(keys.read_line(&mut line).ok(), Some(5));
        assert_eq!(line, "three");
        assert_eq!(keys.read_line(&mut line).ok(), Some(0));
        assert!(!keys.pressed(Duration::from_millis(1)));
    }
}
