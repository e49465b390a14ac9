//! The answering end of a line.

use std::{
    future::Future,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
};

use tokio::{io::Interest, sync::Semaphore, task::JoinSet};

use super::{Packet, receive, send, watched};

/// Questions of one line that are worked on at once; more wait in the socket.
const UNDER_WAY_MAX: usize = 512;

/// What is sent back.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// A message of `protocol`, in postcard form.
    pub(crate) payload: Vec<u8>,
    /// What goes with it.
    pub(crate) descriptors: Vec<OwnedFd>,
}

/// Answers questions. `None` closes the line: the question was none that its asker may ask.
pub(crate) trait Handler: Send + Sync + 'static {
    /// Answers one.
    fn handle(
        &self,
        payload: Vec<u8>,
        descriptors: Vec<OwnedFd>,
    ) -> impl Future<Output = Option<Answer>> + Send;
}

/// Serves one line until its other end closes. Questions that are still worked on are then given
/// up: whoever asked may be asking somebody else by now.
///
/// # Errors
///
/// What the system says when the socket cannot be watched.
pub(crate) async fn serve<H: Handler>(socket: OwnedFd, handler: Arc<H>) -> std::io::Result<()> {
    let socket = Arc::new(watched(socket)?);
    let places = Arc::new(Semaphore::new(UNDER_WAY_MAX));
    let mut under_way = JoinSet::new();
    loop {
        let got = socket.async_io(Interest::READABLE, || receive(socket.as_fd())).await?;
        let Some(packet) = got else { return Ok(()) };
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return Ok(()) };
        while under_way.try_join_next().is_some() {}
        let (socket, handler) = (Arc::clone(&socket), Arc::clone(&handler));
        under_way.spawn(async move {
            let _place = place;
            let Packet { id, payload, descriptors, lost: _ } = packet;
            let Some(answer) = handler.handle(payload, descriptors).await else {
                tracing::error!(event = "channel.refused", "a question was refused");
                socket.shutdown(std::net::Shutdown::Both).ok();
                return;
            };
            let packet = Packet::new(id, answer.payload, answer.descriptors);
            // A failure means that the asker is gone; there is nobody left to tell.
            socket.async_io(Interest::WRITABLE, || send(socket.as_fd(), &packet)).await.ok();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{CallError, Caller, End, encode, pair};

    struct Doubling;

    impl Handler for Doubling {
        async fn handle(&self, payload: Vec<u8>, _: Vec<OwnedFd>) -> Option<Answer> {
            let asked: u32 = crate::channel::decode(&payload).ok()?;
            let payload = encode(&(asked * 2)).ok()?;
            (asked != 13).then_some(Answer { payload, descriptors: Vec::new() })
        }
    }

    #[tokio::test]
    async fn many_questions_are_under_way_at_once() {
        let (ours, theirs) = pair().unwrap();
        let caller = Caller::new(|_| {});
        caller.attach(End { number: 1, socket: ours }).unwrap();
        tokio::spawn(serve(theirs, Arc::new(Doubling)));
        let asked = (0..200_u32).filter(|it| *it != 13).map(|it| {
            let caller = caller.clone();
            tokio::spawn(async move {
                let (answer, _): (u32, _) = caller.call(&it, Vec::new()).await.unwrap();
                assert_eq!(answer, it * 2);
            })
        });
        for task in asked.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    }

    struct Waiting(Arc<Semaphore>);

    impl Handler for Waiting {
        async fn handle(&self, _: Vec<u8>, _: Vec<OwnedFd>) -> Option<Answer> {
            let _under_way = self.0.acquire().await.ok()?;
            std::future::pending().await
        }
    }

    #[tokio::test]
    async fn what_is_worked_on_ends_with_its_line() {
        let (ours, theirs) = pair().unwrap();
        let under_way = Arc::new(Semaphore::new(1));
        let served = tokio::spawn(serve(theirs, Arc::new(Waiting(Arc::clone(&under_way)))));
        send(ours.as_fd(), &Packet::new(1, Vec::new(), Vec::new())).unwrap();
        while under_way.available_permits() == 1 {
            tokio::task::yield_now().await;
        }
        // The other end is gone, as if its process had been killed.
        drop(ours);
        served.await.unwrap().unwrap();
        assert_eq!(under_way.available_permits(), 1);
    }

    #[tokio::test]
    async fn a_refused_question_closes_the_line() {
        let (ours, theirs) = pair().unwrap();
        let caller = Caller::new(|_| {});
        caller.attach(End { number: 1, socket: ours }).unwrap();
        tokio::spawn(serve(theirs, Arc::new(Doubling)));
        let refused: Result<(u32, _), CallError> = caller.call(&13_u32, Vec::new()).await;
        assert!(matches!(refused, Err(CallError::Gone)));
    }
}
