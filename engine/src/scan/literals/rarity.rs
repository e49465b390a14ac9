//! How rare a run of bytes is in ordinary text: decides by which gram a literal is looked for.
//!
//! The figures are costs in half bits of one symbol after another (`-2 log2 P`), counted over
//! 2.4 million characters of English prose and technical text, written as characters from `0` up.
//! They only choose; a wrong figure costs time, never an answer.

use std::ops::Range;

/// Letters `a` to `z`, then the space, a digit, anything else.
const SYMBOLS: usize = 29;

/// The cost of a symbol by itself.
const ALONE: &[u8; SYMBOLS] = b"9<::7<<;9D?:;99;D998;>>@=C6@=";

/// The cost of the second symbol after the first, a row for each first.
#[rustfmt::skip]
const AFTER: [&[u8; SYMBOLS]; SYMBOLS] = [
    b"A:88A?;E:F<7:5I:F785==??<C9CD",
    b"8?;?6?GH8;E6>F9AM8;A6CIM8L>@<",
    b"8A<A6?D79J:;BG4@E7:7:CHI>K;B@",
    b":AA85@<B7CI=AB7EH>:?<CCH>L3A>",
    b"9@97<=>C?FE:;7B<>67:C=?;?G5D>",
    b"9@>?7:>J5IJ:>=5FK8><:JHG=H5@?",
    b"<BBF5C>95MD=A::CF9;@<KEH@F5J<",
    b"6DDD4<II7MFB>C9FM=A57RFR@R8GB",
    b";:7;:;;JDI?9956=H<75F<O<O=?JD",
    b"7A=B2FBB8I@FBF7>DB7B7FACDC?FC",
    b"9A??4:>G4FH?A<>CFB8@=BAJBI6H=",
    b"7D?95?BH5OC6EA7@KC::;BCD9N7J>",
    b"6;A>5D<I7IK::D87JD:?:@FI@Q8I<",
    b"9E968>6E:G=>B>9@JC76<>BH<F5I?",
    b"@=9:A9<E>@;;65=:T5;:8;:AFG7L@",
    b"6FA=7AA::QA7CD89H6587FJH<Q;JA",
    b"CF>AA?BFBDI6F>I<IAAF1I@FII>G=",
    b"6B<<5?;F8K<?;=7AK;7:8=AK:J6L?",
    b"<D=C6CG:8NA??B:<@?:5:>BK=I4K;",
    b"9E=?6@H57NJ=?G78M9;8;F@H<I6M?",
    b"<6:=:>=F:LH797A9O757GLH?MA:DD",
    b"6D?E2A9F6KHHAG;ENDADBIN?BE;?@",
    b"7KEH6CB64KE?I:6FN99CII;NEJ7L?",
    b"7D:B5BG?:IED?I?7HE>6:DDA?I5?<",
    b"=@CA;ADA=JD=<:67E=:;BB@GEC3H=",
    b"7?IC2E@A8C7B;E;FEF?D:CID:8;I@",
    b"7:9:;9>;8CB;:;9:D:96;=:D=FVA<",
    b"<<<<<<JIHLHHIGMHLEGDFHKAMM78;",
    b"<<9<==;;<BC;=?>;D9:;>??BCB4>;",
];

/// What a space between two words adds: letters of one word foretell each other over more than
/// the one symbol that is counted here, two words hardly.
const BETWEEN_WORDS: u32 = 24;

/// The cost of a run of bytes in half bits: the higher, the rarer.
pub(in crate::scan) fn rarity(run: &[u8]) -> u32 {
    let mut rarities = Rarities::default();
    rarities.measure(run);
    rarities.of(0..run.len())
}

/// What every run of a text costs, summed up from its start.
#[derive(Debug, Default)]
pub(super) struct Rarities {
    sums: Vec<Sums>,
}

/// At one byte of the text.
#[derive(Clone, Copy, Debug)]
struct Sums {
    /// The cost of this byte by itself.
    alone: u32,
    /// The costs of all bytes up to this one after the ones before them.
    chained: u32,
    /// The spaces before this byte.
    spaces: u32,
}

impl Rarities {
    /// Takes another text.
    pub(super) fn measure(&mut self, text: &[u8]) {
        self.sums.clear();
        let (mut chained, mut spaces, mut before) = (0_u32, 0_u32, None);
        self.sums.extend(text.iter().map(|it| {
            let symbol = symbol(*it);
            let row = before.replace(symbol).and_then(|it: usize| AFTER.get(it));
            chained = chained.saturating_add(row.map_or(0, |row| cost(row, symbol)));
            let here = Sums { alone: cost(ALONE, symbol), chained, spaces };
            spaces = spaces.saturating_add(u32::from(*it == b' '));
            here
        }));
    }

    /// The cost of a run of the text, or of what there is of it.
    pub(super) fn of(&self, run: Range<usize>) -> u32 {
        let run = self.sums.get(run.start..run.end.min(self.sums.len())).unwrap_or_default();
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return 0 };
        let cost = last.chained.saturating_sub(first.chained).saturating_add(first.alone);
        let inner = run.get(1).is_some_and(|it| it.spaces < last.spaces);
        cost.saturating_add(if inner { BETWEEN_WORDS } else { 0 })
    }
}

fn cost(row: &[u8; SYMBOLS], symbol: usize) -> u32 {
    row.get(symbol).map_or(0, |it| u32::from(it.saturating_sub(b'0')))
}

fn symbol(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => usize::from(byte.saturating_sub(b'a')),
        b' ' => 26,
        b'0'..=b'9' => 27,
        _ => 28,
    }
}

#[cfg(test)]
mod tests {
    use super::rarity;

    #[test]
    fn common_runs_cost_less() {
        assert!(rarity(b"the ") < rarity(b"nigh"));
        assert!(rarity(b"nigh") < rarity(b"htja"));
        assert!(rarity(b"ing ") < rarity(b"4012"));
    }
}
