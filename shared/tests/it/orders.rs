//! Picks and personas, compared with an exhaustive matcher and with the documented shape.

use crate::cases::{all, lines, read, same};
use serde::Deserialize;
use shared::persona::{Persona, check_personas};
use shared::picks::{Pick, PickReport, check_picks};
use shared::plan::RequiredDomains;

#[derive(Deserialize)]
struct File<T> {
    vectors: Vec<T>,
}

#[derive(Deserialize)]
struct Split {
    name: String,
    required: RequiredDomains,
    picks: Vec<Pick>,
    ok: bool,
    google: u32,
    microsoft: u32,
    findings: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct People {
    name: String,
    personas: Vec<Persona>,
    findings: Vec<String>,
}

fn check_split(case: &Split) -> Result<(), String> {
    let report = check_picks(&case.required, &case.picks);
    let expected: Vec<String> = case.findings.iter().map(|(field, code)| format!("{field} {code}")).collect();
    same(&case.name, &lines(&report.findings), &expected)?;
    same(&case.name, &report.ok, &case.ok)?;
    same(&case.name, &(report.google.filled, report.microsoft.filled), &(case.google, case.microsoft))?;
    same(
        &case.name,
        &(report.google.required, report.microsoft.required),
        &(case.required.google, case.required.microsoft),
    )?;
    same(&case.name, &(report.required, report.submitted as usize), &(case.required.total, case.picks.len()))
}

#[test]
fn pick_reports_match_an_exhaustive_matcher() {
    let file: File<Split> = read("picks.json");
    assert!(file.vectors.len() >= 100, "{}", file.vectors.len());
    all(&file.vectors, check_split);
}

#[test]
fn pick_report_survives_a_json_round_trip() {
    let file: File<Split> = read("picks.json");
    all(&file.vectors, |case| {
        let report = check_picks(&case.required, &case.picks);
        let back: PickReport = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
        same(&case.name, &back, &report)
    });
}

#[test]
fn personas_are_one_to_ten_people_with_names() {
    let file: File<People> = read("personas.json");
    assert!(file.vectors.len() >= 45, "{}", file.vectors.len());
    all(&file.vectors, |case| same(&case.name, &lines(&check_personas(&case.personas)), &case.findings));
}

#[test]
fn normalizing_a_persona_is_idempotent() {
    let file: File<People> = read("personas.json");
    all(&file.vectors, |case| {
        let tidied: Vec<Persona> = case.personas.iter().map(Persona::tidied).collect();
        same(&case.name, &lines(&check_personas(&tidied)), &case.findings)?;
        let again: Vec<Persona> = tidied.iter().map(Persona::tidied).collect();
        same(&case.name, &again, &tidied)
    });
}
