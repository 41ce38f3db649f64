//! The records of one environment. Test and live records are separate.

mod action;
mod bundle;
mod domain;
mod forwarding;
mod import;
mod inbox;
mod order;
mod persona;
mod user;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub(crate) use action::Action;
pub(crate) use bundle::{Bundle, BundleStatus};
pub(crate) use domain::Domain;
pub(crate) use forwarding::Forwarding;
pub(crate) use import::{Import, ImportRow};
pub(crate) use inbox::of_domain as inboxes_of_domain;
pub(crate) use order::{Cancellation, LineItem, Order, OrderDomain, OrderStatus};
pub(crate) use persona::Persona;
pub(crate) use user::{Sequencer, User};

use crate::table::Table;

/// The environment: test or live.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Environment {
    Test,
    Live,
}

impl Environment {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    /// The environment of a key, by its prefix.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        if key.starts_with("pk_test_") {
            Some(Self::Test)
        } else if key.starts_with("pk_live_") {
            Some(Self::Live)
        } else {
            None
        }
    }
}

/// The records of both environments.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Worlds {
    pub(crate) test: World,
    pub(crate) live: World,
}

impl Worlds {
    pub(crate) fn of(&self, env: Environment) -> &World {
        match env {
            Environment::Test => &self.test,
            Environment::Live => &self.live,
        }
    }

    pub(crate) fn of_mut(&mut self, env: Environment) -> &mut World {
        match env {
            Environment::Test => &mut self.test,
            Environment::Live => &mut self.live,
        }
    }
}

/// The records of one environment.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) bundles: Table<Bundle>,
    pub(crate) users: Table<User>,
    pub(crate) domains: Table<Domain>,
    pub(crate) orders: Table<Order>,
    pub(crate) actions: Table<Action>,
    pub(crate) imports: Table<Import>,
    pub(crate) forwardings: Table<Forwarding>,
    /// SHA-256 of an order's canonical body, with the order and its time. The body contains a password, so it is not
    /// stored.
    pub(crate) seen_orders: HashMap<String, (String, i64)>,
    /// The time of the last cached result for a name.
    pub(crate) refreshed: HashMap<String, i64>,
    #[serde(skip)]
    domain_ids: HashMap<String, String>,
    #[serde(skip)]
    active_users: HashMap<String, String>,
    #[serde(skip)]
    orders_of: HashMap<String, Vec<u64>>,
    #[serde(skip)]
    importing: HashMap<String, String>,
    #[serde(skip)]
    import_sets: HashMap<String, String>,
}

impl World {
    pub(crate) fn add_user(&mut self, user: User) {
        self.active_users.insert(user.email.clone(), user.id.clone());
        self.users.insert(user);
    }

    /// The active user with an email address.
    pub(crate) fn user_by_email(&self, email: &str) -> Option<&User> {
        self.users.get(self.active_users.get(email)?)
    }

    pub(crate) fn forget_email(&mut self, email: &str) {
        self.active_users.remove(email);
    }

    pub(crate) fn claim_email(&mut self, email: &str, user_id: &str) {
        self.active_users.insert(email.to_owned(), user_id.to_owned());
    }

    pub(crate) fn add_order(&mut self, order: Order) {
        let (user_id, email) = (order.user_id.clone(), order.email.clone());
        let place = self.orders.insert(order);
        self.orders_of.entry(user_id).or_default().push(place);
        self.orders_of.entry(email).or_default().push(place);
    }

    /// The orders of a customer, by user id or email, oldest first.
    pub(crate) fn orders_of(&self, customer: &str) -> impl DoubleEndedIterator<Item = (u64, &Order)> {
        let places = self.orders_of.get(customer).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|place| Some((*place, self.orders.at(*place)?)))
    }

    pub(crate) fn add_domain(&mut self, domain: Domain) {
        self.domain_ids.insert(domain.domain.clone(), domain.id.clone());
        self.domains.insert(domain);
    }

    /// A domain by its name.
    pub(crate) fn domain_named(&self, name: &str) -> Option<&Domain> {
        self.domains.get(self.domain_ids.get(name)?)
    }

    /// Offers the name for sale again, even if it is in an order.
    pub(crate) fn sell_again(&mut self, name: &str) {
        self.domain_ids.remove(name);
    }

    /// A domain by id or name.
    pub(crate) fn domain(&self, id_or_name: &str) -> Option<&Domain> {
        self.domains.get(id_or_name).or_else(|| self.domain_named(&id_or_name.to_ascii_lowercase()))
    }

    pub(crate) fn remove_domain(&mut self, id: &str) {
        if let Some(domain) = self.domains.remove(id) {
            self.domain_ids.remove(&domain.domain);
        }
    }

    /// Number of domains that customers imported.
    pub(crate) fn imported(&self) -> usize {
        self.domains.iter().filter(|(_, domain)| domain.imported).count()
    }

    pub(crate) fn add_import(&mut self, import: Import) {
        for row in import.waiting() {
            self.importing.insert(row.domain.clone(), import.id.clone());
        }
        self.import_sets.insert(import.set.clone(), import.id.clone());
        self.imports.insert(import);
    }

    /// The job for exactly this set of names.
    pub(crate) fn import_of_set(&self, set: &str) -> Option<&Import> {
        self.imports.get(self.import_sets.get(set)?)
    }

    pub(crate) fn import_running_for(&self, domain: &str) -> bool {
        self.importing.contains_key(domain)
    }

    pub(crate) fn import_done(&mut self, domain: &str) {
        self.importing.remove(domain);
    }

    /// Rebuilds the indexes after records were loaded from a file.
    pub(crate) fn index(&mut self) {
        for (_, domain) in self.domains.iter() {
            self.domain_ids.insert(domain.domain.clone(), domain.id.clone());
        }
        for (_, user) in self.users.iter().filter(|(_, user)| !user.deleted) {
            self.active_users.insert(user.email.clone(), user.id.clone());
        }
        for (place, order) in self.orders.iter() {
            self.orders_of.entry(order.user_id.clone()).or_default().push(place);
            self.orders_of.entry(order.email.clone()).or_default().push(place);
        }
        for (_, import) in self.imports.iter() {
            for row in import.waiting() {
                self.importing.insert(row.domain.clone(), import.id.clone());
            }
            self.import_sets.insert(import.set.clone(), import.id.clone());
        }
    }
}
