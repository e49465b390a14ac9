//! The whole site: routes inside, guards around them.

use axum::Router;

use crate::app::App;

/// Makes the site.
pub fn router(app: App) -> Router {
    Router::new().with_state(app)
}
