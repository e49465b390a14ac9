//! Forms: read whole, within a limit, and refused without proof of where they were shown.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::PageError;
use crate::session::{Viewer, Visitor};

/// A form that this viewer was shown in this session.
#[derive(Debug)]
pub(crate) struct FromViewer<T>(pub(crate) Viewer, pub(crate) T);

/// A form that this visitor was shown before signing in.
#[derive(Debug)]
pub(crate) struct FromVisitor<T>(pub(crate) Visitor, pub(crate) T);

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// The fields of a form beside its proof.
#[derive(Debug, Deserialize)]
struct Proved<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    fields: T,
}

impl<T: DeserializeOwned> FromRequest<App> for FromViewer<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let viewer = <Viewer as FromRequestParts<App>>::from_request_parts(&mut parts, app).await?;
        let form: Proved<T> = read(Request::from_parts(parts, body), app).await?;
        viewer.check(&form.csrf)?;
        Ok(Self(viewer, form.fields))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for FromVisitor<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        let form: Proved<T> = read(Request::from_parts(parts, body), app).await?;
        visitor.check(&form.csrf)?;
        Ok(Self(visitor, form.fields))
    }
}

async fn read<T: DeserializeOwned>(request: Request, app: &App) -> Result<Proved<T>, PageError> {
    let form = Form::<Proved<T>>::from_request(request, app).await;
    form.map(|Form(form)| form).map_err(|rejection| refused(&rejection))
}

/// The library's reasons are for developers; the status is enough.
fn refused(rejection: &FormRejection) -> PageError {
    PageError::Status(rejection.status())
}
