//! Lines that people can say: their length, their markup, and that none tells
//! itself apart from the others by its looks. Not what they mean.

use crate::diagnostic::Span;
use crate::scenario::written::{Beat, Written};

use super::decode::Decoder;
use super::findings::quoted;

/// Longest segment that is still spoken in one breath, words.
const SEGMENT_WORDS: usize = 25;
/// Longest reply, words.
const REPLY_WORDS: usize = 22;

/// `long-line`, `stress`, `placeholder`, `uneven-replies`: lines that people can say.
pub(super) fn words(d: &mut Decoder, w: &Written) {
    for beat in w.beats.values() {
        for segment in &beat.says {
            for text in
                std::iter::once(&segment.text).chain(segment.variants.iter().map(|v| &v.text))
            {
                long(d, text, SEGMENT_WORDS, segment.span);
                placeholder(d, text, segment.span);
                if text.matches('*').count() % 2 == 1 {
                    let message = "a `*` stands alone: *stress* has one on each side".to_owned();
                    d.warning("stress", segment.span, message);
                }
            }
        }
        for reply in beat.replies.values() {
            let without = reply.without.as_ref().map(|without| &without.say);
            for text in std::iter::once(&reply.say).chain(without) {
                long(d, text, REPLY_WORDS, reply.span);
                placeholder(d, text, reply.span);
                if text.contains('*') {
                    let message = "a reply is the trainee's to stress: a `*` is shown as it stands"
                        .to_owned();
                    d.warning("stress", reply.span, message);
                }
            }
        }
        uneven(d, beat);
    }
}

fn long(d: &mut Decoder, text: &str, most: usize, span: Span) {
    let n_words = text.split_whitespace().count();
    if n_words > most {
        let message =
            format!("{n_words} words in one breath; more than {most} are hard to say and to hear");
        d.warning("long-line", span, message);
    }
}

fn placeholder(d: &mut Decoder, text: &str, span: Span) {
    let Some((_, rest)) = text.split_once('{') else {
        return;
    };
    if let Some((name, _)) = rest.split_once('}') {
        let shown = quoted(name);
        let message = format!("`{{{shown}}}` is shown as it stands: there are no placeholders");
        d.warning("placeholder", span, message)
            .hints
            .push("write out what is to be said".into());
    }
}

fn uneven(d: &mut Decoder, beat: &Beat) {
    let lengths = || {
        beat.replies
            .iter()
            .map(|(key, reply)| (reply.say.chars().count(), key, reply))
    };
    let longest = lengths().max_by_key(|(n, ..)| *n);
    let shortest = lengths().min_by_key(|(n, ..)| *n);
    if let (Some((long, long_key, reply)), Some((short, short_key, _))) = (longest, shortest)
        && long * 10 > short * 15
    {
        let message = format!(
            "\"{}\" has {long} characters and \"{}\" {short}: length must not tell replies apart",
            long_key.text, short_key.text
        );
        let hint = "keep the replies of a beat within a third of each other";
        d.warning("uneven-replies", reply.span, message)
            .hints
            .push(hint.into());
    }
}
