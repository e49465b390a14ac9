//! Value added tax numbers, by the country that they begin with.
//!
//! # Standards
//!
//! Council Directive 2006/112/EC, article 215 (the prefix); the Commission's notes on the algorithms
//! of the member states for VIES; HMRC for `GB` and `XI`, Skatteetaten for `NO`, the Federal Statistical
//! Office for `CHE`.

mod alphanumeric;
mod digits;

use self::{
    alphanumeric::{at, ch, cy, es, fr, ie, nl},
    digits::{
        be, bg, cz, de, dk, ee, el, fi, gb, hr, hu, it, lt, lu, lv, mt, no, pl, pt, ro, se, si, sk,
    },
};
use super::{Checksum, arithmetic::compact};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[Checksum {
    name: "vat",
    about: "value added tax numbers with the country in front, by the country's own arithmetic",
    example: "DE 136 695 976",
    passes: |it| vat(it) == Some(true),
}];

/// Greece writes `EL`, Northern Ireland `XI`; `MVA` behind a Norwegian number says as much as `NO`.
fn vat(value: &str) -> Option<bool> {
    let value = compact(value);
    if let Some(bare) = value.strip_suffix("MVA") {
        return no(bare.strip_prefix("NO").unwrap_or(bare));
    }
    let (country, own) = value.split_at_checked(2)?;
    match country {
        "AT" => at(own),
        "BE" => be(own),
        "BG" => bg(own),
        "CH" => ch(own),
        "CY" => cy(own),
        "CZ" => cz(own),
        "DE" => de(own),
        "DK" => dk(own),
        "EE" => ee(own),
        "EL" => el(own),
        "ES" => es(own),
        "FI" => fi(own),
        "FR" => fr(own),
        "GB" | "XI" => gb(own),
        "HR" => hr(own),
        "HU" => hu(own),
        "IE" => ie(own),
        "IT" => it(own),
        "LT" => lt(own),
        "LU" => lu(own),
        "LV" => lv(own),
        "MT" => mt(own),
        "NL" => nl(own),
        "NO" => no(own),
        "PL" => pl(own),
        "PT" => pt(own),
        "RO" => ro(own),
        "SE" => se(own),
        "SI" => si(own),
        "SK" => sk(own),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn right_numbers_of_every_country() {
        check(
            "vat",
            &[
                "ATU13585627",
                "BE0403019261",
                "BE403019261",
                "BG175074752",
                "BG7501020018",
                "CHE-107.787.577 IVA",
                "CY10259033P",
                "CZ25123891",
                "CZ640903926",
                "CZ7103192745",
                "DE129273398",
                "DK13585628",
                "EE100594102",
                "EL094259216",
                "ES54362315K",
                "ESX2482300W",
                "ESJ99216582",
                "FI20774740",
                "FR40303265045",
                "FRK7399859412",
                "GB980780684",
                "GB242338087388",
                "GBGD001",
                "XI110305878",
                "HR33392005961",
                "HU12892312",
                "IE6433435F",
                "IE8D79739I",
                "IT00743110157",
                "LT119511515",
                "LT100001919017",
                "LU15027442",
                "LV40003521600",
                "MT11679112",
                "NL004495445B01",
                "NO995525828MVA",
                "PL8567346215",
                "PT501964843",
                "RO18547290",
                "SE123456789701",
                "SI50223054",
                "SK2022749619",
            ],
            &[],
        );
    }

    #[test]
    fn wrong_numbers() {
        check(
            "vat",
            &[],
            &[
                "ATU13585626",
                "BE431150351",
                "BG175074751",
                "CHE107787576MWST",
                "CY12259033P",
                "CZ25123890",
                "DE136695978",
                "DK13585627",
                "EE100594103",
                "EL123456781",
                "ES54362315Z",
                "FI20774741",
                "FR84323140391",
                "GB802311781",
                "HR33392005962",
                "HU12892313",
                "IE6433435E",
                "IT00743110158",
                "LT100001919018",
                "LU15027443",
                "LV40003521601",
                "MT11679113",
                "NL123456789B90",
                "NO995525829MVA",
                "PL8567346216",
                "PT501964842",
                "RO18547291",
                "SE123456789101",
                "SI50223055",
                "SK2022749618",
                "ZZ123456789",
                "DE",
            ],
        );
    }
}
