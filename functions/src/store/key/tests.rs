//! Keys are read back as they were written.

use super::notification::{NotificationItem, notification_of_partition};
use super::{Key, OrderItem};
use crate::model::notification::NotificationId;
use shared::ids::{OrderId, SessionId};

#[test]
fn keys_are_read_back() {
    let order = OrderId::parse("ord_1").expect("an id");
    let session = SessionId::parse("ses_1").expect("an id");
    assert_eq!(Key::placement(&session).placement_session(), Some(session.clone()));
    assert_eq!(Key::budget(&session).placement_session(), None);
    assert_eq!(Key::order_end_of_personal_data(&order).open_order(), Some(order.clone()));
    assert_eq!(Key::order_names(&order).open_order(), None);
    assert_eq!(Key::order_event(&order, "evt_1").order_item(), Some(OrderItem::Event("evt_1")));
    assert_eq!(Key::order_inboxes(&order).order_item(), Some(OrderItem::Inboxes));
    assert_eq!(Key::order_document(&order).order_item(), None);
    assert_eq!(Key::order_customer(&order, "a@b.com").listed_customer(), Some("a@b.com"));
}

#[test]
fn keys_of_notifications_are_read_back() {
    let id = NotificationId::of_fact("order.completed", &["ord_1"]);
    let (fact, redelivery) = (Key::notification(&id), Key::redelivery(&id));
    assert_eq!(notification_of_partition(&fact.pk), Some(id.clone()));
    assert_eq!(fact.notification_item(), Some(NotificationItem::Fact));
    assert_eq!(redelivery.notification_item(), None);
    let delivery = Key::notification_delivery(&id, "crm");
    assert_eq!(delivery.notification_item(), Some(NotificationItem::Delivery("crm")));
    let attempt = Key::notification_attempt(&id, "crm", 3);
    assert_eq!(attempt.notification_item(), Some(NotificationItem::Attempt));
    for (key, starts) in [(fact, true), (redelivery, true), (delivery, false), (attempt, false)] {
        assert_eq!(key.started_notification(), starts.then(|| id.clone()), "{key:?}");
    }
}
