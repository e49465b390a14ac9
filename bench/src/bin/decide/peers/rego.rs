//! Rego on Microsoft's regorus, its virtual machine: the policies are data that an expert has indexed by both
//! sides, the fastest form that was found. What an address belongs to comes with the message.

use std::collections::BTreeMap;

use anyhow::anyhow;
use bench::workload::{Pair, Side, Workload, domain_of, is_internal, parent_of, set_of};
use regorus::{Engine, Value, languages::rego::compiler::Compiler, rvm::RegoVM};
use serde_json::json;

use super::Peer;

/// Where the answer is.
const ENTRY: &str = "data.mail.applying";

const POLICY: &str = "package mail
import rego.v1
applying contains policy.number if {
  some from in input.from
  some to in input.to
  some policy in data.index[from][to]
  policy.network in input.networks
  policy.content in input.contents
}
";

pub struct Rego {
    machine: RegoVM,
}

impl Rego {
    pub fn new(workload: &Workload) -> anyhow::Result<Self> {
        let mut index: BTreeMap<String, BTreeMap<String, Vec<serde_json::Value>>> = BTreeMap::new();
        for (number, policy) in workload.policies.iter().enumerate() {
            let of_pair = index.entry(key(policy.from)).or_default().entry(key(policy.to));
            of_pair.or_default().push(json!({
                "number": number,
                "network": policy.network.map_or(-1, i64::from),
                "content": policy.content,
            }));
        }
        let mut engine = Engine::new();
        engine.add_policy("mail.rego".to_owned(), POLICY.to_owned())?;
        let compiled = engine.compile_with_entrypoint(&ENTRY.into())?;
        let program = Compiler::compile_from_policy(&compiled, &[ENTRY])?;
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_max_instructions(usize::MAX);
        let data = Value::from_json_str(&json!({ "index": index }).to_string())?;
        machine.set_data(data).map_err(|it| anyhow!("{it}"))?;
        Ok(Self { machine })
    }
}

impl Peer for Rego {
    fn name(&self) -> &'static str {
        "regorus 0.14, indexed"
    }

    fn prepare(&mut self, pair: &Pair) -> anyhow::Result<()> {
        let contents: &[bool] = if pair.tls { &[false, true] } else { &[false] };
        let input = json!({
            "from": keys(pair.from),
            "to": keys(pair.to),
            "networks": [-1, i64::from(pair.peer.octets()[1])],
            "contents": contents,
        });
        self.machine.set_input(Value::from_json_str(&input.to_string())?);
        Ok(())
    }

    fn applying(&mut self) -> anyhow::Result<Vec<usize>> {
        let answer = self.machine.execute().map_err(|it| anyhow!("{it}"))?;
        let numbers = answer.as_set()?.iter().map(|it| Ok(usize::try_from(it.as_u64()?)?));
        numbers.collect()
    }
}

fn key(side: Side) -> String {
    format!("{side:?}")
}

/// Every side that means an address.
fn keys(address: usize) -> Vec<String> {
    let domain = domain_of(address);
    let place = if is_internal(domain) { Side::Internal } else { Side::External };
    let below = (!is_internal(domain)).then(|| Side::Below(parent_of(domain)));
    let own = [Side::Address(address), Side::Set(set_of(address)), Side::Domain(domain), place];
    own.into_iter().chain(below).chain([Side::Everyone]).map(key).collect()
}
