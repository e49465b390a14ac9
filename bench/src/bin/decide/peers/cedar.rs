//! AWS Cedar: a `permit` for each policy; sets and domains are parents of the entities. Which policies apply
//! is the reason of its answer.

use std::collections::{HashMap, HashSet};

use bench::workload::{
    ADDRESSES, DOMAINS, Pair, Policy, Side, Workload, address_name, domain_name, domain_of,
    is_internal, parent_of, set_of,
};
use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicyId, PolicySet, Request,
    RestrictedExpression,
};

use super::Peer;

pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    action: EntityUid,
    request: Option<Request>,
}

impl Cedar {
    pub fn new(workload: &Workload) -> anyhow::Result<Self> {
        let mut policies = PolicySet::new();
        for (number, policy) in workload.policies.iter().enumerate() {
            let id = PolicyId::new(number.to_string());
            policies.add(cedar_policy::Policy::parse(Some(id), permit(policy))?)?;
        }
        let mut entities = Vec::new();
        for domain in 0..DOMAINS {
            let place = if is_internal(domain) { "internal" } else { "external" };
            let mut parents = HashSet::from([uid("Place", place)?]);
            if !is_internal(domain) {
                parents.insert(uid("Below", &parent_of(domain).to_string())?);
            }
            let name = uid("Domain", &domain_name(domain))?;
            entities.push(Entity::new(name, HashMap::new(), parents)?);
        }
        for address in 0..ADDRESSES {
            let set = uid("Set", &set_of(address).to_string())?;
            let parents = HashSet::from([uid("Domain", &domain_name(domain_of(address)))?, set]);
            let name = uid("Address", &address_name(address))?;
            entities.push(Entity::new(name, HashMap::new(), parents)?);
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
            entities: Entities::from_entities(entities, None)?,
            action: uid("Action", "send")?,
            request: None,
        })
    }
}

impl Peer for Cedar {
    fn name(&self) -> &'static str {
        "cedar-policy 4"
    }

    fn prepare(&mut self, pair: &Pair) -> anyhow::Result<()> {
        let context = Context::from_pairs([
            ("peer".to_owned(), RestrictedExpression::new_ip(pair.peer.to_string())),
            ("tls".to_owned(), RestrictedExpression::new_bool(pair.tls)),
        ])?;
        let (from, to) = (uid("Address", &address_name(pair.from))?, address_name(pair.to));
        let to = uid("Address", &to)?;
        self.request = Some(Request::new(from, self.action.clone(), to, context, None)?);
        Ok(())
    }

    fn applying(&mut self) -> anyhow::Result<Vec<usize>> {
        let Some(request) = &self.request else { anyhow::bail!("nothing was prepared") };
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        anyhow::ensure!(response.diagnostics().errors().next().is_none(), "an error");
        Ok(response.diagnostics().reason().filter_map(|it| it.to_string().parse().ok()).collect())
    }
}

fn uid(kind: &str, name: &str) -> anyhow::Result<EntityUid> {
    Ok(format!("{kind}::\"{name}\"").parse()?)
}

fn permit(policy: &Policy) -> String {
    let (from, to) = (side("principal", policy.from), side("resource", policy.to));
    let network =
        policy.network.map(|it| format!("context.peer.isInRange(ip(\"10.{it}.0.0/16\"))"));
    let content = policy.content.then(|| "context.tls".to_owned());
    let conditions: Vec<String> = network.into_iter().chain(content).collect();
    if conditions.is_empty() {
        return format!("permit({from}, action, {to});");
    }
    format!("permit({from}, action, {to}) when {{ {} }};", conditions.join(" && "))
}

fn side(end: &str, side: Side) -> String {
    match side {
        Side::Everyone => end.to_owned(),
        Side::Internal => format!("{end} in Place::\"internal\""),
        Side::External => format!("{end} in Place::\"external\""),
        Side::Below(parent) => format!("{end} in Below::\"{parent}\""),
        Side::Domain(domain) => format!("{end} in Domain::\"{}\"", domain_name(domain)),
        Side::Set(set) => format!("{end} in Set::\"{set}\""),
        Side::Address(address) => format!("{end} == Address::\"{}\"", address_name(address)),
    }
}
