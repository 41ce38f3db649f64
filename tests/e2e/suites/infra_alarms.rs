//! Metrics, alarms and log fields: code, template and documents agree.

use crate::house::{code, files, read};
use crate::infra_template::{resource, resources, template, texts};
use std::collections::BTreeSet;

/// The namespace of our metrics.
const OURS: &str = "peeker-checkout/${Stage}";

/// Quoted names after `before`, anywhere in the functions' code.
fn named(before: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in files("functions/src", ".rs") {
        let text = code(&text);
        found.extend(text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    found
}

fn metrics() -> BTreeSet<String> {
    let text = read("functions/src/metrics.rs");
    text.split("write(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// Alarms raised by missing data.
const BY_SILENCE: [&str; 2] = ["ReconcilerSilentAlarm", "NotifierSilentAlarm"];

#[test]
fn alarms_of_code_and_template_match() {
    let template = template();
    let mut watched = BTreeSet::new();
    for (name, alarm) in resources(&template, "AWS::CloudWatch::Alarm") {
        if alarm["Namespace"].as_str() == Some(OURS) {
            let metric = alarm["MetricName"].as_str().unwrap();
            if metric == "Alarms" {
                watched.insert(alarm["Dimensions"][0]["Value"].as_str().unwrap().to_owned());
                assert_eq!(alarm["Dimensions"][0]["Name"].as_str(), Some("Alarm"), "{name}");
            } else {
                assert!(metrics().contains(metric), "{name} uses {metric}, which the code never writes");
                assert!(alarm["Dimensions"].is_badvalue(), "{name}: {metric} is written without dimensions");
            }
        }
        assert_eq!(texts(&alarm["AlarmActions"]), ["Alarms"], "{name} notifies no one");
        let missing = if BY_SILENCE.contains(&name.as_str()) { "breaching" } else { "notBreaching" };
        assert_eq!(alarm["TreatMissingData"].as_str(), Some(missing), "{name}");
    }
    assert_eq!(watched, named("alarm = \""));
    assert!(watched.len() > 5);
}

#[test]
fn reconciler_without_a_run_for_15_minutes_raises_an_alarm() {
    let template = template();
    let alarm = resource(&template, "ReconcilerSilentAlarm");
    assert_eq!((alarm["MetricName"].as_str(), alarm["Statistic"].as_str()), (Some("ReconcilerRuns"), Some("Sum")));
    assert_eq!(alarm["Period"].as_i64().unwrap() * alarm["EvaluationPeriods"].as_i64().unwrap(), 15 * 60);
    assert!(alarm["DatapointsToAlarm"].is_badvalue(), "one late run would raise it");
    assert_eq!(resource(&template, "Schedule")["ScheduleExpression"].as_str(), Some("rate(5 minutes)"));
    assert_eq!(alarm["ComparisonOperator"].as_str(), Some("LessThanThreshold"));
    assert_eq!(alarm["Threshold"].as_i64(), Some(1));
    // It is written at the end of a run, after everything that can fail.
    let code = code(&read("functions/src/reconciler/mod.rs"));
    let end = code.split("metrics::reconciler_run();").nth(1).unwrap().split('}').next().unwrap();
    assert_eq!(end.trim(), "Ok(report)");
}

#[test]
fn one_lost_event_raises_an_alarm() {
    let template = template();
    for (name, word) in [("EventsMissingAlarm", "events_missing"), ("WebhookLateAlarm", "webhook_late")] {
        let alarm = resource(&template, name);
        assert_eq!(alarm["Dimensions"][0]["Value"].as_str(), Some(word));
        assert_eq!(alarm["Threshold"].as_i64(), Some(1), "{name}: one is enough");
        assert_eq!(alarm["ComparisonOperator"].as_str(), Some("GreaterThanOrEqualToThreshold"));
        assert_eq!((alarm["Statistic"].as_str(), alarm["EvaluationPeriods"].as_i64()), (Some("Sum"), Some(1)));
    }
}

#[test]
fn every_alarm_has_a_runbook() {
    let readme = read("infra/README.md");
    for (name, alarm) in resources(&template(), "AWS::CloudWatch::Alarm") {
        let shown = alarm["AlarmName"].as_str().unwrap().replace("peeker-checkout-${Stage}-", "");
        assert!(readme.contains(&format!("`{shown}`")), "infra/README.md lacks {shown} ({name})");
    }
}

#[test]
fn every_metric_is_on_the_dashboard_and_documented() {
    let dashboard = resources(&template(), "AWS::CloudWatch::Dashboard").remove(0).1;
    let body = dashboard["DashboardBody"].as_str().unwrap().to_owned();
    assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok(), "the dashboard is not JSON");
    let readme = read("functions/README.md");
    assert!(metrics().len() > 6, "{:?}", metrics());
    for metric in metrics() {
        assert!(body.contains(&metric), "the dashboard lacks {metric}");
        assert!(readme.contains(&format!("`{metric}`")), "functions/README.md lacks {metric}");
    }
}

/// The fields of every event and span: `name = …`, `name`, `%name`.
fn fields() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in files("functions/src", ".rs") {
        if path.ends_with("metrics.rs") {
            continue;
        }
        let flat = code(&text).split_whitespace().collect::<Vec<_>>().join(" ");
        for opening in ["tracing::info!(", "tracing::warn!(", "tracing::error!(", "tracing::debug!(", "info_span!("] {
            for rest in flat.split(opening).skip(1) {
                found.extend(arguments(rest).into_iter().filter_map(|argument| field(&argument)));
            }
        }
    }
    found
}

/// The arguments of a call, up to its closing bracket.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut last, mut found) = (0, false, String::new(), Vec::new());
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' | '{' | '[' if !quoted => depth += 1,
            ')' if !quoted && depth == 0 => break,
            ')' | '}' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                found.push(std::mem::take(&mut last));
                continue;
            }
            _ => {}
        }
        last.push(c);
    }
    found.push(last);
    found
}

fn field(argument: &str) -> Option<String> {
    let name = argument.split(" = ").next()?.trim().trim_start_matches(['%', '?']);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
    is_name.then(|| name.to_owned())
}

#[test]
fn log_fields_have_one_spelling_and_are_documented() {
    let readme = read("functions/README.md");
    let section = readme.split("## Logs").nth(1).unwrap().split("\n## ").next().unwrap();
    let documented: BTreeSet<String> =
        section.split('`').skip(1).step_by(2).filter_map(field).filter(|name| !name.ends_with(".rs")).collect();
    let used = fields();
    assert!(used.len() > 15, "{used:?}");
    assert!(used.is_subset(&documented), "not documented: {:?}", used.difference(&documented));
    let bare: BTreeSet<String> = used.iter().map(|name| name.replace(['.', '_'], "")).collect();
    assert_eq!(bare.len(), used.len(), "two spellings of one field: {used:?}");
}
