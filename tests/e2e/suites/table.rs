//! Reads the table with the official SDK, independent of the code under test.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_http_client::Builder as HttpBuilder;
use aws_smithy_http_client::tls::Provider as TlsProvider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use e2e::Stack;
use flate2::read::ZlibDecoder;
use std::collections::HashMap;
use std::io::Read;

pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) fn client(stack: &Stack) -> Client {
    let http = HttpBuilder::new().tls_provider(TlsProvider::Rustls(CryptoMode::Ring)).build_https();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("suites", "suites", None, None, "suites"))
        .http_client(http)
        .endpoint_url(&stack.database_url);
    Client::from_conf(config.build())
}

/// Every item of the table, with compressed attributes as text.
pub(crate) async fn scan(stack: &Stack) -> Vec<Item> {
    let client = client(stack);
    let mut pages = client.scan().table_name(&stack.table).into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(unpacked(item.unwrap()));
    }
    items
}

/// The item with compressed attributes as text.
fn unpacked(mut item: Item) -> Item {
    for value in item.values_mut() {
        if let AttributeValue::B(bytes) = value {
            let mut text = String::new();
            // A part of a larger value is not a complete stream: the readable part counts.
            let _ = ZlibDecoder::new(bytes.as_ref()).read_to_string(&mut text);
            *value = AttributeValue::S(text);
        }
    }
    item
}

/// Items whose partition key starts with `prefix`.
pub(crate) async fn items_of(stack: &Stack, prefix: &str) -> Vec<Item> {
    let all = scan(stack).await;
    all.into_iter().filter(|item| text(item, "pk").starts_with(prefix)).collect()
}

/// A string attribute; empty if absent.
pub(crate) fn text<'i>(item: &'i Item, name: &str) -> &'i str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

/// Partition key and sort key of an item.
pub(crate) type Key<'k> = (&'k str, &'k str);

fn key_of((pk, sk): Key<'_>) -> Item {
    [("pk", pk), ("sk", sk)].map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned()))).into()
}

/// A table that a test can modify.
pub(crate) struct Table(Client, String);

impl Table {
    pub(crate) fn of(stack: &Stack) -> Self {
        Self(client(stack), stack.table.clone())
    }

    pub(crate) async fn get(&self, key: Key<'_>) -> Option<Item> {
        let found = self.0.get_item().table_name(&self.1).set_key(Some(key_of(key))).consistent_read(true).send();
        found.await.unwrap().item.map(unpacked)
    }

    /// Replaces the item at `key`, or deletes it.
    pub(crate) async fn restore(&self, key: Key<'_>, item: Option<Item>) {
        match item {
            Some(item) => drop(self.0.put_item().table_name(&self.1).set_item(Some(item)).send().await.unwrap()),
            None => drop(self.0.delete_item().table_name(&self.1).set_key(Some(key_of(key))).send().await.unwrap()),
        }
    }
}
