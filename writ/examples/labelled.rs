//! The shipped detectors over labelled values: what is right and missed, what is wrong and reported.
//!
//! `cargo run -p writ --example labelled -- FILE.jsonl…` reads lines of
//! `{"kind": …, "input": …, "valid": …}` or `{"entity": …, "text": …, "expected": …}`. A value is put
//! behind a word that its detector must have near, so that the value itself is tried. A wrong value is
//! reported when the whole of it is found; that a right one stands inside a longer text is no fault.

#![expect(clippy::print_stdout, reason = "a tool run by hand")]
#![expect(clippy::unwrap_used, reason = "a tool run by hand may stop where its data is broken")]

use std::collections::BTreeMap;

use engine::{
    Library, SourceFile,
    detect::{Detector, Detectors},
};
use serde_json::Value;

/// Kinds of a set, the detectors that know them, and a prefix that the set leaves out.
const KINDS: &[(&str, &[&str], &str)] = &[
    ("ABA_ROUTING_NUMBER", &["aba-routing"], ""),
    ("ABANumberCheckDigit", &["aba-routing"], ""),
    ("AU_ABN", &["au-abn"], ""),
    ("AU_ACN", &["au-acn"], ""),
    ("AU_MEDICARE", &["au-medicare"], ""),
    ("AU_TFN", &["au-tfn"], ""),
    ("CA_SIN", &["ca-sin"], ""),
    ("CREDIT_CARD", &["payment-card"], ""),
    ("CUSIPCheckDigit", &["cusip"], ""),
    ("CreditCardValidator", &["payment-card"], ""),
    ("DE_HEALTH_INSURANCE", &["de-kvnr"], ""),
    ("DE_SOCIAL_SECURITY", &["de-rvnr"], ""),
    ("DE_TAX_ID", &["de-idnr"], ""),
    ("DE_VAT_ID", &["vat-de"], ""),
    ("EMAIL_ADDRESS", &["email-address"], ""),
    ("ES_NIE", &["es-nie"], ""),
    ("ES_NIF", &["es-dni"], ""),
    ("EmailValidator", &["email-address"], ""),
    ("FI_PERSONAL_IDENTITY_CODE", &["fi-hetu"], ""),
    ("IBANCheckDigit", &["iban"], ""),
    ("IBAN_CODE", &["iban"], ""),
    ("IN_AADHAAR", &["in-aadhaar"], ""),
    ("IN_PAN", &["in-pan"], ""),
    ("IP_ADDRESS", &["ipv4-address", "ipv6-address"], ""),
    ("ISINCheckDigit", &["isin"], ""),
    ("ISINValidator", &["isin"], ""),
    ("IT_FISCAL_CODE", &["it-codice-fiscale"], ""),
    ("IT_VAT_CODE", &["vat-it"], "IT"),
    ("InetAddressValidator", &["ipv4-address", "ipv6-address"], ""),
    ("KR_FRN", &["kr-rrn"], ""),
    ("KR_RRN", &["kr-rrn"], ""),
    ("MAC_ADDRESS", &["mac-address"], ""),
    ("ModulusTenABACheckDigit", &["aba-routing"], ""),
    ("ModulusTenCUSIPCheckDigit", &["cusip"], ""),
    ("ModulusTenSedolCheckDigit", &["sedol"], ""),
    ("PL_PESEL", &["pl-pesel"], ""),
    ("SE_ORGANISATIONSNUMMER", &["se-orgnr"], ""),
    ("SE_PERSONNUMMER", &["se-personnummer"], ""),
    ("SG_NRIC_FIN", &["sg-nric"], ""),
    ("SedolCheckDigit", &["sedol"], ""),
    ("TH_TNIN", &["th-pin"], ""),
    ("TR_NATIONAL_ID", &["tr-kimlik"], ""),
    ("UK_NINO", &["uk-nino"], ""),
    ("US_ITIN", &["us-itin"], ""),
    ("US_MBI", &["us-mbi"], ""),
    ("US_NPI", &["us-npi"], ""),
    ("US_PASSPORT", &["us-passport"], ""),
    ("US_SSN", &["us-ssn"], ""),
    ("ZA_ID_NUMBER", &["za-id"], ""),
    ("ar.cuit", &["ar-cuit"], ""),
    ("au.abn", &["au-abn"], ""),
    ("au.acn", &["au-acn"], ""),
    ("au.tfn", &["au-tfn"], ""),
    ("be.bis", &["be-bis-number"], ""),
    ("be.iban", &["iban"], ""),
    ("be.nn", &["be-national-number"], ""),
    ("be.ssn", &["be-national-number", "be-bis-number"], ""),
    ("be.vat", &["vat-be"], "BE"),
    ("bg.egn", &["bg-egn"], ""),
    ("bg.vat", &["vat-bg"], "BG"),
    ("bic", &["bic"], ""),
    ("br.cnpj", &["br-cnpj"], ""),
    ("br.cpf", &["br-cpf"], ""),
    ("ca.sin", &["ca-sin"], ""),
    ("ch.uid", &["ch-uid"], ""),
    ("ch.vat", &["vat-ch"], ""),
    ("cl.rut", &["cl-rut"], ""),
    ("cn.ric", &["cn-ric"], ""),
    ("cusip", &["cusip"], ""),
    ("cy.vat", &["vat-cy"], "CY"),
    ("cz.dic", &["vat-cz"], "CZ"),
    ("cz.rc", &["cz-rc"], ""),
    ("de.idnr", &["de-idnr"], ""),
    ("dk.cpr", &["dk-cpr"], ""),
    ("dk.cvr", &["vat-dk"], "DK"),
    ("ec.ci", &["ec-ci"], ""),
    ("ee.kmkr", &["vat-ee"], "EE"),
    ("es.ccc", &["es-ccc"], ""),
    ("es.dni", &["es-dni"], ""),
    ("es.iban", &["iban"], ""),
    ("es.nif", &["vat-es"], "ES"),
    ("eu.vat", &["vat-*"], ""),
    ("fi.alv", &["vat-fi"], "FI"),
    ("fi.hetu", &["fi-hetu"], ""),
    ("figi", &["figi"], ""),
    ("fr.nif", &["fr-nif"], ""),
    ("fr.nir", &["fr-nir"], ""),
    ("fr.siren", &["fr-siren"], ""),
    ("fr.siret", &["fr-siret"], ""),
    ("fr.tva", &["vat-fr"], "FR"),
    ("gb.sedol", &["sedol"], ""),
    ("gb.upn", &["uk-upn"], ""),
    ("gb.utr", &["uk-utr"], ""),
    ("gb.vat", &["vat-gb"], "GB"),
    ("gr.amka", &["gr-amka"], ""),
    ("hu.anum", &["vat-hu"], "HU"),
    ("iban", &["iban"], ""),
    ("id.nik", &["id-nik"], ""),
    ("ie.pps", &["ie-pps"], ""),
    ("ie.vat", &["vat-ie"], "IE"),
    ("il.idnr", &["il-id"], ""),
    ("imei", &["imei"], ""),
    ("in_.pan", &["in-pan"], ""),
    ("in_.vid", &["in-vid"], ""),
    ("is_.kennitala", &["is-kennitala"], ""),
    ("isin", &["isin"], ""),
    ("it.codicefiscale", &["it-codice-fiscale"], ""),
    ("jp.in_", &["jp-my-number"], ""),
    ("kr.rrn", &["kr-rrn"], ""),
    ("lei", &["lei"], ""),
    ("lt.asmens", &["lt-asmens-kodas"], ""),
    ("lt.pvm", &["vat-lt"], "LT"),
    ("lu.tva", &["vat-lu"], "LU"),
    ("lv.pvn", &["lv-personas-kods"], ""),
    ("mac", &["mac-address"], ""),
    ("mx.curp", &["mx-curp"], ""),
    ("mx.rfc", &["mx-rfc"], ""),
    ("my.nric", &["my-nric"], ""),
    ("nl.bsn", &["nl-bsn"], ""),
    ("nl.btw", &["vat-nl"], "NL"),
    ("no.fodselsnummer", &["no-fodselsnummer"], ""),
    ("no.iban", &["iban"], ""),
    ("no.mva", &["vat-no"], ""),
    ("nz.ird", &["nz-ird"], ""),
    ("pe.ruc", &["pe-ruc"], ""),
    ("pk.cnic", &["pk-cnic"], ""),
    ("pl.nip", &["vat-pl"], "PL"),
    ("pl.pesel", &["pl-pesel"], ""),
    ("pl.regon", &["pl-regon"], ""),
    ("pt.cc", &["pt-cc"], ""),
    ("ro.cnp", &["ro-cnp"], ""),
    ("ru.inn", &["ru-inn"], ""),
    ("se.orgnr", &["se-orgnr"], ""),
    ("se.personnummer", &["se-personnummer"], ""),
    ("si.ddv", &["vat-si"], "SI"),
    ("si.emso", &["emso"], ""),
    ("sk.dph", &["vat-sk"], "SK"),
    ("sk.rc", &["cz-rc"], ""),
    ("th.pin", &["th-pin"], ""),
    ("tr.tckimlik", &["tr-kimlik"], ""),
    ("ua.rntrc", &["ua-rntrc"], ""),
    ("us.ein", &["us-ein"], ""),
    ("us.itin", &["us-itin"], ""),
    ("us.rtn", &["aba-routing"], ""),
    ("us.ssn", &["us-ssn"], ""),
    ("us.tin", &["us-ssn", "us-itin", "us-ein"], ""),
    ("za.idnr", &["za-id"], ""),
];

/// What came of one kind.
#[derive(Default)]
struct Tally {
    valid: usize,
    missed: Vec<String>,
    invalid: usize,
    reported: Vec<String>,
}

fn main() {
    let std: Vec<SourceFile> = rules::STD
        .iter()
        .map(|it| SourceFile { path: it.path.to_owned(), text: it.text.to_owned() })
        .collect();
    let (detectors, findings) = Detectors::load(&[], &[Library { name: "std", files: &std }]);
    assert!(findings.is_empty(), "{findings:?}");
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for path in std::env::args().skip(1) {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            count(&detectors, &serde_json::from_str(line).unwrap(), &mut tallies);
        }
    }
    let (mut missed, mut reported) = (0, 0);
    for (kind, tally) in &tallies {
        missed += tally.missed.len();
        reported += tally.reported.len();
        let (lost, wrong) = (tally.missed.len(), tally.reported.len());
        println!(
            "{kind:28} valid {:4} missed {lost:3}   invalid {:4} reported {wrong:3}",
            tally.valid, tally.invalid
        );
        tally.missed.iter().for_each(|it| println!("    missed   {it:?}"));
        tally.reported.iter().for_each(|it| println!("    reported {it:?}"));
    }
    println!("{} kinds, {missed} missed, {reported} reported", tallies.len());
}

fn count(detectors: &Detectors, row: &Value, tallies: &mut BTreeMap<String, Tally>) {
    let kind = row["kind"].as_str().or(row["entity"].as_str()).unwrap_or_default();
    let Some((_, names, prefix)) = KINDS.iter().find(|it| it.0 == kind) else { return };
    let value = row["input"].as_str().or(row["text"].as_str()).unwrap_or_default();
    let label = if row["valid"].is_null() { &row["expected"] } else { &row["valid"] };
    let expected = match label {
        Value::Bool(valid) => u64::from(*valid),
        Value::Number(times) => times.as_u64().unwrap_or(0),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => return,
    };
    let value = if value.to_uppercase().starts_with(prefix) {
        value.to_owned()
    } else {
        format!("{prefix}{value}")
    };
    let (mut same, mut whole, mut inside) = (0, 0, 0);
    for detector in detectors.all().iter().filter(|it| asked(it, names)) {
        let near = detector.near.first().map_or(String::new(), |it| format!("{it} "));
        let text = format!("{near}{value}");
        for found in detectors.find(&text, |it| it.name == detector.name).found {
            let hit = text.get(found.range).unwrap_or_default();
            inside += 1;
            same += u64::from(engine::normal::normalise(hit) == engine::normal::normalise(&value));
            whole += u64::from(compact(hit) == compact(&value));
        }
    }
    let tally = tallies.entry(kind.to_owned()).or_default();
    let sentence = row["text"].is_string();
    if expected > 0 {
        tally.valid += 1;
        let found = if sentence { inside } else { whole };
        if found < expected {
            tally.missed.push(value);
        }
    } else {
        tally.invalid += 1;
        if same > 0 || sentence && inside > 0 {
            tally.reported.push(value);
        }
    }
}

fn asked(detector: &Detector, names: &[&str]) -> bool {
    let short = detector.name.strip_prefix("std.").unwrap_or(&detector.name);
    names
        .iter()
        .any(|it| it.strip_suffix('*').map_or(short == *it, |start| short.starts_with(start)))
}

fn compact(value: &str) -> String {
    value.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
