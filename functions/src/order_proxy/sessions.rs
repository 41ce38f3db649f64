//! `POST /v1/sessions` mints a session for the partner; `GET /v1/session` shows a customer its own.

use crate::clock::to_iso;
use crate::failure::Failure;
use crate::http::fields::JsonObject;
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::placement::Outcome;
use crate::session::mint::SessionRequest;
use crate::session::{Customer, Partner};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::answers::{Limits, PLACING, PlacedOrder, PlacedView, PlanView, SessionView};
use shared::availability::MAX_NAMES;
use shared::persona::MAX_PERSONAS;

pub(super) async fn mint(
    State(proxy): State<Proxy>,
    _: Partner,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let request = SessionRequest::read(body)?;
    let (secrets, stage) = (proxy.keys.vault.secrets(), proxy.keys.stage);
    let minted = request.mint(&secrets.session, stage, proxy.clock.now(), &proxy.random)?;
    tracing::info!(session.id = %minted.id, "minted");
    Ok(reply::data(StatusCode::CREATED, minted))
}

pub(super) async fn show(State(proxy): State<Proxy>, Customer(session): Customer) -> Result<Response, Failure> {
    let desk = proxy.desk().charging(&session);
    let plan = async {
        match &session.plan {
            Some(choice) => desk.upstream.plan_shown(choice).await.map(Some),
            None => Ok(None),
        }
    };
    let (plan, outcome) = futures::join!(plan, desk.outcome(&session));
    let plan = plan?;
    let order = match outcome? {
        Some(Outcome::Placed(PlacedOrder { receipt, .. })) => {
            // The receipt says how it began; the order's item, how it stands.
            let known = proxy.store.order_head(&receipt.id).await?.map(|head| head.status);
            let status = known.unwrap_or(receipt.status).as_str().to_owned();
            Some(PlacedView { id: Some(receipt.id.to_string()), status })
        }
        Some(Outcome::Placing) => Some(PlacedView { id: None, status: PLACING.to_owned() }),
        None => None,
    };
    let view = SessionView {
        id: session.id.to_string(),
        customer: session.user,
        plan: plan.map(|plan| PlanView { name: plan.name, required_domains: plan.required_domains }),
        limits: Limits {
            availability_names: u32::try_from(MAX_NAMES).unwrap_or(u32::MAX),
            personas: u32::try_from(MAX_PERSONAS).unwrap_or(u32::MAX),
        },
        tlds: proxy.offer.tlds.as_ref().clone(),
        order,
        expires_at: to_iso(session.expires_at),
    };
    Ok(reply::data(StatusCode::OK, view))
}
