//! `POST /v1/sessions` mints a session for the partner; `GET /v1/session` shows a customer its own.

use crate::clock::to_iso;
use crate::failure::Failure;
use crate::http::fields::JsonObject;
use crate::http::reply;
use crate::order_proxy::proxy::Proxy;
use crate::order_proxy::session_body::NewSession;
use crate::placement::Outcome;
use crate::session::mint::SessionRequest;
use crate::session::{Customer, Partner};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::answers::{Limits, PLACING, PlacedOrder, PlacedView, PlanView, SessionView};
use shared::availability::MAX_NAMES;
use shared::persona::MAX_PERSONAS;
use shared::pricing::ShownPricing;

pub(super) async fn mint(
    State(proxy): State<Proxy>,
    _: Partner,
    body: JsonObject<NewSession>,
) -> Result<Response, Failure> {
    let request = SessionRequest::read(body.fields, proxy.approvals.policy)?;
    let (secrets, stage) = (proxy.keys.secret_store.secrets(), proxy.keys.stage.kind);
    let minted = request.mint(&secrets.session, stage, proxy.clock.now(), &proxy.random)?;
    tracing::info!(session.id = %minted.id, "session created");
    Ok(reply::data(StatusCode::CREATED, minted))
}

pub(super) async fn show(State(proxy): State<Proxy>, Customer(session): Customer) -> Result<Response, Failure> {
    let order_placement = proxy.order_placement().charging(&session);
    let plan = async {
        match &session.plan {
            Some(choice) => order_placement.upstream.plan_shown(choice).await.map(Some),
            None => Ok(None),
        }
    };
    let (plan, outcome) = futures::join!(plan, order_placement.outcome(&session));
    let plan = plan?;
    let order = match outcome? {
        Some(Outcome::Placed(PlacedOrder { receipt, .. })) => {
            // The receipt has the order's first status; the order's item has the current one.
            let known = proxy.store.order_head(&receipt.id).await?.map(|head| head.status);
            let status = known.unwrap_or(receipt.status).as_str().to_owned();
            Some(PlacedView { id: Some(receipt.id.to_string()), status })
        }
        Some(Outcome::Placing) => Some(PlacedView { id: None, status: PLACING.to_owned() }),
        None => None,
    };
    let approval = proxy.approvals.policy.of(session.approval).map_err(|why| Failure::Internal(why.into()))?;
    let view = SessionView {
        id: session.id.to_string(),
        customer: session.user,
        plan: plan.map(|plan| PlanView { name: plan.name, required_domains: plan.required_domains }),
        limits: Limits {
            availability_names: u32::try_from(MAX_NAMES).unwrap_or(u32::MAX),
            personas: u32::try_from(MAX_PERSONAS).unwrap_or(u32::MAX),
        },
        approval: approval.as_str().to_owned(),
        pricing: ShownPricing::of(&session.pricing),
        tlds: proxy.shop.tlds.as_ref().clone(),
        order,
        expires_at: to_iso(session.expires_at),
    };
    Ok(reply::data(StatusCode::OK, view))
}
