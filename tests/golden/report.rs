//! The table at the end.

use std::collections::BTreeMap;
use std::io::Write as _;

#[derive(Debug)]
pub enum Outcome {
    Passed { values: usize, worst: f64 },
    Failed(Vec<String>),
    NotYet(String),
}

#[derive(Debug, Default)]
pub struct Report {
    cases: Vec<(&'static str, Outcome)>,
}

#[derive(Default)]
struct Row {
    cases: usize,
    passed: usize,
    failed: usize,
    not_yet: usize,
    values: usize,
    worst: f64,
}

impl Report {
    pub fn add(&mut self, name: &'static str, outcome: Outcome) {
        self.cases.push((name, outcome));
    }

    /// Goes past the capture of passing tests: the table is for people.
    pub fn print(&self) {
        let mut rows = BTreeMap::<&str, Row>::new();
        for (name, outcome) in &self.cases {
            let kind = name.split("__").next().unwrap_or_default();
            for key in [kind, "~"] {
                let row = rows.entry(key).or_default();
                row.cases += 1;
                match outcome {
                    Outcome::Passed { values, worst } => {
                        row.passed += 1;
                        row.values += values;
                        row.worst = row.worst.max(*worst);
                    }
                    Outcome::Failed(_) => row.failed += 1,
                    Outcome::NotYet(_) => row.not_yet += 1,
                }
            }
        }
        let mut out = std::io::stdout().lock();
        let _ = writeln!(
            out,
            "\n{:<14}{:>7}{:>8}{:>8}{:>10}{:>10}  largest error / tolerance",
            "kind", "cases", "passed", "failed", "not yet", "values"
        );
        for (kind, row) in rows {
            let _ = writeln!(
                out,
                "{:<14}{:>7}{:>8}{:>8}{:>10}{:>10}  {:.3}",
                if kind == "~" { "all" } else { kind },
                row.cases,
                row.passed,
                row.failed,
                row.not_yet,
                row.values,
                row.worst
            );
        }
        for (why, names) in self.not_yet() {
            let _ = writeln!(out, "not yet known, {why}: {}", names.join(", "));
        }
    }

    /// Names by reason.
    fn not_yet(&self) -> BTreeMap<&str, Vec<&'static str>> {
        let mut reasons = BTreeMap::<&str, Vec<_>>::new();
        for (name, outcome) in &self.cases {
            if let Outcome::NotYet(why) = outcome {
                reasons.entry(why).or_default().push(*name);
            }
        }
        reasons
    }

    pub fn failures(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, outcome) in &self.cases {
            if let Outcome::Failed(differences) = outcome {
                lines.extend(differences.iter().take(4).map(|d| format!("{name}: {d}")));
                if differences.len() > 4 {
                    lines.push(format!("{name}: and {} more", differences.len() - 4));
                }
            }
        }
        lines
    }

    /// Differences between the cases that are not yet known and the list `name: reason` of those that are expected to be.
    pub fn unexpected(&self, list: &str) -> Vec<String> {
        let expected: Vec<&str> = list
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect();
        let found: Vec<&str> = self.not_yet().into_values().flatten().collect();
        let new = found
            .iter()
            .filter(|name| !expected.contains(name))
            .map(|name| format!("{name}: was known before, or is new: add it to not_yet.txt"));
        let gone = expected
            .iter()
            .filter(|name| !found.contains(name))
            .map(|name| format!("{name}: is in not_yet.txt, but known or gone: remove it there"));
        new.chain(gone).collect()
    }
}
