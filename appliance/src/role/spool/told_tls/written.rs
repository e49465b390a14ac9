//! A report in the form that programs read.
//!
//! # Source
//!
//! RFC 8460 §4.4.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use serde::Serialize;

use super::{Account, Counts, Policy};
use crate::protocol::tls_report::{Failed, TlsFailure};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report<'r> {
    organization_name: &'r str,
    date_range: Range,
    contact_info: &'r str,
    report_id: String,
    policies: Vec<Told<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Range {
    start_datetime: String,
    end_datetime: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Told<'r> {
    policy: Shown<'r>,
    summary: Summary,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failure_details: Vec<Detail<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Shown<'r> {
    policy_type: &'r str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    policy_string: &'r [String],
    policy_domain: &'r str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    mx_host: &'r [String],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Summary {
    total_successful_session_count: u64,
    total_failure_session_count: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Detail<'r> {
    result_type: TlsFailure,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiving_mx_hostname: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiving_ip: Option<String>,
    failed_session_count: u64,
}

/// The report on an account of a time (from, to; milliseconds since 1970 UTC), compressed by gzip.
///
/// # Errors
///
/// A time that no calendar has.
pub(super) fn compressed(
    organisation: &str,
    contact: &str,
    id: &str,
    span: (i64, i64),
    account: &Account,
) -> anyhow::Result<Vec<u8>> {
    let domain = contact.rsplit_once('@').map_or(contact, |(_, it)| it);
    let report = Report {
        organization_name: organisation,
        date_range: Range { start_datetime: time(span.0)?, end_datetime: time(span.1)? },
        contact_info: contact,
        report_id: format!("{id}@{domain}"),
        policies: account.policies.iter().map(|(policy, counts)| told(policy, counts)).collect(),
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&serde_json::to_vec(&report)?)?;
    Ok(gzip.finish()?)
}

fn time(at_ms: i64) -> anyhow::Result<String> {
    let at = jiff::Timestamp::from_second(at_ms.div_euclid(1_000))?;
    Ok(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn told<'r>(policy: &'r Policy, counts: &'r Counts) -> Told<'r> {
    let detail = |(failed, count): (&'r Failed, &u64)| Detail {
        result_type: failed.kind,
        receiving_mx_hostname: failed.server.as_deref(),
        receiving_ip: failed.address.map(|it| it.to_string()),
        failed_session_count: *count,
    };
    Told {
        policy: Shown {
            policy_type: policy.kind,
            policy_string: &policy.lines,
            policy_domain: &policy.domain,
            mx_host: &policy.servers,
        },
        summary: Summary {
            total_successful_session_count: counts.successes,
            total_failure_session_count: counts.failures.values().sum(),
        },
        failure_details: counts.failures.iter().map(detail).collect(),
    }
}
