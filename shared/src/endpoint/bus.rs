//! The ARN of an EventBridge bus.

/// Whether `text` is `arn:aws:events:<region>:<account>:event-bus/<name>`, in any partition of AWS.
pub(super) fn is_bus(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, bus] = parts.as_slice() else {
        return false;
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let is_name = |name: &str| !name.is_empty() && name.len() <= 256 && name.chars().all(fits);
    *arn == "arn"
        && partition.starts_with("aws")
        && *service == "events"
        && !region.is_empty()
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && bus.strip_prefix("event-bus/").is_some_and(is_name)
}

#[cfg(test)]
mod tests {
    use super::is_bus;

    #[test]
    fn only_the_arn_of_a_bus_is_taken() {
        assert!(is_bus("arn:aws:events:eu-central-1:123456789012:event-bus/crm"));
        assert!(is_bus("arn:aws-cn:events:cn-north-1:123456789012:event-bus/default"));
        for text in [
            "",
            "crm",
            "arn:aws:events:eu-central-1:123456789012:rule/crm",
            "arn:aws:events:eu-central-1:12345:event-bus/crm",
            "arn:aws:sqs:eu-central-1:123456789012:event-bus/crm",
            "arn:aws:events::123456789012:event-bus/crm",
            "arn:aws:events:eu-central-1:123456789012:event-bus/",
            "arn:aws:events:eu-central-1:123456789012:event-bus/a b",
        ] {
            assert!(!is_bus(text), "{text}");
        }
    }
}
