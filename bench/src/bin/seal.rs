//! Sealing and opening of stored bodies, beside the two ciphers without the form around them: `seal
//! [RUNS]`.

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use anyhow::{Context, ensure};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use bench::clock::least_of;
use vault::{
    DataKey,
    stream::{Opener, Sealer, sealed_octets},
};

/// Runs of which the fastest counts.
const RUNS: usize = 31;
/// Gigaoctets a second that sealing must come to on one processor.
const RATE_MIN: f64 = 4.0;
/// Octets of a segment, of which the ciphers are given one after the other.
const SEGMENT: usize = 64 * 1024;

fn main() -> anyhow::Result<()> {
    let runs = std::env::args().nth(1).map_or(Ok(RUNS), |it| it.parse())?;
    println!(
        "{:>10} {:>8} {:>8} {:>10} {:>12}   GB/s (sealing must be {RATE_MIN})",
        "octets", "seal", "open", "aes-gcm", "aws-lc-rs"
    );
    for octets in [4 << 10, 64 << 10, 1 << 20, 16 << 20] {
        let plain: Vec<u8> = (0..octets).map(|it: usize| (it % 251) as u8).collect();
        let room = usize::try_from(sealed_octets(octets as u64))?;
        let repeat = (16 << 20) / octets;
        let rate = |seconds: f64| (octets * repeat) as f64 / seconds / 1e9;
        let key = DataKey::random();
        let mut out = Vec::with_capacity(room);
        let seal = least_of(runs, || {
            for _ in 0..repeat {
                out.clear();
                let mut sealer = Sealer::new(&key, "message:1");
                sealer.seal(&plain, &mut out).and_then(|()| sealer.finish(&mut out)).ok();
            }
        });
        let mut opened = Vec::with_capacity(octets);
        let open = least_of(runs, || {
            for _ in 0..repeat {
                opened.clear();
                let mut opener = Opener::new(&key, "message:1");
                opener.open(&out, &mut opened).and_then(|()| opener.finish(&mut opened)).ok();
            }
        });
        ensure!(opened == plain, "what was opened is not what was sealed");
        let mut copy = plain.clone();
        let theirs = Aes256Gcm::new(&[7; 32].into());
        let one = least_of(runs, || {
            for segment in (0..repeat).flat_map(|_| 0..octets.div_ceil(SEGMENT)) {
                let at = segment * SEGMENT;
                let end = octets.min(at + SEGMENT);
                theirs.encrypt_inout_detached(&[1; 12].into(), b"", (&mut copy[at..end]).into()).ok();
            }
        });
        let theirs = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).ok().context("a key")?);
        let other = least_of(runs, || {
            for segment in (0..repeat).flat_map(|_| 0..octets.div_ceil(SEGMENT)) {
                let at = segment * SEGMENT;
                let end = octets.min(at + SEGMENT);
                let nonce = Nonce::assume_unique_for_key([1; 12]);
                theirs.seal_in_place_separate_tag(nonce, Aad::empty(), &mut copy[at..end]).ok();
            }
        });
        let [seal, open, one, other] =
            [seal, open, one, other].map(|it| rate(it.as_secs_f64()));
        println!("{octets:>10} {seal:>8.2} {open:>8.2} {one:>10.2} {other:>12.2}");
    }
    Ok(())
}
