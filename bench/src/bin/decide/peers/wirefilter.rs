//! Cloudflare's wirefilter: one compiled filter for each policy, one after the other. It knows no sets of
//! addresses, so what an address belongs to comes with the message.

use std::net::IpAddr;

use anyhow::anyhow;
use bench::workload::{
    Pair, Policy, Side, Workload, address_name, domain_name, domain_of, is_internal, parent_of,
    set_of,
};
use wirefilter::{ExecutionContext, Filter, LhsValue, Scheme};

use super::Peer;

pub struct Wirefilter {
    scheme: &'static Scheme,
    filters: Vec<Filter<'static>>,
    context: ExecutionContext<'static>,
}

impl Wirefilter {
    pub fn new(workload: &Workload) -> anyhow::Result<Self> {
        // Filters borrow their scheme; a benchmark may keep it for good.
        let scheme: &'static Scheme = Box::leak(Box::new(Scheme! {
            from.address: Bytes, from.domain: Bytes, from.parent: Bytes, from.set: Int, from.internal: Bool,
            to.address: Bytes, to.domain: Bytes, to.parent: Bytes, to.set: Int, to.internal: Bool,
            peer: Ip, tls: Bool,
        }));
        let mut filters = Vec::new();
        for policy in &workload.policies {
            let text = filter(policy);
            let parsed = scheme.parse(&text).map_err(|it| anyhow!("{it}"))?;
            filters.push(parsed.compile());
        }
        Ok(Self { scheme, filters, context: ExecutionContext::new(scheme) })
    }

    fn set(&mut self, name: &str, value: impl Into<LhsValue<'static>>) -> anyhow::Result<()> {
        self.context.set_field_value(name, value).map_err(|it| anyhow!("{it}"))
    }

    fn person(&mut self, end: &str, address: usize) -> anyhow::Result<()> {
        let domain = domain_of(address);
        // A context borrows its values, too.
        let bytes = |text: String| &*text.leak();
        self.set(&format!("{end}.address"), bytes(address_name(address)))?;
        self.set(&format!("{end}.domain"), bytes(domain_name(domain)))?;
        self.set(&format!("{end}.parent"), bytes(parent(domain)))?;
        self.set(&format!("{end}.set"), i32::try_from(set_of(address))?)?;
        self.set(&format!("{end}.internal"), is_internal(domain))
    }
}

impl Peer for Wirefilter {
    fn name(&self) -> &'static str {
        "wirefilter 0.6"
    }

    fn prepare(&mut self, pair: &Pair) -> anyhow::Result<()> {
        self.context = ExecutionContext::new(self.scheme);
        self.person("from", pair.from)?;
        self.person("to", pair.to)?;
        self.set("peer", IpAddr::V4(pair.peer))?;
        self.set("tls", pair.tls)
    }

    fn applying(&mut self) -> anyhow::Result<Vec<usize>> {
        let mut applying = Vec::new();
        for (number, filter) in self.filters.iter().enumerate() {
            if filter.execute(&self.context).map_err(|it| anyhow!("{it}"))? {
                applying.push(number);
            }
        }
        Ok(applying)
    }
}

/// The domain that a domain of somebody outside stands in; nothing for the organisation's own.
fn parent(domain: usize) -> String {
    if is_internal(domain) { String::new() } else { format!("region{}.example", parent_of(domain)) }
}

fn filter(policy: &Policy) -> String {
    let sides = [side("from", policy.from), side("to", policy.to)];
    let network = policy.network.map(|it| format!("peer in {{ 10.{it}.0.0/16 }}"));
    let content = policy.content.then(|| "tls".to_owned());
    let parts: Vec<String> = sides.into_iter().chain([network, content]).flatten().collect();
    if parts.is_empty() { "from.set >= 0".to_owned() } else { parts.join(" && ") }
}

fn side(end: &str, side: Side) -> Option<String> {
    Some(match side {
        Side::Everyone => return None,
        Side::Internal => format!("{end}.internal"),
        Side::External => format!("not {end}.internal"),
        Side::Below(parent) => format!("{end}.parent == \"region{parent}.example\""),
        Side::Domain(domain) => format!("{end}.domain == \"{}\"", domain_name(domain)),
        Side::Set(set) => format!("{end}.set == {set}"),
        Side::Address(address) => format!("{end}.address == \"{}\"", address_name(address)),
    })
}
