//! The id in a path.

use crate::http::describe::{can_refuse, takes_path};
use crate::http::envelope;
use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use schemars::JsonSchema;

/// The unchanged `{id}` of a path.
#[derive(Debug)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = PathRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PathRejection> {
        Path::from_request_parts(parts, state).await.map(|Path(id)| Self(id))
    }
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameter")]
struct IdPath {
    /// The id, as other answers have it.
    #[schemars(length(min = 1))]
    id: String,
}

impl OperationInput for Id {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        takes_path::<IdPath>(ctx, operation);
        can_refuse(ctx, operation, &envelope::malformed());
    }
}
