//! The Rust engine rsigma-eval over flat events: `rsigma_peer RULES_DIR PIPELINE EVENTS OUT PREFILTER`.
//!
//! PREFILTER is `none`, `bloom` or `literals`: its optional indexes over substrings.
//! OUT receives JSON: event numbers by rule id, what was refused, and CPU seconds of parsing the events and of
//! evaluating them with the default detail (field and value of each match).

use std::collections::BTreeMap;
use std::{env, fs};

use rsigma_eval::event::JsonEvent;
use rsigma_eval::pipeline::builtin::resolve_builtin;
use rsigma_eval::{Engine, parse_pipeline};
use rsigma_parser::parse_sigma_directory;

fn cpu_seconds() -> f64 {
    // utime and stime are fields 14 and 15, counted after the program name in brackets; 100 ticks a second on Linux.
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let rest = stat.rsplit(')').next().unwrap_or("");
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn main() {
    let args: Vec<String> = env::args().collect();
    let mut engine = Engine::new();
    engine.set_bloom_prefilter(args[5] == "bloom");
    engine.set_cross_rule_ac(args[5] == "literals");
    engine.add_pipeline(resolve_builtin("sysmon").expect("builtin").expect("pipeline"));
    engine.add_pipeline(parse_pipeline(&fs::read_to_string(&args[2]).expect("pipeline file")).expect("pipeline"));
    let collection = parse_sigma_directory(args[1].as_ref()).expect("rules");
    let refused = collection.errors.len() + engine.add_rules(&collection.rules).len();
    let loaded = cpu_seconds();
    let text = fs::read_to_string(&args[3]).expect("events");
    let values: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let parsed = cpu_seconds();
    let mut hits: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, value) in values.iter().enumerate() {
        for result in engine.evaluate(&JsonEvent::borrow(value)) {
            let rule = result.header.rule_id.clone().unwrap_or_default();
            let found = hits.entry(rule).or_default();
            if found.last() != Some(&number) {
                found.push(number);
            }
        }
    }
    let done = cpu_seconds();
    let out = serde_json::json!({
        "hits": hits, "rules": engine.rule_count(), "refused": refused,
        "load_cpu": loaded, "parse_cpu": parsed - loaded, "cpu": done - parsed,
    });
    fs::write(&args[4], out.to_string()).expect("result");
}
