//! The template and the code define the same table.

use crate::client::Harness;
use crate::infra_template::{resource, template};
use crate::table::client;
use aws_sdk_dynamodb::types::{BillingMode, KeySchemaElement, TimeToLiveStatus};
use std::collections::BTreeSet;
use yaml_rust2::Yaml;

fn schema_of(properties: &Yaml) -> Vec<(String, String)> {
    let elements = properties["KeySchema"].as_vec().unwrap();
    let text = |element: &Yaml, key: &str| element[key].as_str().unwrap().to_owned();
    elements.iter().map(|element| (text(element, "AttributeName"), text(element, "KeyType"))).collect()
}

fn schema(elements: &[KeySchemaElement]) -> Vec<(String, String)> {
    elements
        .iter()
        .map(|element| (element.attribute_name().to_owned(), element.key_type().as_str().to_owned()))
        .collect()
}

#[tokio::test]
async fn template_and_code_create_the_same_table() {
    let harness = Harness::start().await;
    let dynamodb = client(&harness.stack);
    let made = dynamodb.describe_table().table_name(&harness.stack.table).send().await.unwrap().table.unwrap();
    let properties = resource(&template(), "Table");

    let typed = |attribute: &Yaml| {
        let text = |key: &str| attribute[key].as_str().unwrap().to_owned();
        (text("AttributeName"), text("AttributeType"))
    };
    let deployed: BTreeSet<(String, String)> =
        properties["AttributeDefinitions"].as_vec().unwrap().iter().map(typed).collect();
    let attributes = made.attribute_definitions().iter();
    let coded: BTreeSet<(String, String)> =
        attributes.map(|one| (one.attribute_name().to_owned(), one.attribute_type().as_str().to_owned())).collect();
    assert_eq!(deployed, coded);
    assert_eq!(schema_of(&properties), schema(made.key_schema()));

    let indexes = properties["GlobalSecondaryIndexes"].as_vec().unwrap();
    let deployed: BTreeSet<_> = indexes
        .iter()
        .map(|index| {
            let projection = index["Projection"]["ProjectionType"].as_str().unwrap().to_owned();
            (index["IndexName"].as_str().unwrap().to_owned(), schema_of(index), projection)
        })
        .collect();
    let coded: BTreeSet<_> = made
        .global_secondary_indexes()
        .iter()
        .map(|index| {
            let projection = index.projection().unwrap().projection_type().unwrap().as_str().to_owned();
            (index.index_name().unwrap().to_owned(), schema(index.key_schema()), projection)
        })
        .collect();
    assert_eq!(deployed, coded);

    let ttl = dynamodb.describe_time_to_live().table_name(&harness.stack.table).send().await.unwrap();
    let ttl = ttl.time_to_live_description.unwrap();
    assert_eq!(ttl.time_to_live_status(), Some(&TimeToLiveStatus::Enabled));
    assert_eq!(properties["TimeToLiveSpecification"]["AttributeName"].as_str(), ttl.attribute_name());
    assert_eq!(properties["BillingMode"].as_str(), Some(BillingMode::PayPerRequest.as_str()));
}

#[test]
fn table_is_protected_against_deletion() {
    let all = template();
    let table = &all["Resources"]["Table"];
    assert_eq!(table["DeletionPolicy"].as_str(), Some("Retain"));
    assert_eq!(table["UpdateReplacePolicy"].as_str(), Some("Retain"));
    let properties = &table["Properties"];
    assert_eq!(properties["DeletionProtectionEnabled"].as_bool(), Some(true));
    assert_eq!(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"].as_bool(), Some(true));
    assert_eq!(properties["SSESpecification"]["SSEEnabled"].as_bool(), Some(true));
}
