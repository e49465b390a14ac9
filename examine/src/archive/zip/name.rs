//! The names and comments of a zip, in every way that programs show them.

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, IBM866, SHIFT_JIS, WINDOWS_1251};

use super::{super::named_in_old_charset, entry::Header};

/// The bit of the flags of an entry whose name is UTF-8.
const UTF_8: u16 = 1 << 11;

/// The upper half of code page 437, in which names without a flag are.
const UPPER_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The names of an entry, the one first that most programs show.
pub(super) fn names(header: &Header<'_>) -> Vec<String> {
    if header.is_too_long() {
        return Vec::new();
    }
    let mut names = Vec::new();
    names.extend(header.unicode_name.map(|it| String::from_utf8_lossy(it).into_owned()));
    match std::str::from_utf8(header.name) {
        Ok(name) => names.push(name.to_owned()),
        Err(_) if header.flags & UTF_8 != 0 => {
            names.push(String::from_utf8_lossy(header.name).into_owned());
        }
        Err(_) => {}
    }
    if !header.name.is_ascii() && header.flags & UTF_8 == 0 {
        names.push(in_437(header.name));
        names.push(named_in_old_charset(header.name));
        names.extend(LOCAL.iter().filter_map(|charset| in_local(header.name, charset)));
    }
    // Some programs take a name to end at a zero, and some do not.
    let cut = |name: &String| name.split_once('\0').map(|halves| halves.0.to_owned());
    let cut: Vec<String> = names.iter().filter_map(cut).collect();
    names.extend(cut);
    names
}

/// Charsets that programs in some countries take names without a flag to be in.
static LOCAL: [&Encoding; 6] = [BIG5, EUC_KR, GBK, IBM866, SHIFT_JIS, WINDOWS_1251];

/// The name in that charset, where it can be in it.
fn in_local(octets: &[u8], charset: &'static Encoding) -> Option<String> {
    let name = charset.decode_without_bom_handling_and_without_replacement(octets);
    name.map(std::borrow::Cow::into_owned)
}

fn in_437(octets: &[u8]) -> String {
    let upper = |octet: u8| UPPER_437.chars().nth(usize::from(octet.wrapping_sub(0x80)));
    let decode = |octet: &u8| match octet.is_ascii() {
        true => char::from(*octet),
        false => upper(*octet).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    octets.iter().map(decode).collect()
}

/// A comment, which programs show beside the entries; none without any.
pub(super) fn text(comment: &[u8]) -> Option<String> {
    (!comment.is_empty()).then(|| named_in_old_charset(comment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_page_is_whole() {
        assert_eq!(UPPER_437.chars().count(), 128);
        assert_eq!(in_437(b"caf\x82 \xe1"), "café ß");
    }
}
